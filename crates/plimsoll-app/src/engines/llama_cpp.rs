//! llama.cpp's server.

use crate::Source;
use crate::gpu::Vendor;

use super::{
    AuthFact, CommandFact, DirectoryFact, EngineFacts, EngineKind, GpuNeed, HealthFact,
    HealthMeaning, ImageFact, Knob, KnobFact, OwnAuth, PathRole, PortFact,
};

const README: Source = Source::read("ggml-org/llama.cpp tools/server/README.md", "commit 00dc805");
const DOCKER: Source = Source::read("ggml-org/llama.cpp docs/docker.md", "commit 30255fc");

/// What is known of llama.cpp's server.
pub(super) static FACTS: EngineFacts = EngineFacts {
    kind: EngineKind::LlamaCpp,
    name: "llama.cpp server",
    images: IMAGES,
    entrypoint: &["/app/llama-server"],
    arguments: &[],
    commands: COMMANDS,
    port: Some(PortFact {
        default: 8080,
        source: Source::read(
            "ggml-org/llama.cpp pull request 26508: 8080 so far, 9931 in newer builds",
            "2026-08",
        ),
    }),
    health: HEALTH,
    auth: AuthFact {
        own: OwnAuth::WhenSet(&[Knob::ApiKey, Knob::ApiKeyFile]),
        open_paths: &[],
        source: README,
    },
    home: "/root",
    users: &[],
    home_is_fixed: false,
    directories: DIRECTORIES,
    knobs: KNOBS,
    env_prefixes: &["LLAMA_ARG_", "LLAMA_"],
    clashes: &[],
    gpu: GpuNeed::Optional,
    loads_models: true,
    openapi: "",
    metrics: "/metrics",
};

/// Where downloads go; newer builds share the cache of Hugging Face, older ones had their own.
const DIRECTORIES: &[DirectoryFact] = &[
    DirectoryFact {
        role: PathRole::Models,
        path: "~/.cache/huggingface/hub",
        moved_by: &[
            (Knob::ModelDirectory, ""),
            (Knob::CacheDirectory, ""),
            (Knob::HfHubCache, ""),
            (Knob::HfHome, "/hub"),
            (Knob::XdgCache, "/huggingface/hub"),
        ],
        is_seeded: false,
        source: Source::read("ggml-org/llama.cpp common/hf-cache.cpp", "commit 03eb25f"),
    },
    DirectoryFact {
        role: PathRole::Models,
        path: "~/.cache/llama.cpp",
        moved_by: &[
            (Knob::ModelDirectory, ""),
            (Knob::CacheDirectory, ""),
            (Knob::XdgCache, "/llama.cpp"),
        ],
        is_seeded: false,
        source: Source::believed("ggml-org/llama.cpp common/common.cpp, before 2026", "2025"),
    },
];

const fn image(
    repository: &'static str,
    tag: &'static str,
    vendors: &'static [Vendor],
    serves: bool,
    source: Source,
) -> ImageFact {
    let gpu = if vendors.is_empty() { GpuNeed::None } else { GpuNeed::Optional };
    ImageFact { repository, tag, vendors: Some(vendors), maybe: &[], gpu, serves, home: "", source }
}

const ANY: &[Vendor] = &[Vendor::Nvidia, Vendor::Amd, Vendor::Intel];

const IMAGES: &[ImageFact] = &[
    image("llama.cpp", "full", &[], false, DOCKER),
    image("llama.cpp", "light", &[], false, DOCKER),
    image("llama.cpp", "cuda", &[Vendor::Nvidia], true, DOCKER),
    image("llama.cpp", "rocm", &[Vendor::Amd], true, DOCKER),
    image("llama.cpp", "intel", &[Vendor::Intel], true, DOCKER),
    image("llama.cpp", "openvino", &[Vendor::Intel], true, DOCKER),
    image("llama.cpp", "vulkan", ANY, true, DOCKER),
    image("llama.cpp", "musa", &[], true, DOCKER),
    image("llama.cpp", "server", &[], true, DOCKER),
    image("llama.cpp", "", &[], true, DOCKER),
];

const fn command(words: &'static [&'static str], serves: bool) -> CommandFact {
    CommandFact { words, positional: None, serves, source: README }
}

const COMMANDS: &[CommandFact] = &[
    command(&["llama-server"], true),
    command(&["llama", "serve"], true),
    command(&["-m", "llama_cpp.server"], true),
    command(&["llama-cli"], false),
    command(&["llama-bench"], false),
    command(&["llama-quantize"], false),
];

const fn health(path: &'static str, meaning: HealthMeaning, needs_auth: bool) -> HealthFact {
    HealthFact { path, meaning, needs_auth, source: README }
}

/// While a model loads, `/health` answers 503 and nearly all other paths do so too.
const HEALTH: &[HealthFact] = &[
    health("/health", HealthMeaning::Loaded, false),
    health("/v1/health", HealthMeaning::Loaded, false),
    health("/v1/models", HealthMeaning::Loaded, false),
    health("/models", HealthMeaning::Loaded, false),
    health("/metrics", HealthMeaning::Loaded, true),
    health("/slots", HealthMeaning::Loaded, true),
    health("/props", HealthMeaning::Loaded, true),
    health("/", HealthMeaning::Meaningless, false),
    health("/ready", HealthMeaning::Absent, false),
    health("/completion", HealthMeaning::Costly, true),
    health("/v1/chat/completions", HealthMeaning::Costly, true),
];

const fn knob(
    knob: Knob,
    flags: &'static [&'static str],
    envs: &'static [&'static str],
    default: &'static str,
) -> KnobFact {
    KnobFact { knob, flags, envs, default, source: README }
}

const KNOBS: &[KnobFact] = &[
    knob(Knob::Host, &["--host"], &["LLAMA_ARG_HOST"], "0.0.0.0"),
    knob(Knob::Port, &["--port"], &["LLAMA_ARG_PORT"], "8080"),
    knob(Knob::BasePath, &["--api-prefix"], &["LLAMA_ARG_API_PREFIX"], ""),
    knob(
        Knob::Model,
        &[
            "-m",
            "--model",
            "-hf",
            "-hfr",
            "--hf-repo",
            "-mu",
            "--model-url",
            "-dr",
            "--docker-repo",
        ],
        &["LLAMA_ARG_MODEL", "LLAMA_ARG_HF_REPO", "LLAMA_ARG_MODEL_URL", "LLAMA_ARG_DOCKER_REPO"],
        "",
    ),
    knob(Knob::ServedName, &["-a", "--alias"], &["LLAMA_ARG_ALIAS"], ""),
    knob(Knob::ModelDirectory, &["--models-dir"], &["LLAMA_ARG_MODELS_DIR"], ""),
    knob(Knob::CacheDirectory, &[], &["LLAMA_CACHE"], ""),
    knob(Knob::HfHubCache, &[], &["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"], ""),
    knob(Knob::HfHome, &[], &["HF_HOME"], ""),
    knob(Knob::XdgCache, &[], &["XDG_CACHE_HOME"], ""),
    knob(Knob::Home, &[], &["HOME"], "/root"),
    knob(Knob::ContextLength, &["-c", "--ctx-size"], &["LLAMA_ARG_CTX_SIZE"], "0"),
    knob(
        Knob::GpuLayers,
        &["-ngl", "--gpu-layers", "--n-gpu-layers"],
        &["LLAMA_ARG_N_GPU_LAYERS"],
        "auto",
    ),
    knob(Knob::ParallelRequests, &["-np", "--parallel"], &["LLAMA_ARG_N_PARALLEL"], "-1"),
    knob(Knob::LoadedModels, &["--models-max"], &["LLAMA_ARG_MODELS_MAX"], "4"),
    knob(Knob::CacheRam, &["-cram", "--cache-ram"], &["LLAMA_ARG_CACHE_RAM"], "8192"),
    knob(Knob::Device, &["-dev", "--device"], &["LLAMA_ARG_DEVICE"], ""),
    knob(Knob::ApiKey, &["--api-key"], &["LLAMA_API_KEY"], ""),
    knob(Knob::ApiKeyFile, &["--api-key-file"], &["LLAMA_ARG_API_KEY_FILE"], ""),
    knob(
        Knob::DeveloperMode,
        &["--tools", "-ag", "--agent"],
        &["LLAMA_ARG_TOOLS", "LLAMA_ARG_AGENT"],
        "",
    ),
    knob(Knob::LogRequests, &["--log-prompts-dir"], &[], ""),
    knob(Knob::Offline, &["--offline"], &["LLAMA_ARG_OFFLINE"], ""),
];
