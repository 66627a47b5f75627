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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::app;

    /// Returns of each workload its role, its pods, the size of its gang and its GPUs for each pod.
    fn loads(text: &str) -> Vec<(WorkloadKind, String, i64, i64, i64)> {
        let app = app(text);
        let rows = app.workloads.iter().map(|load| {
            let role = load.role.as_ref().map_or("", |role| &role.value).to_owned();
            (load.kind, role, load.replicas.value, load.group_size.value, load.pod.gpu_count())
        });
        rows.collect()
    }

    const POD: &str = "{spec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: 2}}}]}}";

    #[test]
    fn native_workloads_are_read() {
        for (head, kind, replicas, group) in [
            (
                "apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: 3, ",
                WorkloadKind::Deployment,
                3,
                1,
            ),
            ("apiVersion: apps/v1\nkind: DaemonSet\nspec: {", WorkloadKind::DaemonSet, 1, 1),
            ("apiVersion: batch/v1\nkind: Job\nspec: {parallelism: 4, ", WorkloadKind::Job, 4, 1),
            (
                "apiVersion: batch/v1\nkind: Job\nspec: {parallelism: 4, completionMode: Indexed, ",
                WorkloadKind::Job,
                4,
                4,
            ),
            (
                "apiVersion: serving.knative.dev/v1\nkind: Service\nspec: {",
                WorkloadKind::Knative,
                1,
                1,
            ),
            ("apiVersion: kubeflow.org/v1\nkind: Notebook\nspec: {", WorkloadKind::Notebook, 1, 1),
            (
                "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {",
                WorkloadKind::Rollout,
                1,
                1,
            ),
            (
                "apiVersion: example.org/v1\nkind: X\nspec: {replicas: 2, ",
                WorkloadKind::Other,
                2,
                1,
            ),
        ] {
            let text = format!("{head}template: {POD}}}");
            assert_eq!(loads(&text), [(kind, String::new(), replicas, group, 2)], "{head}");
        }
        let text = format!(
            "apiVersion: batch/v1\nkind: CronJob\nspec: {{schedule: '@daily', jobTemplate: {{spec: {{template: {POD}}}}}}}"
        );
        assert_eq!(loads(&text).len(), 1);
        assert_eq!(
            app(&text).workloads[0].batch.as_ref().unwrap().schedule.as_ref().unwrap().value,
            "@daily"
        );
    }

    #[test]
    fn a_gang_is_counted_over_its_roles() {
        let text = format!(
            "apiVersion: kubeflow.org/v1\nkind: PyTorchJob\nspec: {{nprocPerNode: 2, runPolicy: \
             {{backoffLimit: 3}}, pytorchReplicaSpecs: {{Master: {{template: {POD}}}, Worker: \
             {{replicas: 3, restartPolicy: OnFailure, template: {POD}}}}}}}"
        );
        let kind = WorkloadKind::TrainingJob;
        assert_eq!(
            loads(&text),
            [(kind, "Master".into(), 1, 4, 2), (kind, "Worker".into(), 3, 4, 2)]
        );
        let app = app(&text);
        let worker = &app.workloads[1];
        assert_eq!(worker.pod.restart_policy.value, "OnFailure");
        let batch = worker.batch.as_ref().unwrap();
        assert_eq!(batch.backoff_limit.as_ref().unwrap().value, 3);
        assert_eq!(batch.processes_per_pod.as_ref().unwrap().value, "2");
    }

    #[test]
    fn job_sets_and_train_jobs_are_gangs() {
        let text = format!(
            "apiVersion: jobset.x-k8s.io/v1alpha2\nkind: JobSet\nspec: {{replicatedJobs: [{{name: w, \
             replicas: 2, template: {{spec: {{parallelism: 4, template: {POD}}}}}}}]}}"
        );
        assert_eq!(loads(&text), [(WorkloadKind::JobSet, "w".into(), 8, 8, 2)]);
        let text = "apiVersion: trainer.kubeflow.org/v1alpha1\nkind: TrainJob\nspec: {trainer: \
                    {numNodes: 4, numProcPerNode: auto, image: x, command: [torchrun, a.py], \
                    resourcesPerNode: {limits: {amd.com/gpu: 8}}}}";
        assert_eq!(loads(text), [(WorkloadKind::TrainJob, String::new(), 4, 4, 8)]);
        let text = format!(
            "apiVersion: trainer.kubeflow.org/v1alpha1\nkind: ClusterTrainingRuntime\nspec: {{mlPolicy: \
             {{numNodes: 2}}, template: {{spec: {{replicatedJobs: [{{name: node, template: {{spec: \
             {{template: {POD}}}}}}}]}}}}}}"
        );
        assert_eq!(loads(&text), [(WorkloadKind::TrainingRuntime, "node".into(), 2, 2, 2)]);
    }

    #[test]
    fn served_models_over_several_pods_are_gangs() {
        let text = format!(
            "apiVersion: leaderworkerset.x-k8s.io/v1\nkind: LeaderWorkerSet\nspec: {{replicas: 2, \
             leaderWorkerTemplate: {{size: 3, leaderTemplate: {POD}, workerTemplate: {POD}}}}}"
        );
        let kind = WorkloadKind::LeaderWorkerSet;
        assert_eq!(
            loads(&text),
            [(kind, "leader".into(), 2, 3, 2), (kind, "worker".into(), 4, 3, 2)]
        );
        let text = format!(
            "apiVersion: ray.io/v1\nkind: RayCluster\nspec: {{headGroupSpec: {{template: {POD}}}, \
             workerGroupSpecs: [{{groupName: g, replicas: 2, numOfHosts: 2, template: {POD}}}]}}"
        );
        let kind = WorkloadKind::Ray;
        assert_eq!(loads(&text), [(kind, "head".into(), 1, 5, 2), (kind, "g".into(), 4, 5, 2)]);
    }

    #[test]
    fn kserve_is_read_as_far_as_there_is_a_pod() {
        let text = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nspec: {predictor: \
                    {minReplicas: 2, nodeSelector: {a: b}, model: {modelFormat: {name: huggingface}, \
                    args: [--x], resources: {limits: {nvidia.com/gpu: 1}}}}}";
        assert_eq!(loads(text), [(WorkloadKind::InferenceService, "predictor".into(), 2, 1, 1)]);
        let app = app(text);
        let container = app.first().1;
        assert_eq!(
            (container.name.value.as_str(), container.name.written),
            ("kserve-container", false)
        );
        let text = "apiVersion: serving.kserve.io/v1alpha1\nkind: ServingRuntime\nspec: {containers: \
                    [{name: kserve-container, image: 'kserve/vllmserver:latest'}]}";
        assert_eq!(loads(text), [(WorkloadKind::ServingRuntime, String::new(), 1, 1, 0)]);
        let text = "apiVersion: serving.kserve.io/v1alpha1\nkind: LLMInferenceService\nspec: {replicas: \
                    3, template: {containers: [{name: main}]}, prefill: {template: {containers: []}}}";
        let kind = WorkloadKind::LlmInferenceService;
        assert_eq!(
            loads(text),
            [(kind, "template".into(), 3, 1, 0), (kind, "prefill-template".into(), 1, 1, 0)]
        );
    }

    #[test]
    fn gpus_of_a_pod_add_up_as_the_scheduler_counts() {
        let app = crate::testing::deployment(
            "initContainers:\n- {name: a, resources: {limits: {nvidia.com/gpu: 4}}}\n- {name: b, \
             restartPolicy: Always, resources: {limits: {nvidia.com/gpu: 1}}}\ncontainers:\n- {name: \
             c, resources: {limits: {nvidia.com/gpu: '1'}, requests: {nvidia.com/gpu: 1}}}\n- {name: \
             d, resources: {requests: {amd.com/gpu: 1}, limits: {gpu.intel.com/monitoring: 1}}}",
        );
        let pod = &app.workloads[0].pod;
        assert_eq!(pod.gpu_count(), 4);
        assert_eq!(pod.containers[0].gpus.len(), 1);
        assert_eq!(pod.containers[1].gpu_count(), 1);
        assert!(pod.wants_gpu());
    }
}
