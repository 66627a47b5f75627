//! Hugging Face's text embeddings inference.

use crate::Source;
use crate::gpu::Vendor;

use super::{
    AuthFact, CommandFact, DirectoryFact, EngineFacts, EngineKind, GpuNeed, HealthFact,
    HealthMeaning, ImageFact, Knob, KnobFact, OwnAuth, PathRole, PortFact,
};

const README: Source = Source::read("huggingface/text-embeddings-inference README.md", "1.9.3");
const DOCKERFILE: Source =
    Source::read("huggingface/text-embeddings-inference Dockerfile", "1.9.3");
const SERVER: Source =
    Source::read("huggingface/text-embeddings-inference router/src/http/server.rs", "1.9.3");

/// What is known of text embeddings inference.
pub(super) static FACTS: EngineFacts = EngineFacts {
    kind: EngineKind::Tei,
    name: "Text Embeddings Inference",
    images: &[
        image("cpu", Some(&[]), GpuNeed::None),
        image("hpu", Some(&[Vendor::Gaudi]), GpuNeed::Required),
        image("", Some(&[Vendor::Nvidia]), GpuNeed::Required),
    ],
    entrypoint: &["text-embeddings-router"],
    arguments: &["--json-output"],
    commands: &[CommandFact {
        words: &["text-embeddings-router"],
        positional: None,
        serves: true,
        source: README,
    }],
    port: Some(PortFact { default: 80, source: DOCKERFILE }),
    health: HEALTH,
    auth: AuthFact { own: OwnAuth::WhenSet(&[Knob::ApiKey]), open_paths: &[], source: SERVER },
    home: "/root",
    users: &[],
    home_is_fixed: false,
    directories: &[DirectoryFact {
        role: PathRole::Models,
        path: "/data",
        moved_by: &[(Knob::HfHubCache, "")],
        is_seeded: false,
        source: README,
    }],
    knobs: KNOBS,
    env_prefixes: &[],
    clashes: &[],
    gpu: GpuNeed::Unknown,
    loads_models: true,
    openapi: "/api-doc/openapi.json",
    metrics: "/metrics",
};

const fn image(tag: &'static str, vendors: Option<&'static [Vendor]>, gpu: GpuNeed) -> ImageFact {
    ImageFact {
        repository: "huggingface/text-embeddings-inference",
        tag,
        vendors,
        maybe: &[],
        gpu,
        serves: true,
        home: "",
        source: README,
    }
}

const fn health(path: &'static str, meaning: HealthMeaning, needs_auth: bool) -> HealthFact {
    HealthFact { path, meaning, needs_auth, source: SERVER }
}

/// The socket opens after the model's warm-up, so all of them refuse while it loads.
const HEALTH: &[HealthFact] = &[
    health("/health", HealthMeaning::Loaded, false),
    health("/", HealthMeaning::Loaded, false),
    health("/ping", HealthMeaning::Loaded, false),
    health("/metrics", HealthMeaning::Loaded, false),
    health("/info", HealthMeaning::Loaded, true),
    health("/ready", HealthMeaning::Absent, false),
    health("/embed", HealthMeaning::Costly, true),
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
    knob(Knob::Port, &["-p", "--port"], &["PORT"], "80"),
    knob(Knob::Host, &["--hostname"], &["HOSTNAME"], "0.0.0.0"),
    knob(Knob::Model, &["--model-id"], &["MODEL_ID"], "BAAI/bge-large-en-v1.5"),
    knob(Knob::Revision, &["--revision"], &["REVISION"], ""),
    knob(Knob::ServedName, &["--served-model-name"], &["SERVED_MODEL_NAME"], ""),
    knob(Knob::HfHubCache, &["--huggingface-hub-cache"], &["HUGGINGFACE_HUB_CACHE"], "/data"),
    knob(
        Knob::ParallelRequests,
        &["--max-concurrent-requests"],
        &["MAX_CONCURRENT_REQUESTS"],
        "512",
    ),
    knob(Knob::ApiKey, &["--api-key"], &["API_KEY"], ""),
    knob(Knob::Home, &[], &["HOME"], ""),
    knob(Knob::Offline, &[], &["HF_HUB_OFFLINE"], ""),
];
