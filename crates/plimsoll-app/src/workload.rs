//! Workloads: whatever makes pods.

mod native;
mod serving;
mod training;

use crate::read::Cursor;
use crate::{Claim, Field, Object, ObjectId, Pod, Rollout, Selector, Spot};

/// The number of a workload in [`App::workloads`](crate::App::workloads).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkloadId(pub usize);

/// The kind of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WorkloadKind {
    /// `apps/v1` Deployment.
    Deployment,
    /// `apps/v1` StatefulSet.
    StatefulSet,
    /// `apps/v1` DaemonSet.
    DaemonSet,
    /// `apps/v1` ReplicaSet, or the core ReplicationController.
    ReplicaSet,
    /// `batch/v1` Job.
    Job,
    /// `batch/v1` CronJob.
    CronJob,
    /// A bare Pod.
    Pod,
    /// OpenShift's DeploymentConfig.
    DeploymentConfig,
    /// `argoproj.io` Rollout.
    Rollout,
    /// `jobset.x-k8s.io` JobSet, one workload for each replicated job.
    JobSet,
    /// A `kubeflow.org/v1` job (PyTorchJob and its kin), one workload for each replica type.
    TrainingJob,
    /// `trainer.kubeflow.org` TrainJob.
    TrainJob,
    /// `trainer.kubeflow.org` TrainingRuntime or ClusterTrainingRuntime.
    TrainingRuntime,
    /// `leaderworkerset.x-k8s.io` LeaderWorkerSet, one workload each for leader and workers.
    LeaderWorkerSet,
    /// KServe's InferenceService, one workload for each component.
    InferenceService,
    /// KServe's ServingRuntime or ClusterServingRuntime.
    ServingRuntime,
    /// KServe's LLMInferenceService.
    LlmInferenceService,
    /// A Ray object, one workload for the head and each worker group.
    Ray,
    /// `serving.knative.dev` Service.
    Knative,
    /// Kubeflow's Notebook.
    Notebook,
    /// Any other kind that holds a pod template under `spec.template`.
    Other,
}

impl WorkloadKind {
    /// Tells whether the pods are meant to end.
    #[must_use]
    pub const fn is_batch(self) -> bool {
        matches!(
            self,
            Self::Job
                | Self::CronJob
                | Self::JobSet
                | Self::TrainingJob
                | Self::TrainJob
                | Self::TrainingRuntime
        )
    }
}

/// How a job runs to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Pods at once.
    pub parallelism: Option<Field<i64>>,
    /// Successes wanted.
    pub completions: Option<Field<i64>>,
    /// `Indexed` or `NonIndexed`.
    pub completion_mode: Option<Field<String>>,
    /// Retries before the job fails.
    pub backoff_limit: Option<Field<i64>>,
    /// Seconds that the job may take.
    pub active_deadline: Option<Field<i64>>,
    /// Seconds until a finished job is removed.
    pub ttl_after_finished: Option<Field<i64>>,
    /// Whether it waits to be released, as queues do.
    pub suspend: Option<Field<bool>>,
    /// The schedule of a CronJob.
    pub schedule: Option<Field<String>>,
    /// Processes in each pod, where the job's kind states them.
    pub processes_per_pod: Option<Field<String>>,
}

/// Whatever makes pods of one template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Its own number.
    pub id: WorkloadId,
    /// Its object; objects with several templates have several workloads.
    pub object: ObjectId,
    /// Its kind.
    pub kind: WorkloadKind,
    /// Which template of the object it is, such as `Worker`; absent where there is only one.
    pub role: Option<Field<String>>,
    /// Pods wanted; 1 by default. For a DaemonSet 1, since the number of nodes is unknown.
    pub replicas: Field<i64>,
    /// Pods that work together on one model or one training: the size of a gang, 1 for pods that
    /// stand alone.
    pub group_size: Field<i64>,
    /// Which pods it owns, where the kind says so.
    pub selector: Option<Selector>,
    /// How an update replaces pods.
    pub rollout: Rollout,
    /// The pod.
    pub pod: Pod,
    /// Claims that each pod of a StatefulSet gets.
    pub claim_templates: Vec<Claim>,
    /// The Service that governs a StatefulSet.
    pub service_name: Option<Field<String>>,
    /// How a job runs; absent for kinds that do not end.
    pub batch: Option<Batch>,
    /// The workload's spec, or the object where there is none.
    pub at: Spot,
}

impl Workload {
    /// Reads the workloads of an object: none where the kind makes no pods, several where it has
    /// several templates. Their numbers are given out later.
    pub(crate) fn read_all(object: &Object, root: &Cursor<'_>) -> Vec<Self> {
        native::read(object, root)
            .or_else(|| training::read(object, root))
            .or_else(|| serving::read(object, root))
            .unwrap_or_else(|| other(root))
    }

    /// Returns a workload of `kind` with defaults for all that its kind may not have.
    fn new(kind: WorkloadKind, spec: &Cursor<'_>, replicas: Field<i64>, pod: Pod) -> Self {
        Self {
            id: WorkloadId(0),
            object: spec.object(),
            kind,
            role: None,
            rollout: Rollout::read(kind, spec, replicas.value),
            replicas,
            group_size: Field::default_in(1, spec.spot()),
            selector: None,
            pod,
            claim_templates: Vec::new(),
            service_name: None,
            batch: None,
            at: spec.spot(),
        }
    }
}

fn other(root: &Cursor<'_>) -> Vec<Workload> {
    let has_pods = root.node.dig(&["spec", "template", "spec", "containers"]);
    if has_pods.is_none_or(|containers| containers.items().is_empty()) {
        return Vec::new();
    }
    let Some(spec) = root.map("spec") else { return Vec::new() };
    let Some(template) = spec.map("template") else { return Vec::new() };
    let pod = Pod::of_template(&template);
    vec![Workload::new(WorkloadKind::Other, &spec, spec.int_or("replicas", 1), pod)]
}
