//! Probes and the actions that they and lifecycle hooks run.

use crate::read::Cursor;
use crate::{Field, Labels, Pair, PortRef, ProblemKind, Spot};

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
    /// Reads a probe. Kubernetes takes a written 0 for the default, except as initial delay.
    ///
    /// Source: Kubernetes, pkg/apis/core/v1/defaults.go, `SetDefaults_Probe`, v1.36.
    pub(crate) fn read(cursor: &Cursor<'_>) -> Self {
        let timing = |key, default| {
            let written = cursor.int(key).filter(|number| number.value != 0);
            if let Some(number) = &written
                && number.value < 0
            {
                cursor.problem(ProblemKind::WrongValue, format!("{key} is negative"));
            }
            written.unwrap_or_else(|| Field::default_in(default, cursor.spot()))
        };
        Self {
            action: Action::read(cursor),
            initial_delay: timing("initialDelaySeconds", 0),
            period: timing("periodSeconds", 10),
            timeout: timing("timeoutSeconds", 1),
            success_threshold: timing("successThreshold", 1),
            failure_threshold: timing("failureThreshold", 3),
            termination_grace: cursor.int("terminationGracePeriodSeconds"),
            at: cursor.spot(),
        }
    }

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
        let checks =
            self.period.value.saturating_mul(self.failure_threshold.value.saturating_sub(1));
        self.initial_delay.value.saturating_add(checks)
    }
}

impl Action {
    /// Reads the action of a probe or a hook.
    pub(crate) fn read(cursor: &Cursor<'_>) -> Self {
        let port = |own: &Cursor<'_>| {
            own.port_ref("port").unwrap_or_else(|| {
                own.problem(ProblemKind::Missing, "port is missing");
                Field::default_in(PortRef::Name(String::new()), own.spot())
            })
        };
        if let Some(own) = cursor.map("httpGet") {
            let headers = own.maps("httpHeaders").into_iter().map(|header| Pair {
                key: header.text_wanted("name"),
                value: header.text_or("value", ""),
            });
            return Self::Http {
                path: own
                    .text("path")
                    .filter(|path| !path.value.is_empty())
                    .unwrap_or_else(|| Field::default_in("/".to_owned(), own.spot())),
                port: port(&own),
                tls: own.text("scheme").is_some_and(|scheme| scheme.value == "HTTPS"),
                headers: Labels(headers.collect()),
            };
        }
        if let Some(own) = cursor.map("tcpSocket") {
            return Self::Tcp { port: port(&own) };
        }
        if let Some(own) = cursor.map("exec") {
            return Self::Exec { command: own.texts("command") };
        }
        if let Some(own) = cursor.map("grpc") {
            return Self::Grpc { port: port(&own), service: own.text("service") };
        }
        if let Some(own) = cursor.map("sleep") {
            return Self::Sleep { seconds: own.int_or("seconds", 0) };
        }
        Self::Unknown
    }

    /// Returns the port, where the action has one.
    #[must_use]
    pub const fn port(&self) -> Option<&Field<PortRef>> {
        match self {
            Self::Http { port, .. } | Self::Tcp { port } | Self::Grpc { port, .. } => Some(port),
            Self::Exec { .. } | Self::Sleep { .. } | Self::Unknown => None,
        }
    }

    /// Returns the path of an HTTP GET without its query.
    #[must_use]
    pub fn http_path(&self) -> Option<&str> {
        let Self::Http { path, .. } = self else { return None };
        path.value.split('?').next()
    }

    /// Tells whether both do the same, wherever they stand.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Http { path, port, tls, headers },
                Self::Http { path: path2, port: port2, tls: tls2, headers: headers2 },
            ) => {
                let same_headers = headers.0.len() == headers2.0.len()
                    && headers.iter().all(|pair| {
                        let other = headers2.get(&pair.key.value);
                        other.is_some_and(|value| value.value == pair.value.value)
                    });
                path.value == path2.value
                    && port.value == port2.value
                    && tls == tls2
                    && same_headers
            }
            (Self::Tcp { port }, Self::Tcp { port: port2 }) => port.value == port2.value,
            (Self::Exec { command }, Self::Exec { command: command2 }) => {
                let words = command.iter().map(|word| &word.value);
                words.eq(command2.iter().map(|word| &word.value))
            }
            (Self::Grpc { port, service }, Self::Grpc { port: port2, service: service2 }) => {
                let name = |service: &Option<Field<String>>| {
                    service.as_ref().map(|service| service.value.clone()).unwrap_or_default()
                };
                port.value == port2.value && name(service) == name(service2)
            }
            (Self::Sleep { seconds }, Self::Sleep { seconds: seconds2 }) => {
                seconds.value == seconds2.value
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::container;

    #[test]
    fn defaults_are_those_of_kubernetes() {
        let app = container("livenessProbe: {httpGet: {port: http}, periodSeconds: 0}");
        let probe = app.first().1.liveness.clone().unwrap();
        assert_eq!(
            (probe.initial_delay.value, probe.period.value, probe.timeout.value),
            (0, 10, 1)
        );
        assert_eq!((probe.success_threshold.value, probe.failure_threshold.value), (1, 3));
        assert!(!probe.period.written);
        assert_eq!(probe.kill_budget(), 30);
        assert_eq!(probe.earliest_kill(), 20);
        assert_eq!(probe.action.http_path(), Some("/"));
        assert_eq!(probe.action.port().unwrap().value, PortRef::Name("http".into()));
    }

    #[test]
    fn timings_are_read_where_they_stand() {
        let app = container(
            "startupProbe:\n  tcpSocket: {port: 80}\n  initialDelaySeconds: 5\n  \
             periodSeconds: 7\n  failureThreshold: 100",
        );
        let probe = app.first().1.startup.clone().unwrap();
        assert!(app.covers(&probe.failure_threshold, "100"));
        assert_eq!(probe.kill_budget(), 705);
        let huge = Field { value: i64::MAX, ..probe.period.clone() };
        assert_eq!(Probe { period: huge, ..probe }.kill_budget(), i64::MAX);
    }

    #[test]
    fn the_same_check_is_recognised() {
        for (first, second, same) in [
            ("httpGet: {path: /a, port: 1}", "httpGet: {port: 1, path: /a}", true),
            ("httpGet: {path: /, port: 1}", "httpGet: {port: 1}", true),
            ("httpGet: {path: /a, port: 1}", "httpGet: {path: /b, port: 1}", false),
            ("httpGet: {port: 1}", "httpGet: {port: 1, scheme: HTTPS}", false),
            ("httpGet: {port: 1}", "tcpSocket: {port: 1}", false),
            ("exec: {command: [a, b]}", "exec: {command: [a, b]}", true),
            ("exec: {command: [a, b]}", "exec: {command: [a]}", false),
            ("grpc: {port: 1}", "grpc: {port: 1, service: ''}", true),
            ("{}", "{}", false),
        ] {
            let text =
                |probe: &str| if probe == "{}" { "{}".into() } else { format!("{{{probe}}}") };
            let app = container(&format!(
                "livenessProbe: {}\nreadinessProbe: {}",
                text(first),
                text(second)
            ));
            let container = app.first().1;
            let live = &container.liveness.as_ref().unwrap().action;
            let ready = &container.readiness.as_ref().unwrap().action;
            assert_eq!(live.is_same_as(ready), same, "{first} / {second}");
            assert_eq!(ready.is_same_as(live), same, "{second} / {first}");
        }
    }
}
