//! Probes and the actions that they and lifecycle hooks run.

use crate::{Field, Labels, PortRef, Spot};

/// What a probe or a hook does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// An HTTP GET.
    Http {
        /// The path; `/` by default.
        path: Field<String>,
        /// The port.
        port: Field<PortRef>,
        /// Whether TLS is used.
        tls: bool,
        /// Headers sent, such as `Authorization`.
        headers: Labels,
    },
    /// A connection.
    Tcp {
        /// The port.
        port: Field<PortRef>,
    },
    /// A command inside the container.
    Exec {
        /// Its words.
        command: Vec<Field<String>>,
    },
    /// The gRPC health service.
    Grpc {
        /// The port.
        port: Field<PortRef>,
        /// The service asked for.
        service: Option<Field<String>>,
    },
    /// A pause, in seconds (hooks only).
    Sleep {
        /// How long.
        seconds: Field<i64>,
    },
    /// None of these: the node has no action, or one that this model does not know.
    Unknown,
}

/// A probe with all its timings, defaults filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What it does.
    pub action: Action,
    /// Seconds before the first check; 0 by default.
    pub initial_delay: Field<i64>,
    /// Seconds between checks; 10 by default.
    pub period: Field<i64>,
    /// Seconds until a check counts as failed; 1 by default.
    pub timeout: Field<i64>,
    /// Successes in a row that make it good; 1 by default.
    pub success_threshold: Field<i64>,
    /// Failures in a row that make it bad; 3 by default.
    pub failure_threshold: Field<i64>,
    /// Seconds that a killed container is given, where the probe states it.
    pub termination_grace: Option<Field<i64>>,
    /// The probe's node.
    pub at: Spot,
}

impl Probe {
    /// Returns the seconds that a container which never answers is given, from its start:
    /// delay + period × failures, as the Kubernetes documentation counts.
    #[must_use]
    pub const fn kill_budget(&self) -> i64 {
        let checks = self.period.value.saturating_mul(self.failure_threshold.value);
        self.initial_delay.value.saturating_add(checks)
    }

    /// Returns the seconds from the start after which such a container can be killed at the
    /// earliest: the last of the failing checks starts one period before the budget ends.
    #[must_use]
    pub const fn earliest_kill(&self) -> i64 {
        let checks = self.period.value.saturating_mul(self.failure_threshold.value - 1);
        self.initial_delay.value.saturating_add(checks)
    }
}
