//! Ollama.

use crate::Source;
use crate::gpu::Vendor;

use super::{
    AuthFact, CommandFact, DirectoryFact, EngineFacts, EngineKind, GpuNeed, HealthFact,
    HealthMeaning, ImageFact, Knob, KnobFact, OwnAuth, PathRole, PortFact,
};

const DOCKERFILE: Source = Source::read("ollama/ollama Dockerfile", "0.33-rc");
const CONFIG: Source = Source::read("ollama/ollama envconfig/config.go", "0.33-rc");
const ROUTES: Source = Source::read("ollama/ollama server/routes.go", "0.33-rc");

/// What is known of Ollama.
pub(super) static FACTS: EngineFacts = EngineFacts {
    kind: EngineKind::Ollama,
    name: "Ollama",
    images: IMAGES,
    entrypoint: &["/bin/ollama"],
    arguments: &["serve"],
    commands: COMMANDS,
    port: Some(PortFact { default: 11434, source: DOCKERFILE }),
    health: HEALTH,
    auth: AuthFact {
        own: OwnAuth::None,
        open_paths: &["/api/generate", "/api/chat", "/api/pull", "/api/delete", "/v1"],
        source: Source::read("ollama/ollama issues 1053, 849, 8536 and 12476", "2026"),
    },
    home: "/root",
    users: &[],
    home_is_fixed: false,
    directories: &[
        DirectoryFact {
            role: PathRole::Models,
            path: "~/.ollama/models",
            moved_by: &[(Knob::ModelDirectory, "")],
            is_seeded: false,
            source: CONFIG,
        },
        DirectoryFact {
            role: PathRole::State,
            path: "~/.ollama",
            moved_by: &[],
            is_seeded: false,
            source: Source::believed(
                "ollama/ollama server/auth.go, key id_ed25519 in the home",
                "0.33-rc",
            ),
        },
    ],
    knobs: KNOBS,
    env_prefixes: &["OLLAMA_"],
    clashes: &[],
    gpu: GpuNeed::Optional,
    loads_models: true,
    openapi: "",
    metrics: "",
};

const IMAGES: &[ImageFact] = &[
    ImageFact {
        repository: "ollama/ollama",
        tag: "rocm",
        vendors: Some(&[Vendor::Amd]),
        maybe: &[],
        gpu: GpuNeed::Optional,
        serves: true,
        home: "",
        source: DOCKERFILE,
    },
    ImageFact {
        repository: "ollama/ollama",
        tag: "",
        vendors: Some(&[Vendor::Nvidia]),
        maybe: &[Vendor::Amd, Vendor::Intel],
        gpu: GpuNeed::Optional,
        serves: true,
        home: "",
        source: Source::read(
            "ollama/ollama Dockerfile, docs/gpu.mdx: Vulkan is bundled",
            "0.33-rc",
        ),
    },
    ImageFact {
        repository: "alpine/ollama",
        tag: "",
        vendors: Some(&[]),
        maybe: &[],
        gpu: GpuNeed::None,
        serves: true,
        home: "",
        source: Source::believed("alpine-docker/ollama README.md, built for CPU only", "2025"),
    },
    ImageFact {
        repository: "ipex-llm-inference-cpp-xpu",
        tag: "",
        vendors: Some(&[Vendor::Intel]),
        maybe: &[],
        gpu: GpuNeed::Required,
        serves: false,
        home: "",
        source: Source::believed(
            "intel/ipex-llm docs, archived; holds Ollama and llama.cpp",
            "2.2",
        ),
    },
    ImageFact {
        repository: "ollama",
        tag: "",
        vendors: None,
        maybe: &[],
        gpu: GpuNeed::Optional,
        serves: true,
        home: "",
        source: Source::believed("copies and rebuilds under the same name in other places", "2026"),
    },
];

const CLI: Source = Source::believed("ollama/ollama cmd/cmd.go", "0.33-rc");

const COMMANDS: &[CommandFact] = &[
    CommandFact { words: &["ollama", "serve"], positional: None, serves: true, source: CLI },
    CommandFact {
        words: &["ollama", "pull"],
        positional: Some(Knob::Model),
        serves: false,
        source: CLI,
    },
    CommandFact {
        words: &["ollama", "run"],
        positional: Some(Knob::Model),
        serves: false,
        source: CLI,
    },
    CommandFact {
        words: &["ollama", "create"],
        positional: Some(Knob::Model),
        serves: false,
        source: CLI,
    },
    CommandFact { words: &["ollama", "list"], positional: None, serves: false, source: CLI },
    CommandFact { words: &["ollama", "ps"], positional: None, serves: false, source: CLI },
];

const fn health(path: &'static str, meaning: HealthMeaning) -> HealthFact {
    HealthFact { path, meaning, needs_auth: false, source: ROUTES }
}

const HEALTH: &[HealthFact] = &[
    health("/", HealthMeaning::Alive),
    health("/api/version", HealthMeaning::Alive),
    health("/api/tags", HealthMeaning::Alive),
    health("/api/ps", HealthMeaning::Alive),
    health("/v1/models", HealthMeaning::Alive),
    health("/health", HealthMeaning::Absent),
    health("/healthz", HealthMeaning::Absent),
    health("/ready", HealthMeaning::Absent),
    health("/readyz", HealthMeaning::Absent),
    health("/metrics", HealthMeaning::Absent),
    health("/api/generate", HealthMeaning::Costly),
    health("/api/chat", HealthMeaning::Costly),
];

const fn knob(knob: Knob, envs: &'static [&'static str], default: &'static str) -> KnobFact {
    KnobFact { knob, flags: &[], envs, default, source: CONFIG }
}

const KNOBS: &[KnobFact] = &[
    knob(Knob::Host, &["OLLAMA_HOST"], "0.0.0.0:11434"),
    knob(Knob::Home, &["HOME"], "/root"),
    knob(Knob::ModelDirectory, &["OLLAMA_MODELS"], ""),
    knob(Knob::KeepAlive, &["OLLAMA_KEEP_ALIVE"], "5m"),
    knob(Knob::ContextLength, &["OLLAMA_CONTEXT_LENGTH"], ""),
    knob(Knob::ParallelRequests, &["OLLAMA_NUM_PARALLEL"], "1"),
    knob(Knob::LoadedModels, &["OLLAMA_MAX_LOADED_MODELS"], ""),
    knob(Knob::CacheRam, &["LLAMA_ARG_CACHE_RAM"], "8192"),
    knob(Knob::LogRequests, &["OLLAMA_DEBUG_LOG_REQUESTS"], ""),
    knob(Knob::Offline, &["OLLAMA_NO_CLOUD"], ""),
    knob(Knob::Device, &["OLLAMA_LLM_LIBRARY"], ""),
];
