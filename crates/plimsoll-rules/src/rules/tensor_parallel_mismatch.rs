use plimsoll_app::engines::{Engine, EngineKind, Knob};
use plimsoll_app::gpu::Unit;
use plimsoll_app::{Container, Workload, WorkloadKind};

use crate::processes;
use crate::rule::rule;
use crate::words::count;
use crate::{Context, Level, Report};

rule! {
    /// ## What
    /// The engine splits the model over another number of GPUs than its container asks for.
    ///
    /// ## Why
    /// With too few the engine exits at the start. With too many the others are paid for and idle.
    /// Over slices or shares of a card a model cannot be split at all.
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
    ///       args:
    ///         - --model=meta-llama/Llama-3.1-70B-Instruct
    ///         - --tensor-parallel-size=4
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^
    ///       resources:
    ///         limits:
    ///           nvidia.com/gpu: 2
    /// ```
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   containers:
    ///     - name: vllm
    ///       image: vllm/vllm-openai:v0.10.2
    ///       args:
    ///         - --model=meta-llama/Llama-3.1-8B-Instruct
    ///       resources:
    ///         limits:
    ///           nvidia.com/gpu: 4
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
    ///       args:
    ///         - --model=meta-llama/Llama-3.1-70B-Instruct
    ///         - --tensor-parallel-size=4
    ///       resources:
    ///         limits:
    ///           nvidia.com/gpu: 4
    /// ```
    ///
    /// ## Fix
    /// Derive both from one value.
    ///
    /// ## Sources
    /// - vllm-project/vllm docs/serving/parallelism_scaling.md (0.11): GPUs = tensor × pipeline × data parallel size
    /// - PyTorch documentation 2.8, torchrun, `--nproc-per-node`
    /// - vllm-project/production-stack helm/values.yaml asks for 1 MIG slice with tensorParallelSize 2
    slug: "tensor-parallel-mismatch",
    level: Error,
    guidelines: ["G02"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in cx.ai_workloads() {
        for container in workload.pod.all_containers() {
            let Some(engine) = &container.engine else { continue };
            match engine.kind {
                EngineKind::Vllm if !spans_pods(workload, container) => {
                    vllm(engine, container, report);
                }
                EngineKind::Torchrun => torchrun(engine, container, report),
                _ => {}
            }
        }
    }
}

/// Tells whether the engine may spread over several pods, so that one container says too little.
fn spans_pods(workload: &Workload, container: &Container) -> bool {
    let many = matches!(
        workload.kind,
        WorkloadKind::LeaderWorkerSet | WorkloadKind::Ray | WorkloadKind::LlmInferenceService
    );
    let flags = [
        "--nnodes",
        "--node-rank",
        "--headless",
        "--distributed-executor-backend",
        "--data-parallel-size-local",
        "--data-parallel-address",
        "--data-parallel-hybrid-lb",
        "--data-parallel-external-lb",
    ];
    // What a script computes cannot be read here, and a flag may follow from it.
    many || container.line.is_partial || container.line.flag(&flags).is_some()
}

fn vllm(engine: &Engine, container: &Container, report: &mut Report) {
    let Some(gpu) = container.gpus.iter().find(|gpu| gpu.is_compute()) else { return };
    let mut product: i64 = 1;
    for knob in [Knob::TensorParallel, Knob::PipelineParallel, Knob::DataParallel] {
        if engine.setting(knob).is_some() {
            let Some(number) = engine.number(knob) else { return };
            product = product.saturating_mul(number.value.max(1));
        }
    }
    let gpus = container.gpu_count();
    let set = [Knob::TensorParallel, Knob::PipelineParallel, Knob::DataParallel]
        .into_iter()
        .find_map(|knob| engine.setting(knob));
    let spot = set.map_or(&gpu.count.at, |setting| &setting.at);
    let parts = matches!(gpu.unit, Some(Unit::Slice | Unit::Share));
    if product > 1 && parts {
        report
            .at(
                spot,
                format!(
                    "the model is split over {product} GPUs and the container gets parts of one"
                ),
                "slices and shares of a card cannot work on one model together, so the engine \
                 exits at the start",
                "ask for whole cards, or do not split the model",
            )
            .related("what the container asks for", &gpu.name.at);
    } else if product > gpus {
        report
            .at(
                spot,
                format!("the engine wants {product} GPUs and the container asks for {gpus}"),
                "the engine exits at the start",
                "derive both numbers from one value",
            )
            .related("what the container asks for", &gpu.count.at);
    } else if product < gpus {
        report
            .at(
                spot,
                format!("the engine uses {product} of the container's {}", count(gpus, "GPU")),
                "the others are reserved and idle, and their memory is not used",
                "set --tensor-parallel-size to the number of GPUs, from the same value",
            )
            .level(Level::Warning)
            .related("what the container asks for", &gpu.count.at);
    }
}

fn torchrun(engine: &Engine, container: &Container, report: &mut Report) {
    let Some(gpu) = container.gpus.iter().find(|gpu| gpu.is_compute()) else { return };
    let Some((number, setting)) = processes::in_container(engine) else { return };
    let gpus = container.gpu_count();
    if number > gpus {
        report
            .at(
                &setting.at,
                format!("{number} processes share {}", count(gpus, "GPU")),
                "each process takes a GPU by its number, and those without one stop the whole job",
                "start as many processes as the container has GPUs",
            )
            .related("what the container asks for", &gpu.count.at);
    }
}
