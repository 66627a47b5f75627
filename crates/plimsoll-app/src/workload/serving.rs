//! Workloads that serve models through an operator.

use crate::read::Cursor;
use crate::{Claim, Container, Field, Object, Pod, ProblemKind, Workload, WorkloadKind};

use super::native::{replicas, template};

/// Reads a serving workload; nothing for any other kind.
pub(super) fn read(object: &Object, root: &Cursor<'_>) -> Option<Vec<Workload>> {
    let kind = match (object.group(), object.kind.value.as_str()) {
        ("leaderworkerset.x-k8s.io", "LeaderWorkerSet") => WorkloadKind::LeaderWorkerSet,
        ("serving.kserve.io", "InferenceService") => WorkloadKind::InferenceService,
        ("serving.kserve.io", "ServingRuntime" | "ClusterServingRuntime") => {
            WorkloadKind::ServingRuntime
        }
        ("serving.kserve.io", "LLMInferenceService") => WorkloadKind::LlmInferenceService,
        ("serving.knative.dev", "Service") => WorkloadKind::Knative,
        _ => return None,
    };
    let Some(spec) = root.map("spec") else {
        root.problem(ProblemKind::Missing, "spec is missing");
        return Some(Vec::new());
    };
    Some(match kind {
        WorkloadKind::LeaderWorkerSet => leader_worker_set(&spec),
        WorkloadKind::InferenceService => inference_service(&spec),
        WorkloadKind::LlmInferenceService => llm_inference_service(&spec),
        WorkloadKind::ServingRuntime => {
            let pod = Pod::of_spec(&spec);
            vec![Workload::new(kind, &spec, replicas(&spec, "replicas"), pod)]
        }
        _ => {
            let one = Field::default_in(1, spec.spot());
            let pod = template(&spec);
            pod.map(|pod| Workload::new(kind, &spec, one, pod)).into_iter().collect()
        }
    })
}

/// Source: kubernetes-sigs/lws, api/leaderworkerset/v1/leaderworkerset_types.go, commit
/// 024af08: a group is one leader and `size - 1` workers; without a leader template the worker's serves both.
fn leader_worker_set(spec: &Cursor<'_>) -> Vec<Workload> {
    let Some(own) = spec.map("leaderWorkerTemplate") else {
        spec.problem(ProblemKind::Missing, "leaderWorkerTemplate is missing");
        return Vec::new();
    };
    let groups = replicas(spec, "replicas");
    let size = replicas(&own, "size");
    let leader = own.map("leaderTemplate");
    let mut loads = Vec::new();
    let workers_each = if leader.is_some() { size.value - 1 } else { size.value };
    let templates = [("leader", leader, 1), ("worker", own.map("workerTemplate"), workers_each)];
    for (role, template, each) in templates {
        let Some(template) = template else { continue };
        let pods = groups.clone().map(|groups| groups.saturating_mul(each.max(0)));
        let pod = Pod::of_template(&template);
        let mut load = Workload::new(WorkloadKind::LeaderWorkerSet, spec, pods, pod);
        load.rollout.replicas = groups.value;
        load.role = Some(Field::default_in(role.to_owned(), template.spot()));
        load.group_size = size.clone();
        let claims = own.maps("volumeClaimTemplates");
        load.claim_templates = claims.iter().map(Claim::template).collect();
        loads.push(load);
    }
    loads
}

/// Reads the components of an InferenceService: each is a pod spec in itself, in which `model` or
/// the name of a framework stands for one more container.
///
/// Source: kserve/kserve, pkg/apis/serving/v1beta1, v0.16.
fn inference_service(spec: &Cursor<'_>) -> Vec<Workload> {
    const FRAMEWORKS: [&str; 10] = [
        "model",
        "huggingface",
        "pytorch",
        "triton",
        "sklearn",
        "xgboost",
        "tensorflow",
        "onnx",
        "pmml",
        "lightgbm",
    ];
    let mut loads = Vec::new();
    for role in ["predictor", "transformer", "explainer"] {
        let Some(own) = spec.map(role) else { continue };
        let mut pod = Pod::of_spec(&own);
        if let Some(model) = FRAMEWORKS.iter().find_map(|name| own.map(name)) {
            let name = model.text_or("name", "kserve-container");
            pod.containers.push(Container::read_named(&model, name));
        }
        let pods = replicas(&own, "minReplicas");
        let mut load = Workload::new(WorkloadKind::InferenceService, &own, pods, pod);
        load.role = Some(Field::default_in(role.to_owned(), own.spot()));
        if let Some(worker) = own.map("workerSpec") {
            load.group_size = worker.int_or("pipelineParallelSize", 1);
        }
        loads.push(load);
    }
    loads
}

/// Source: kserve/kserve, pkg/apis/serving/v1alpha1/llm_inference_service_types.go,
/// commit 01bfd23.
fn llm_inference_service(spec: &Cursor<'_>) -> Vec<Workload> {
    let mut loads = Vec::new();
    let prefill = spec.map("prefill");
    for (prefix, owner) in [("", Some(spec)), ("prefill-", prefill.as_ref())] {
        let Some(owner) = owner else { continue };
        let pods = replicas(owner, "replicas");
        for (role, key) in [("template", "template"), ("worker", "worker")] {
            let Some(own) = owner.map(key) else { continue };
            let mut pod = Pod::of_spec(&own);
            pod.labels = owner.labels("labels");
            pod.annotations = owner.labels("annotations");
            let mut load =
                Workload::new(WorkloadKind::LlmInferenceService, owner, pods.clone(), pod);
            load.role = Some(Field::default_in(format!("{prefix}{role}"), own.spot()));
            loads.push(load);
        }
    }
    loads
}
