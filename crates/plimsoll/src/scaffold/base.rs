//! Which chart a new one is made from.

use plimsoll_size::Engine;

/// What an AI application is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Pattern {
    /// Serves a model: Ollama, llama.cpp, vLLM or Text Embeddings Inference.
    Engine,
    /// One address and keys in front of several engines: LiteLLM.
    Gateway,
    /// A page to chat on: Open WebUI.
    Ui,
    /// JupyterLab for one person.
    Notebook,
    /// A training run with torchrun.
    Training,
    /// An image of your own.
    Any,
}

/// A chart that ships, and how its values are called.
#[derive(Debug)]
pub(crate) struct Base {
    /// Its name.
    pub(crate) chart: &'static str,
    pub(crate) pattern: Pattern,
    /// What runs the model, where there is one.
    pub(crate) engine: Option<Engine>,
    /// The row of `persistence` that holds what must last.
    pub(super) claim: Option<&'static str>,
    /// Whether it can use a GPU.
    pub(crate) has_gpu: bool,
    /// Vendors without an image of upstream's.
    pub(crate) without_image: &'static [&'static str],
    /// Entries of `externalSecret` that name places in the store, and what such a place is called
    /// behind the release's name.
    pub(super) secrets: &'static [(&'static str, &'static str)],
    /// The value that names a Secret made by hand, and the end of its name.
    pub(super) existing_secret: Option<(&'static str, &'static str)>,
    /// Whether it can be published.
    pub(crate) has_entrance: bool,
}

impl Base {
    /// The base for a pattern; engines have several.
    pub(crate) fn of(pattern: Pattern, engine: Option<Engine>) -> Option<&'static Self> {
        let engine = match pattern {
            Pattern::Engine => Some(engine.unwrap_or(Engine::Ollama)),
            _ => None,
        };
        BASES.iter().find(|base| base.pattern == pattern && base.engine == engine)
    }
}

/// A chart that serves a model from a volume, behind the proxy where it is published.
const fn serving(
    chart: &'static str,
    engine: Engine,
    without_image: &'static [&'static str],
) -> Base {
    Base {
        chart,
        pattern: Pattern::Engine,
        engine: Some(engine),
        claim: Some("models"),
        has_gpu: true,
        without_image,
        secrets: &[("token", "API_TOKEN")],
        existing_secret: Some(("proxy.auth.existingSecret", "token")),
        has_entrance: true,
    }
}

pub(super) const BASES: &[Base] = &[
    serving("ollama", Engine::Ollama, &[]),
    serving("llama-cpp", Engine::LlamaCpp, &[]),
    serving("vllm", Engine::Vllm, &[]),
    serving("tei", Engine::Tei, &["amd", "intel"]),
    Base {
        chart: "litellm",
        pattern: Pattern::Gateway,
        engine: None,
        claim: None,
        has_gpu: false,
        without_image: &[],
        secrets: &[("masterKey", "MASTER_KEY"), ("saltKey", "SALT_KEY")],
        existing_secret: Some(("auth.existingSecret", "keys")),
        has_entrance: true,
    },
    Base {
        chart: "open-webui",
        pattern: Pattern::Ui,
        engine: None,
        claim: Some("data"),
        has_gpu: false,
        without_image: &[],
        secrets: &[
            ("secretKey", "SECRET_KEY"),
            ("adminPassword", "ADMIN_PASSWORD"),
            ("gatewayKey", "GATEWAY_KEY"),
        ],
        existing_secret: Some(("auth.existingSecret", "keys")),
        has_entrance: true,
    },
    Base {
        chart: "jupyter",
        pattern: Pattern::Notebook,
        engine: None,
        claim: Some("data"),
        has_gpu: true,
        without_image: &["amd", "intel"],
        secrets: &[("token", "TOKEN")],
        existing_secret: Some(("notebook.existingSecret", "token")),
        has_entrance: true,
    },
    Base {
        chart: "training",
        pattern: Pattern::Training,
        engine: None,
        claim: Some("checkpoints"),
        has_gpu: true,
        without_image: &["intel"],
        secrets: &[],
        existing_secret: None,
        has_entrance: false,
    },
    Base {
        chart: "any",
        pattern: Pattern::Any,
        engine: None,
        claim: Some("data"),
        has_gpu: true,
        without_image: &[],
        secrets: &[],
        existing_secret: None,
        has_entrance: true,
    },
];
