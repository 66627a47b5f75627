//! Open WebUI.

use crate::Source;
use crate::gpu::Vendor;

use super::{
    AuthFact, CommandFact, DirectoryFact, EngineFacts, EngineKind, GpuNeed, HealthFact,
    HealthMeaning, ImageFact, Knob, KnobFact, OwnAuth, PathRole, PortFact,
};

const DOCKERFILE: Source = Source::read("open-webui/open-webui Dockerfile", "commit 00a8982");
const ENV: Source =
    Source::read("open-webui/open-webui backend/open_webui/env.py", "commit 0084323");
const DOCS: Source =
    Source::read("open-webui/docs docs/getting-started/env-configuration.mdx", "commit 00dc66f");
const MAIN: Source = Source::believed("open-webui/open-webui backend/open_webui/main.py", "0.11");

/// What is known of Open WebUI.
pub(super) static FACTS: EngineFacts = EngineFacts {
    kind: EngineKind::OpenWebUi,
    name: "Open WebUI",
    images: &[
        image("cuda", Some(&[Vendor::Nvidia]), GpuNeed::Optional),
        image("ollama", Some(&[Vendor::Nvidia]), GpuNeed::Optional),
        image("", Some(&[]), GpuNeed::None),
    ],
    entrypoint: &[],
    arguments: &["bash", "start.sh"],
    commands: &[
        CommandFact {
            words: &["bash", "start.sh"],
            positional: None,
            serves: true,
            source: DOCKERFILE,
        },
        CommandFact {
            words: &["open-webui", "serve"],
            positional: None,
            serves: true,
            source: Source::read(
                "open-webui/docs docs/getting-started/env-configuration.mdx",
                "commit 00dc66f",
            ),
        },
        CommandFact {
            words: &["uvicorn", "open_webui.main:app"],
            positional: None,
            serves: true,
            source: Source::believed("open-webui/open-webui backend/start.sh", "0.11"),
        },
    ],
    port: Some(PortFact { default: 8080, source: DOCKERFILE }),
    health: HEALTH,
    auth: AuthFact { own: OwnAuth::UnlessOff(&[Knob::Auth]), open_paths: &[], source: ENV },
    home: "/root",
    users: &[],
    home_is_fixed: true,
    directories: &[DirectoryFact {
        role: PathRole::Data,
        path: "/app/backend/data",
        moved_by: &[(Knob::DataDirectory, "")],
        is_seeded: true,
        source: DOCKERFILE,
    }],
    knobs: KNOBS,
    env_prefixes: &["WEBUI_", "OLLAMA_", "OPENAI_"],
    clashes: &[],
    gpu: GpuNeed::None,
    loads_models: false,
    openapi: "",
    metrics: "",
};

const fn image(tag: &'static str, vendors: Option<&'static [Vendor]>, gpu: GpuNeed) -> ImageFact {
    ImageFact {
        repository: "open-webui/open-webui",
        tag,
        vendors,
        maybe: &[],
        gpu,
        serves: true,
        home: "",
        source: DOCKERFILE,
    }
}

const HEALTH: &[HealthFact] = &[
    HealthFact {
        path: "/health",
        meaning: HealthMeaning::Alive,
        needs_auth: false,
        source: DOCKERFILE,
    },
    HealthFact {
        path: "/health/db",
        meaning: HealthMeaning::Dependencies,
        needs_auth: false,
        source: MAIN,
    },
    HealthFact {
        path: "/ready",
        meaning: HealthMeaning::Dependencies,
        needs_auth: false,
        source: Source::believed("open-webui/open-webui backend/open_webui/main.py", "0.11"),
    },
    HealthFact { path: "/", meaning: HealthMeaning::Meaningless, needs_auth: false, source: MAIN },
    HealthFact {
        path: "/api/models",
        meaning: HealthMeaning::Costly,
        needs_auth: true,
        source: MAIN,
    },
];

const fn env(knob: Knob, envs: &'static [&'static str], default: &'static str) -> KnobFact {
    KnobFact { knob, flags: &[], envs, default, source: DOCS }
}

const KNOBS: &[KnobFact] = &[
    KnobFact {
        knob: Knob::Port,
        flags: &["--port"],
        envs: &["PORT"],
        default: "8080",
        source: DOCKERFILE,
    },
    env(Knob::Auth, &["WEBUI_AUTH"], "True"),
    env(Knob::Signup, &["ENABLE_SIGNUP"], "True"),
    env(Knob::SessionKey, &["WEBUI_SECRET_KEY", "WEBUI_JWT_SECRET_KEY"], ""),
    env(Knob::DataDirectory, &["DATA_DIR"], "/app/backend/data"),
    KnobFact {
        knob: Knob::Database,
        flags: &[],
        // The second is one of five parts, all of which are needed; they win over the first.
        envs: &["DATABASE_URL", "DATABASE_HOST"],
        default: "",
        source: Source::read("open-webui/open-webui backend/open_webui/env.py", "0.12.4"),
    },
    env(Knob::SharedState, &["REDIS_URL"], ""),
    env(Knob::MessageBroker, &["WEBSOCKET_REDIS_URL"], ""),
    env(Knob::ObjectStorage, &["STORAGE_PROVIDER"], ""),
    env(Knob::HfHome, &["HF_HOME"], "/app/backend/data/cache/embedding/models"),
    env(
        Knob::Upstream,
        &["OLLAMA_BASE_URLS", "OLLAMA_BASE_URL", "OPENAI_API_BASE_URLS", "OPENAI_API_BASE_URL"],
        "/ollama",
    ),
    env(Knob::LogRequests, &["AUDIT_LOG_LEVEL"], "NONE"),
    env(Knob::Home, &["HOME"], "/root"),
    env(Knob::Offline, &["OFFLINE_MODE"], "False"),
];
