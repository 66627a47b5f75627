//! vLLM.

use crate::Source;
use crate::gpu::Vendor;

use super::{
    AuthFact, ClashFact, CommandFact, DirectoryFact, EngineFacts, EngineKind, GpuNeed, HealthFact,
    HealthMeaning, ImageFact, Knob, KnobFact, OwnAuth, PathRole, PortFact,
};

const SECURITY: Source = Source::read("vllm-project/vllm docs/usage/security.md", "commit 00b005c");
const ENVS: Source = Source::read("vllm-project/vllm vllm/envs.py", "commit 001f69f");
const ARGS: Source = Source::read(
    "vllm-project/vllm vllm/engine/arg_utils.py; newer parallel flags as other parsers repeat them",
    "commit 001999d, 2026-08",
);
const DOCKER: Source =
    Source::read("vllm-project/vllm docs/deployment/docker.md", "commit 0231979");
const SERVE: Source =
    Source::believed("vllm-project/vllm vllm/entrypoints/openai/api_server.py", "2026-08");
const HUB: Source =
    Source::read("huggingface/huggingface_hub src/huggingface_hub/constants.py", "commit 03333b6");

/// What is known of vLLM.
pub(super) static FACTS: EngineFacts = EngineFacts {
    kind: EngineKind::Vllm,
    name: "vLLM",
    images: IMAGES,
    entrypoint: &["vllm", "serve"],
    arguments: &[],
    commands: COMMANDS,
    port: Some(PortFact { default: 8000, source: DOCKER }),
    health: HEALTH,
    auth: AuthFact {
        own: OwnAuth::WhenSet(&[Knob::ApiKey]),
        open_paths: &[
            "/invocations",
            "/generative_scoring",
            "/pooling",
            "/classify",
            "/score",
            "/rerank",
            "/tokenize",
            "/detokenize",
            "/pause",
            "/resume",
            "/update_weights",
            "/scale_elastic_ep",
        ],
        source: SECURITY,
    },
    home: "/root",
    users: &[(2000, "/home/vllm")],
    home_is_fixed: false,
    directories: DIRECTORIES,
    knobs: KNOBS,
    env_prefixes: &["VLLM_"],
    clashes: &[ClashFact {
        variable: "VLLM_PORT",
        effect: "does not start, since it reads the address as a port: \
                 \"VLLM_PORT … appears to be a URI\"",
        source: ENVS,
    }],
    gpu: GpuNeed::Required,
    loads_models: true,
    openapi: "/openapi.json",
    metrics: "/metrics",
};

const fn image(
    repository: &'static str,
    tag: &'static str,
    vendors: Option<&'static [Vendor]>,
    gpu: GpuNeed,
    source: Source,
) -> ImageFact {
    ImageFact { repository, tag, vendors, maybe: &[], gpu, serves: true, home: "", source }
}

/// Red Hat's images have the home directory of its language stacks.
const fn red_hat(repository: &'static str, vendors: Option<&'static [Vendor]>) -> ImageFact {
    ImageFact {
        home: "/opt/app-root/src",
        ..image(repository, "", vendors, GpuNeed::Required, NAMED)
    }
}

const NVIDIA: Option<&[Vendor]> = Some(&[Vendor::Nvidia]);
const AMD: Option<&[Vendor]> = Some(&[Vendor::Amd]);
const INTEL: Option<&[Vendor]> = Some(&[Vendor::Intel]);
const GAUDI: Option<&[Vendor]> = Some(&[Vendor::Gaudi]);
const CPU: Option<&[Vendor]> = Some(&[]);
const NAMED: Source =
    Source::believed("names of images that vendors and platforms publish", "2026");
const KUBEAI: Source = Source::read("substratusai/kubeai charts/kubeai/values.yaml", "0.21.0");
const KSERVE: Source = Source::read("kserve/kserve config/runtimes", "0.16");

const IMAGES: &[ImageFact] = &[
    image("vllm/vllm-openai-rocm", "", AMD, GpuNeed::Required, DOCKER),
    image("vllm/vllm-openai", "cpu", CPU, GpuNeed::None, DOCKER),
    image("vllm/vllm-openai-cpu", "", CPU, GpuNeed::None, NAMED),
    image("vllm/vllm-openai-xpu", "", INTEL, GpuNeed::Required, NAMED),
    image("vllm/vllm-openai", "", NVIDIA, GpuNeed::Required, DOCKER),
    image("vllm/vllm-tpu", "", Some(&[Vendor::Tpu]), GpuNeed::Required, NAMED),
    image("rocm/vllm*", "", AMD, GpuNeed::Required, NAMED),
    image("intel/vllm*", "", INTEL, GpuNeed::Required, NAMED),
    image("intel/llm-scaler-vllm", "", INTEL, GpuNeed::Required, NAMED),
    image("vllm-cpu-release-repo", "", CPU, GpuNeed::None, DOCKER),
    image("vllm-release-repo", "", NVIDIA, GpuNeed::Required, DOCKER),
    image("vllm-ci-postmerge-repo", "", NVIDIA, GpuNeed::Required, NAMED),
    image("nvidia/vllm", "", NVIDIA, GpuNeed::Required, NAMED),
    image("lmcache/vllm-openai*", "", NVIDIA, GpuNeed::Required, NAMED),
    image("vault/vllm-gaudi*", "", GAUDI, GpuNeed::Required, NAMED),
    red_hat("rhaiis/vllm-cuda-rhel9", NVIDIA),
    red_hat("rhaiis/vllm-rocm-rhel9", AMD),
    image("rhoai/odh-vllm-cuda-rhel9", "", NVIDIA, GpuNeed::Required, NAMED),
    image("rhoai/odh-vllm-rocm-rhel9", "", AMD, GpuNeed::Required, NAMED),
    image("rhoai/odh-vllm-gaudi-rhel9", "", GAUDI, GpuNeed::Required, NAMED),
    image("rhoai/odh-vllm-cpu-rhel9", "", CPU, GpuNeed::None, NAMED),
    image("modh/vllm", "", None, GpuNeed::Required, NAMED),
    image("opendatahub/vllm", "", None, GpuNeed::Required, NAMED),
    image("llm-d/llm-d-cuda", "", NVIDIA, GpuNeed::Required, NAMED),
    image("llm-d/llm-d-rocm", "", AMD, GpuNeed::Required, NAMED),
    image("llm-d/llm-d-xpu", "", INTEL, GpuNeed::Required, NAMED),
    image("llm-d/llm-d-cpu", "", CPU, GpuNeed::None, NAMED),
    image("llm-d/llm-d", "", NVIDIA, GpuNeed::Required, NAMED),
    image("substratusai/vllm", "", None, GpuNeed::Required, KUBEAI),
    image("kserve/vllmserver", "", None, GpuNeed::Required, KSERVE),
];

const fn command(
    words: &'static [&'static str],
    positional: Option<Knob>,
    serves: bool,
) -> CommandFact {
    CommandFact { words, positional, serves, source: SERVE }
}

const COMMANDS: &[CommandFact] = &[
    command(&["vllm", "serve"], Some(Knob::Model), true),
    command(&["-m", "vllm.entrypoints.openai.api_server"], None, true),
    command(&["-m", "vllm.entrypoints.api_server"], None, true),
    command(&["vllm", "bench"], None, false),
    command(&["vllm", "run-batch"], None, false),
    command(&["vllm", "chat"], None, false),
];

const fn health(
    path: &'static str,
    meaning: HealthMeaning,
    needs_auth: bool,
    source: Source,
) -> HealthFact {
    HealthFact { path, meaning, needs_auth, source }
}

/// The server's socket opens once the engine is up, so all of them refuse while a model loads.
const HEALTH: &[HealthFact] = &[
    health("/health", HealthMeaning::Loaded, false, SECURITY),
    health("/v1/models", HealthMeaning::Ready, true, SECURITY),
    health("/ping", HealthMeaning::Loaded, false, SECURITY),
    health("/version", HealthMeaning::Loaded, false, SECURITY),
    health("/load", HealthMeaning::Loaded, false, SECURITY),
    health("/metrics", HealthMeaning::Loaded, false, SERVE),
    health("/ready", HealthMeaning::Absent, false, SERVE),
    health("/healthz", HealthMeaning::Absent, false, SERVE),
    health("/", HealthMeaning::Absent, false, SERVE),
    health("/v1/chat/completions", HealthMeaning::Costly, true, SECURITY),
    health("/v1/completions", HealthMeaning::Costly, true, SECURITY),
];

const DIRECTORIES: &[DirectoryFact] = &[
    DirectoryFact {
        role: PathRole::Models,
        path: "~/.cache/huggingface/hub",
        moved_by: &[
            (Knob::ModelDirectory, ""),
            (Knob::HfHubCache, ""),
            (Knob::HfHome, "/hub"),
            (Knob::XdgCache, "/huggingface/hub"),
        ],
        is_seeded: false,
        source: HUB,
    },
    DirectoryFact {
        role: PathRole::Cache,
        path: "~/.cache/vllm",
        moved_by: &[(Knob::CacheDirectory, ""), (Knob::XdgCache, "/vllm")],
        is_seeded: false,
        source: ENVS,
    },
    DirectoryFact {
        role: PathRole::Cache,
        path: "~/.config/vllm",
        moved_by: &[(Knob::ConfigDirectory, ""), (Knob::XdgConfig, "/vllm")],
        is_seeded: false,
        source: ENVS,
    },
    DirectoryFact {
        role: PathRole::Cache,
        path: "~/.triton",
        moved_by: &[(Knob::TritonCache, "")],
        is_seeded: false,
        source: Source::read("vllm-project/vllm issue 20127, llm-d/llm-d issue 1430", "2026"),
    },
    DirectoryFact {
        role: PathRole::Cache,
        path: "/tmp",
        moved_by: &[(Knob::InductorCache, "")],
        is_seeded: false,
        source: Source::believed("pytorch torch/_inductor: torchinductor_<user> in the tmp", "2.9"),
    },
];

const fn flag(
    knob: Knob,
    flags: &'static [&'static str],
    envs: &'static [&'static str],
    default: &'static str,
) -> KnobFact {
    KnobFact { knob, flags, envs, default, source: ARGS }
}

const fn env(knob: Knob, envs: &'static [&'static str], source: Source) -> KnobFact {
    KnobFact { knob, flags: &[], envs, default: "", source }
}

const KNOBS: &[KnobFact] = &[
    flag(Knob::Model, &["--model"], &[], ""),
    flag(Knob::Revision, &["--revision"], &[], ""),
    flag(Knob::ServedName, &["--served-model-name"], &[], ""),
    flag(Knob::Host, &["--host"], &[], "0.0.0.0"),
    flag(Knob::Port, &["--port"], &[], "8000"),
    flag(Knob::BasePath, &["--root-path"], &[], ""),
    flag(Knob::ApiKey, &["--api-key"], &["VLLM_API_KEY"], ""),
    flag(Knob::TensorParallel, &["--tensor-parallel-size", "-tp"], &[], "1"),
    flag(Knob::PipelineParallel, &["--pipeline-parallel-size", "-pp"], &[], "1"),
    flag(Knob::ContextParallel, &["--prefill-context-parallel-size", "-pcp"], &[], "1"),
    flag(Knob::DataParallel, &["--data-parallel-size", "-dp"], &["VLLM_DP_SIZE"], "1"),
    flag(Knob::DataParallelLocal, &["--data-parallel-size-local", "-dpl"], &[], ""),
    flag(Knob::Nodes, &["--nnodes", "-n"], &[], "1"),
    flag(Knob::ParallelBackend, &["--distributed-executor-backend"], &[], ""),
    flag(Knob::GpuMemoryShare, &["--gpu-memory-utilization"], &[], "0.9"),
    flag(Knob::ContextLength, &["--max-model-len"], &[], ""),
    flag(Knob::ParallelRequests, &["--max-num-seqs"], &[], ""),
    flag(Knob::ModelDirectory, &["--download-dir"], &[], ""),
    flag(Knob::Device, &["--device"], &["VLLM_TARGET_DEVICE"], ""),
    flag(Knob::LogRequests, &["--enable-log-requests"], &[], ""),
    flag(Knob::ConfigFile, &["--config"], &[], ""),
    env(Knob::Home, &["HOME"], ENVS),
    env(Knob::HfHome, &["HF_HOME"], HUB),
    env(Knob::HfHubCache, &["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"], HUB),
    env(Knob::XdgCache, &["XDG_CACHE_HOME"], ENVS),
    env(Knob::XdgConfig, &["XDG_CONFIG_HOME"], ENVS),
    env(Knob::CacheDirectory, &["VLLM_CACHE_ROOT"], ENVS),
    env(Knob::ConfigDirectory, &["VLLM_CONFIG_ROOT"], ENVS),
    env(
        Knob::TritonCache,
        &["TRITON_CACHE_DIR"],
        Source::believed("triton-lang/triton python/triton/knobs.py", "3.5"),
    ),
    env(
        Knob::InductorCache,
        &["TORCHINDUCTOR_CACHE_DIR"],
        Source::believed("pytorch torch/_inductor/runtime/cache_dir_utils.py", "2.9"),
    ),
    env(Knob::DeveloperMode, &["VLLM_SERVER_DEV_MODE"], SECURITY),
    env(Knob::NoTelemetry, &["VLLM_NO_USAGE_STATS", "VLLM_DO_NOT_TRACK", "DO_NOT_TRACK"], ENVS),
    env(Knob::Offline, &["HF_HUB_OFFLINE"], HUB),
];
