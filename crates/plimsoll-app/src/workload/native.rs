//! Workloads of Kubernetes itself, and those shaped like them.

use crate::read::Cursor;
use crate::{Claim, Field, Object, Pod, ProblemKind, Selector, Workload, WorkloadKind};

use super::Batch;

/// Reads a native workload; nothing for any other kind.
pub(super) fn read(object: &Object, root: &Cursor<'_>) -> Option<Vec<Workload>> {
    let kind = match (object.group(), object.kind.value.as_str()) {
        ("apps" | "extensions", "Deployment") => WorkloadKind::Deployment,
        ("apps", "StatefulSet") => WorkloadKind::StatefulSet,
        ("apps" | "extensions", "DaemonSet") => WorkloadKind::DaemonSet,
        ("apps" | "extensions", "ReplicaSet") | ("", "ReplicationController") => {
            WorkloadKind::ReplicaSet
        }
        ("apps.openshift.io" | "", "DeploymentConfig") => WorkloadKind::DeploymentConfig,
        ("argoproj.io", "Rollout") => WorkloadKind::Rollout,
        ("batch", "Job") => WorkloadKind::Job,
        ("batch", "CronJob") => WorkloadKind::CronJob,
        ("", "Pod") => WorkloadKind::Pod,
        ("kubeflow.org", "Notebook") => WorkloadKind::Notebook,
        _ => return None,
    };
    Some(read_kind(kind, object, root).into_iter().collect())
}

fn read_kind(kind: WorkloadKind, object: &Object, root: &Cursor<'_>) -> Option<Workload> {
    let Some(spec) = root.map("spec") else {
        root.problem(ProblemKind::Missing, "spec is missing");
        return None;
    };
    match kind {
        WorkloadKind::Pod => {
            let mut pod = Pod::of_spec(&spec);
            pod.labels = object.labels.clone();
            pod.annotations = object.annotations.clone();
            let one = Field::default_in(1, spec.spot());
            Some(Workload::new(kind, &spec, one, pod))
        }
        WorkloadKind::Job => job(kind, &spec),
        WorkloadKind::CronJob => {
            let Some(inner) = spec.maps_down(&["jobTemplate", "spec"]) else {
                spec.problem(ProblemKind::Missing, "jobTemplate.spec is missing");
                return None;
            };
            let mut workload = job(kind, &inner)?;
            if let Some(batch) = &mut workload.batch {
                batch.schedule = spec.text("schedule");
            }
            Some(workload)
        }
        _ => {
            let pod = template(&spec)?;
            let replicas = match kind {
                WorkloadKind::DaemonSet | WorkloadKind::Notebook => {
                    Field::default_in(1, spec.spot())
                }
                _ => replicas(&spec, "replicas"),
            };
            let mut workload = Workload::new(kind, &spec, replicas, pod);
            workload.selector = selector(kind, &spec);
            let templates = spec.maps("volumeClaimTemplates");
            workload.claim_templates = templates.iter().map(Claim::template).collect();
            workload.service_name = spec.text("serviceName");
            Some(workload)
        }
    }
}

/// Reads a job's spec; its pods work together where the job is indexed and runs several at once.
pub(super) fn job(kind: WorkloadKind, spec: &Cursor<'_>) -> Option<Workload> {
    let pod = template(spec)?;
    let pods = replicas(spec, "parallelism");
    let mut workload = Workload::new(kind, spec, pods.clone(), pod);
    let batch = Batch::read(spec);
    if batch.completion_mode.as_ref().is_some_and(|mode| mode.value == "Indexed") {
        workload.group_size = pods;
    }
    workload.batch = Some(batch);
    Some(workload)
}

/// Reads the pod template of a spec, which must be there.
pub(super) fn template(spec: &Cursor<'_>) -> Option<Pod> {
    let template = spec.map("template");
    if template.is_none() {
        spec.problem(ProblemKind::Missing, "template is missing");
    }
    template.map(|template| Pod::of_template(&template))
}

/// Reads a number of pods; 1 by default, never below 0.
pub(super) fn replicas(spec: &Cursor<'_>, key: &str) -> Field<i64> {
    let mut pods = spec.int_or(key, 1);
    if pods.value < 0 {
        spec.problem(ProblemKind::WrongValue, format!("{key} is negative"));
        pods.value = 0;
    }
    pods
}

fn selector(kind: WorkloadKind, spec: &Cursor<'_>) -> Option<Selector> {
    let own = spec.map("selector")?;
    let is_plain =
        own.node.get("matchLabels").is_none() && own.node.get("matchExpressions").is_none();
    let takes_plain = matches!(kind, WorkloadKind::ReplicaSet | WorkloadKind::DeploymentConfig);
    if takes_plain && is_plain {
        let labels = spec.labels("selector");
        return Some(Selector { labels, expressions: Vec::new(), at: own.spot() });
    }
    Some(Selector::read(&own))
}

impl Batch {
    /// Reads what a job's spec says of its run.
    pub(super) fn read(spec: &Cursor<'_>) -> Self {
        Self {
            parallelism: spec.int("parallelism"),
            completions: spec.int("completions"),
            completion_mode: spec.text("completionMode"),
            backoff_limit: spec.int("backoffLimit"),
            active_deadline: spec.int("activeDeadlineSeconds"),
            ttl_after_finished: spec.int("ttlSecondsAfterFinished"),
            suspend: spec.bool("suspend"),
            schedule: None,
            processes_per_pod: None,
        }
    }
}
