//! How an update replaces pods.

use plimsoll_yaml::Content;

use crate::read::Cursor;
use crate::{Field, ProblemKind, WorkloadKind};

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
    /// Reads the rollout of a workload; `spec` is the spec of its kind.
    pub(crate) fn read(kind: WorkloadKind, spec: &Cursor<'_>, replicas: i64) -> Self {
        match kind {
            WorkloadKind::Deployment | WorkloadKind::DeploymentConfig => {
                deployment(kind, spec, spec.map("strategy"), replicas)
            }
            WorkloadKind::InferenceService => {
                deployment(kind, spec, spec.map("deploymentStrategy"), replicas)
            }
            WorkloadKind::Rollout => argo_rollout(spec, replicas),
            WorkloadKind::StatefulSet => stateful_set(spec, replicas),
            WorkloadKind::DaemonSet => daemon_set(spec, replicas),
            WorkloadKind::LeaderWorkerSet => {
                let steps = spec.maps_down(&["rolloutStrategy", "rollingUpdateConfiguration"]);
                leader_worker_set(spec, steps.as_ref(), replicas)
            }
            WorkloadKind::LlmInferenceService => llm_inference_service(spec, replicas),
            WorkloadKind::Knative => Self::fixed(kind, Strategy::BlueGreen, spec, replicas),
            _ => Self::fixed(kind, Strategy::None, spec, replicas),
        }
    }

    fn fixed(kind: WorkloadKind, strategy: Strategy, spec: &Cursor<'_>, replicas: i64) -> Self {
        Self {
            kind,
            strategy: Field::default_in(strategy, spec.spot()),
            surge: Field::default_in(0, spec.spot()),
            unavailable: Field::default_in(0, spec.spot()),
            replicas,
            progress_deadline: None,
        }
    }

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

/// A number of pods, or a part of those wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Share {
    Count(i64),
    Percent(i64),
}

#[derive(Clone, Copy, Debug)]
enum Rounding {
    Up,
    Down,
}

impl Share {
    fn read(owner: Option<&Cursor<'_>>, key: &str) -> Option<Field<Self>> {
        let cursor = owner?.child(key)?;
        let share = match &cursor.node.content {
            Content::String(text) => text
                .strip_suffix('%')
                .and_then(|number| number.parse().ok())
                .filter(|percent| *percent >= 0)
                .map(Self::Percent),
            _ => {
                let number = cursor.as_int()?;
                (number.value >= 0).then_some(Self::Count(number.value))
            }
        };
        if share.is_none() {
            cursor.problem(ProblemKind::WrongValue, "a number or a percentage is expected here");
        }
        share.map(|share| Field::written(share, cursor.spot()))
    }

    fn of(self, replicas: i64, rounding: Rounding) -> i64 {
        match self {
            Self::Count(count) => count,
            Self::Percent(percent) => {
                let part = i128::from(percent) * i128::from(replicas);
                let whole = part.div_euclid(100);
                let is_up = matches!(rounding, Rounding::Up) && part.rem_euclid(100) > 0;
                i64::try_from(whole + i128::from(is_up)).unwrap_or(i64::MAX)
            }
        }
    }
}

/// Resolves surge and unavailable as the Deployment controller does: surge rounded up, unavailable
/// down, and one unavailable where both come to nothing.
///
/// Source: Kubernetes, pkg/controller/deployment/util/deployment_util.go, `ResolveFenceposts`,
/// v1.36; defaults of 25 % in pkg/apis/apps/v1/defaults.go.
fn fenceposts(steps: Option<&Cursor<'_>>, within: &Cursor<'_>, replicas: i64) -> [Field<i64>; 2] {
    let resolve = |key, rounding| {
        let share = Share::read(steps, key)
            .unwrap_or_else(|| Field::default_in(Share::Percent(25), within.spot()));
        share.map(|share| share.of(replicas, rounding))
    };
    let surge = resolve("maxSurge", Rounding::Up);
    let mut unavailable = resolve("maxUnavailable", Rounding::Down);
    if surge.value == 0 && unavailable.value == 0 {
        unavailable.value = 1;
    }
    [surge, unavailable]
}

fn deployment(
    kind: WorkloadKind,
    spec: &Cursor<'_>,
    strategy: Option<Cursor<'_>>,
    replicas: i64,
) -> Rollout {
    let within = strategy.as_ref().unwrap_or(spec);
    let written = strategy.as_ref().and_then(|own| own.text("type"));
    let strategy_type = match written {
        Some(text) => {
            let strategy_type = match text.value.as_str() {
                "Recreate" => Strategy::Recreate,
                "RollingUpdate" | "Rolling" | "" => Strategy::RollingUpdate,
                _ => {
                    within.problem(ProblemKind::WrongValue, "the strategy's type is unknown");
                    Strategy::RollingUpdate
                }
            };
            text.map(|_| strategy_type)
        }
        None => Field::default_in(Strategy::RollingUpdate, within.spot()),
    };
    let progress_deadline = spec.int("progressDeadlineSeconds");
    if strategy_type.value == Strategy::Recreate {
        let fixed = Rollout::fixed(kind, Strategy::Recreate, spec, replicas);
        return Rollout { strategy: strategy_type, progress_deadline, ..fixed };
    }
    let steps = strategy
        .as_ref()
        .and_then(|own| own.map("rollingUpdate").or_else(|| own.map("rollingParams")));
    let [surge, unavailable] = fenceposts(steps.as_ref(), within, replicas);
    Rollout { kind, strategy: strategy_type, surge, unavailable, replicas, progress_deadline }
}

/// Source: argoproj/argo-rollouts, utils/defaults/defaults.go, v1.8: canary with 25 % each.
fn argo_rollout(spec: &Cursor<'_>, replicas: i64) -> Rollout {
    let kind = WorkloadKind::Rollout;
    let strategy = spec.map("strategy");
    if let Some(own) = strategy.as_ref().and_then(|own| own.map("blueGreen")) {
        let fixed = Rollout::fixed(kind, Strategy::BlueGreen, spec, replicas);
        return Rollout { strategy: Field::written(Strategy::BlueGreen, own.spot()), ..fixed };
    }
    let canary = strategy.as_ref().and_then(|own| own.map("canary"));
    let within = canary.as_ref().unwrap_or(spec);
    let [surge, unavailable] = fenceposts(canary.as_ref(), within, replicas);
    Rollout {
        kind,
        strategy: Field {
            value: Strategy::RollingUpdate,
            at: within.spot(),
            written: canary.is_some(),
        },
        surge,
        unavailable,
        replicas,
        progress_deadline: spec.int("progressDeadlineSeconds"),
    }
}

/// A StatefulSet never has more pods than wanted: it removes one and makes it anew.
fn stateful_set(spec: &Cursor<'_>, replicas: i64) -> Rollout {
    let mut rollout = update_strategy(WorkloadKind::StatefulSet, spec, replicas);
    let steps = spec.maps_down(&["updateStrategy", "rollingUpdate"]);
    let share = Share::read(steps.as_ref(), "maxUnavailable");
    rollout.unavailable = share.map_or_else(
        || Field::default_in(1, spec.spot()),
        |share| share.map(|share| share.of(replicas, Rounding::Up).max(1)),
    );
    rollout
}

/// Source: Kubernetes, pkg/controller/daemon/util, `UnavailableCount` and `SurgeCount`, v1.36:
/// both round up; defaults 1 and 0. The number of nodes is unknown, so percentages are of one.
fn daemon_set(spec: &Cursor<'_>, replicas: i64) -> Rollout {
    let mut rollout = update_strategy(WorkloadKind::DaemonSet, spec, replicas);
    let steps = spec.maps_down(&["updateStrategy", "rollingUpdate"]);
    let resolve = |key, default| {
        let share = Share::read(steps.as_ref(), key)
            .unwrap_or_else(|| Field::default_in(Share::Count(default), spec.spot()));
        share.map(|share| share.of(replicas, Rounding::Up))
    };
    rollout.surge = resolve("maxSurge", 0);
    rollout.unavailable = resolve("maxUnavailable", 1);
    rollout
}

fn update_strategy(kind: WorkloadKind, spec: &Cursor<'_>, replicas: i64) -> Rollout {
    let mut rollout = Rollout::fixed(kind, Strategy::RollingUpdate, spec, replicas);
    let Some(written) = spec.map("updateStrategy").and_then(|own| own.text("type")) else {
        return rollout;
    };
    let strategy = match written.value.as_str() {
        "OnDelete" => Strategy::OnDelete,
        "RollingUpdate" | "" => Strategy::RollingUpdate,
        _ => {
            spec.problem(ProblemKind::WrongValue, "the update strategy's type is unknown");
            Strategy::RollingUpdate
        }
    };
    rollout.strategy = written.map(|_| strategy);
    rollout
}

/// Reads the rollout of a workload of an LLMInferenceService: a Deployment, or a LeaderWorkerSet
/// where it has workers.
///
/// Source: kserve/kserve, pkg/apis/serving/v1alpha1/llm_inference_service_types.go, commit 01bfd23.
fn llm_inference_service(spec: &Cursor<'_>, replicas: i64) -> Rollout {
    let kind = WorkloadKind::LlmInferenceService;
    let steps = spec.map("rolloutStrategy");
    if spec.child("worker").is_some() {
        return Rollout { kind, ..leader_worker_set(spec, steps.as_ref(), replicas) };
    }
    let [surge, unavailable] = fenceposts(steps.as_ref(), spec, replicas);
    let fixed = Rollout::fixed(kind, Strategy::RollingUpdate, spec, replicas);
    Rollout { surge, unavailable, ..fixed }
}

/// Source: kubernetes-sigs/lws, api/leaderworkerset/v1, `RollingUpdateConfiguration`, commit
/// 024af08: one group unavailable and none above by default.
fn leader_worker_set(spec: &Cursor<'_>, steps: Option<&Cursor<'_>>, replicas: i64) -> Rollout {
    let resolve = |key, default, rounding| {
        let share = Share::read(steps, key)
            .unwrap_or_else(|| Field::default_in(Share::Count(default), spec.spot()));
        share.map(|share| share.of(replicas, rounding))
    };
    let fixed =
        Rollout::fixed(WorkloadKind::LeaderWorkerSet, Strategy::RollingUpdate, spec, replicas);
    Rollout {
        surge: resolve("maxSurge", 0, Rounding::Up),
        unavailable: resolve("maxUnavailable", 1, Rounding::Down),
        ..fixed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::app;

    fn rollout(kind: &str, spec: &str) -> Rollout {
        let app = app(&format!(
            "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: x}}\nspec: {{{spec}{}\
             template: {{spec: {{containers: []}}}}}}",
            if spec.is_empty() { "" } else { ", " }
        ));
        app.workloads[0].rollout.clone()
    }

    #[test]
    fn a_deployment_resolves_as_its_controller_does() {
        for (spec, surge, unavailable, keeps) in [
            ("", 1, 0, true),
            ("replicas: 3", 1, 0, true),
            ("replicas: 4", 1, 1, false),
            ("replicas: 10", 3, 2, false),
            ("replicas: 0", 0, 1, false),
            ("strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}", 0, 1, false),
            ("strategy: {rollingUpdate: {maxSurge: 100%, maxUnavailable: 0}}", 1, 0, true),
            ("strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}", 0, 1, false),
            ("strategy: {rollingUpdate: {maxUnavailable: 99%}}", 1, 0, true),
            ("strategy: {rollingUpdate: {maxUnavailable: 100%}}", 1, 1, false),
            ("strategy: {type: Recreate}", 0, 0, false),
        ] {
            let rollout = rollout("Deployment", spec);
            assert_eq!(rollout.surge.value, surge, "{spec}");
            assert_eq!(rollout.unavailable.value, unavailable, "{spec}");
            assert_eq!(rollout.keeps_old_pod(), keeps, "{spec}");
        }
    }

    #[test]
    fn other_kinds_have_their_own_rules() {
        for (kind, spec, strategy, keeps) in [
            ("StatefulSet", "replicas: 3", Strategy::RollingUpdate, false),
            ("StatefulSet", "updateStrategy: {type: OnDelete}", Strategy::OnDelete, false),
            ("DaemonSet", "", Strategy::RollingUpdate, false),
            (
                "DaemonSet",
                "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}",
                Strategy::RollingUpdate,
                true,
            ),
            ("ReplicaSet", "", Strategy::None, false),
        ] {
            let rollout = rollout(kind, spec);
            assert_eq!(rollout.strategy.value, strategy, "{kind} {spec}");
            assert_eq!(rollout.keeps_old_pod(), keeps, "{kind} {spec}");
        }
    }

    #[test]
    fn huge_percentages_do_not_overflow() {
        let spec = "replicas: 9223372036854775807, \
                    strategy: {rollingUpdate: {maxSurge: 9223372036854775807%}}";
        assert_eq!(rollout("Deployment", spec).surge.value, i64::MAX);
    }
}
