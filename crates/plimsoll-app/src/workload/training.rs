//! Workloads that train.

use crate::gpu::GpuRequest;
use crate::read::Cursor;
use crate::{Container, Field, Object, Pod, ProblemKind, Resources, Workload, WorkloadKind};

use super::Batch;
use super::native::{job, replicas};

/// Reads a training workload; nothing for any other kind.
pub(super) fn read(object: &Object, root: &Cursor<'_>) -> Option<Vec<Workload>> {
    let kind = match (object.group(), object.kind.value.as_str()) {
        ("jobset.x-k8s.io", "JobSet") => WorkloadKind::JobSet,
        ("kubeflow.org", name) if name.ends_with("Job") => WorkloadKind::TrainingJob,
        ("trainer.kubeflow.org", "TrainJob") => WorkloadKind::TrainJob,
        ("trainer.kubeflow.org", "TrainingRuntime" | "ClusterTrainingRuntime") => {
            WorkloadKind::TrainingRuntime
        }
        ("ray.io", "RayCluster" | "RayService" | "RayJob") => WorkloadKind::Ray,
        _ => return None,
    };
    let Some(spec) = root.map("spec") else {
        root.problem(ProblemKind::Missing, "spec is missing");
        return Some(Vec::new());
    };
    Some(match kind {
        WorkloadKind::JobSet => job_set(kind, &spec),
        WorkloadKind::TrainingJob => training_job(&spec),
        WorkloadKind::TrainJob => vec![train_job(&spec)],
        WorkloadKind::TrainingRuntime => runtime(&spec),
        _ => ray(object, &spec),
    })
}

/// Source: kubernetes-sigs/jobset, api/jobset/v1alpha2/jobset_types.go, v0.12.
fn job_set(kind: WorkloadKind, spec: &Cursor<'_>) -> Vec<Workload> {
    let jobs = spec.maps("replicatedJobs");
    let loads = jobs.iter().filter_map(|own| {
        let inner = own.maps_down(&["template", "spec"])?;
        let mut load = job(kind, &inner)?;
        load.role = own.text("name");
        let copies = replicas(own, "replicas");
        load.replicas.value = load.replicas.value.saturating_mul(copies.value);
        load.group_size = load.replicas.clone();
        if let Some(batch) = &mut load.batch {
            batch.suspend = spec.bool("suspend");
        }
        Some(load)
    });
    loads.collect()
}

/// Reads PyTorchJob and its kin: a mapping `…ReplicaSpecs` from roles to templates.
///
/// Source: kubeflow/trainer, pkg/apis/kubeflow.org/v1, v1.9.
fn training_job(spec: &Cursor<'_>) -> Vec<Workload> {
    let key = spec.node.entries().iter().map(|entry| &*entry.key);
    let Some(key) = key.into_iter().find(|key| key.ends_with("ReplicaSpecs")) else {
        spec.problem(ProblemKind::Missing, "no replica specs");
        return Vec::new();
    };
    let Some(specs) = spec.map(key) else { return Vec::new() };
    let policy = spec.map("runPolicy");
    let batch = Batch {
        processes_per_pod: spec.child("nprocPerNode").map(|own| scalar(&own)),
        ..policy.as_ref().map_or_else(Batch::default, Batch::read)
    };
    let loads = specs.entries().filter_map(|(pairing, own)| {
        let template = own.map("template")?;
        let mut pod = Pod::of_template(&template);
        if let Some(policy) = own.text("restartPolicy") {
            pod.restart_policy = policy;
        }
        let pods = replicas(&own, "replicas");
        let mut load = Workload::new(WorkloadKind::TrainingJob, &own, pods, pod);
        load.role = Some(pairing.field(&own));
        load.batch = Some(batch.clone());
        Some(load)
    });
    let mut loads: Vec<_> = loads.collect();
    let gang = loads.iter().map(|load| load.replicas.value).fold(0, i64::saturating_add);
    for load in &mut loads {
        load.group_size = Field { value: gang, ..load.replicas.clone() };
    }
    loads
}

/// Reads a TrainJob, whose runtime holds the pod and whose `trainer` changes one container of it.
///
/// Source: kubeflow/trainer, pkg/apis/trainer/v1alpha1/trainjob_types.go, v2.3.
fn train_job(spec: &Cursor<'_>) -> Workload {
    let mut pod = Pod::of_spec(spec);
    pod.containers.clear();
    let mut batch = Batch::read(spec);
    let mut nodes = Field::default_in(1, spec.spot());
    if let Some(trainer) = spec.map("trainer") {
        let name = Field::default_in("node".to_owned(), trainer.spot());
        let mut container = Container::read_named(&trainer, name);
        container.resources = Resources::read(&trainer, "resourcesPerNode");
        container.gpus = GpuRequest::of_resources(&container.resources);
        pod.containers.push(container);
        nodes = replicas(&trainer, "numNodes");
        batch.processes_per_pod = trainer.child("numProcPerNode").map(|own| scalar(&own));
    }
    let mut load = Workload::new(WorkloadKind::TrainJob, spec, nodes.clone(), pod);
    load.group_size = nodes;
    load.batch = Some(batch);
    load
}

/// Source: kubeflow/trainer, pkg/apis/trainer/v1alpha1/trainingruntime_types.go, v2.3.
fn runtime(spec: &Cursor<'_>) -> Vec<Workload> {
    let Some(inner) = spec.maps_down(&["template", "spec"]) else {
        spec.problem(ProblemKind::Missing, "template.spec is missing");
        return Vec::new();
    };
    let mut loads = job_set(WorkloadKind::TrainingRuntime, &inner);
    if let Some(nodes) = spec.map("mlPolicy").and_then(|policy| policy.int("numNodes")) {
        let trainers =
            |load: &&mut Workload| load.role.as_ref().is_some_and(|role| role.value == "node");
        for load in loads.iter_mut().filter(trainers) {
            load.replicas = nodes.clone();
            load.group_size = nodes.clone();
        }
    }
    loads
}

/// Source: ray-project/kuberay, ray-operator/apis/ray/v1/raycluster_types.go, v1.4.
fn ray(object: &Object, spec: &Cursor<'_>) -> Vec<Workload> {
    let cluster = match object.kind.value.as_str() {
        "RayService" => spec.map("rayClusterConfig"),
        "RayJob" => spec.map("rayClusterSpec"),
        _ => Some(spec.clone()),
    };
    let Some(cluster) = cluster else { return Vec::new() };
    let mut loads = Vec::new();
    if let Some(head) = cluster.map("headGroupSpec")
        && let Some(template) = head.map("template")
    {
        let pods = Field::default_in(1, head.spot());
        let pod = Pod::of_template(&template);
        let mut load = Workload::new(WorkloadKind::Ray, &head, pods, pod);
        load.role = Some(Field::default_in("head".to_owned(), head.spot()));
        loads.push(load);
    }
    for group in cluster.maps("workerGroupSpecs") {
        let Some(template) = group.map("template") else { continue };
        let mut pods = replicas(&group, "replicas");
        let hosts = replicas(&group, "numOfHosts");
        pods.value = pods.value.saturating_mul(hosts.value);
        let pod = Pod::of_template(&template);
        let mut load = Workload::new(WorkloadKind::Ray, &group, pods, pod);
        load.role = group.text("groupName");
        loads.push(load);
    }
    let gang = loads.iter().map(|load| load.replicas.value).fold(0, i64::saturating_add);
    for load in &mut loads {
        load.group_size = Field { value: gang, ..load.replicas.clone() };
    }
    loads
}

/// Returns a scalar's text, whatever its type: `nprocPerNode` is a number or a word.
fn scalar(cursor: &Cursor<'_>) -> Field<String> {
    let text = cursor.node.as_str().map_or_else(|| cursor.raw().to_owned(), str::to_owned);
    Field::written(text, cursor.spot())
}
