use plimsoll_app::engines::{Engine, EngineKind, Knob};
use plimsoll_app::{Container, Spot, Workload};

use crate::processes;
use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// Processes on several GPUs talk through `/dev/shm`, and nothing is mounted there.
    ///
    /// ## Why
    /// A container's own `/dev/shm` holds 64 MiB. NCCL and PyTorch want far more and fail at the
    /// start with “Error while creating shared memory segment”, or later with a bus error.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   containers:
    ///     - name: vllm
    ///       image: vllm/vllm-openai:v0.10.2
    ///       args: [--model, meta-llama/Llama-3.1-70B-Instruct, --tensor-parallel-size, "2"]
    ///       resources:
    ///         limits:
    ///           nvidia.com/gpu: 2
    ///           #               ^
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   containers:
    ///     - name: vllm
    ///       image: vllm/vllm-openai:v0.10.2
    ///       args: [--model, meta-llama/Llama-3.1-70B-Instruct, --tensor-parallel-size, "2"]
    ///       resources:
    ///         limits:
    ///           nvidia.com/gpu: 2
    ///       volumeMounts:
    ///         - {name: shm, mountPath: /dev/shm}
    ///   volumes:
    ///     - name: shm
    ///       emptyDir: {medium: Memory, sizeLimit: 8Gi}
    /// ```
    ///
    /// ## Fix
    /// An `emptyDir` with `medium: Memory` at `/dev/shm`, with a `sizeLimit` of at least 2Gi for
    /// each GPU; it counts towards the memory limit.
    ///
    /// ## Sources
    /// - NVIDIA NCCL documentation 2.27, “Troubleshooting”, shared memory; vllm-project/vllm docs/deployment/k8s.md
    /// - vllm-project/production-stack#276, NVIDIA/nccl#525
    slug: "shared-memory-missing",
    level: Error,
    guidelines: ["G10"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in cx.ai_workloads() {
        for container in workload.pod.all_containers() {
            let Some(engine) = &container.engine else { continue };
            let Some((spot, why_several)) = several(engine, container) else { continue };
            if is_served(cx, workload, container) {
                continue;
            }
            report
                .at(
                    spot,
                    format!(
                        "{} runs {why_several} without a volume at /dev/shm",
                        engine.facts.name
                    ),
                    "its processes talk through shared memory, of which a container has 64 MiB: it \
                     fails at the start or dies of a bus error",
                    "mount an emptyDir with medium: Memory and a sizeLimit of 2Gi or more for each \
                     GPU at /dev/shm, and add it to the memory limit",
                )
                .related("the container", &container.at);
        }
    }
}

/// Returns what makes several processes of a container talk through shared memory, in words.
fn several<'a>(engine: &'a Engine, container: &'a Container) -> Option<(&'a Spot, String)> {
    if !matches!(engine.kind, EngineKind::Vllm | EngineKind::Torchrun) {
        return None;
    }
    let gpu = container.gpus.iter().find(|gpu| gpu.is_compute() && gpu.count.value > 1);
    if let Some(gpu) = gpu {
        return Some((&gpu.count.at, format!("on {} GPUs", gpu.count.value)));
    }
    if let Some((number, setting)) = processes::in_container(engine).filter(|(n, _)| *n > 1) {
        return Some((&setting.at, format!("{number} processes")));
    }
    [Knob::TensorParallel, Knob::PipelineParallel].into_iter().find_map(|knob| {
        let number = engine.number(knob).filter(|number| number.value > 1)?;
        Some((&engine.setting(knob)?.at, format!("{} processes", number.value)))
    })
}

fn is_served(cx: &Context<'_>, workload: &Workload, container: &Container) -> bool {
    let is_on = |value: &str| matches!(value, "1" | "true");
    let unused =
        container.env_literal("NCCL_SHM_DISABLE").is_some_and(|field| is_on(field.value.trim()));
    let shares_host = workload.pod.security.host_ipc.as_ref().is_some_and(|field| field.value);
    let mounted = cx
        .app
        .landing(workload, container, "/dev/shm")
        .is_some_and(|landing| landing.mount.path.value.trim_end_matches('/') == "/dev/shm");
    unused || shares_host || mounted
}
