//! How an update replaces pods.

use crate::{Field, WorkloadKind};

/// How old pods give way to new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// All old pods go first.
    Recreate,
    /// Step by step, within surge and unavailable.
    RollingUpdate,
    /// Only when somebody deletes the pod.
    OnDelete,
    /// New pods stand beside all old ones before those go (blue-green).
    BlueGreen,
    /// The kind is not updated in place: jobs and bare pods.
    None,
}

/// A rollout, resolved to numbers of pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollout {
    /// The kind that is rolled out.
    pub kind: WorkloadKind,
    /// The strategy.
    pub strategy: Field<Strategy>,
    /// Pods above the wanted number that may exist, percentages rounded up.
    pub surge: Field<i64>,
    /// Pods below the wanted number that may be missing, percentages rounded down (up for a
    /// DaemonSet).
    pub unavailable: Field<i64>,
    /// The wanted number of pods that percentages were taken of.
    pub replicas: i64,
    /// Seconds until a rollout without progress counts as failed.
    pub progress_deadline: Option<Field<i64>>,
}

impl Rollout {
    /// Tells whether an update starts a new pod while every old one stays until it is ready:
    /// `SURGE(d)` of the rules.
    #[must_use]
    pub fn keeps_old_pod(&self) -> bool {
        match self.strategy.value {
            Strategy::BlueGreen => self.replicas > 0,
            Strategy::RollingUpdate => {
                self.replicas > 0 && self.unavailable.value == 0 && self.surge.value > 0
            }
            Strategy::Recreate | Strategy::OnDelete | Strategy::None => false,
        }
    }
}
