//! The LiteLLM proxy.

use crate::Source;

use super::{
    AuthFact, ClashFact, CommandFact, DirectoryFact, EngineFacts, EngineKind, GpuNeed, HealthFact,
    HealthMeaning, ImageFact, Knob, KnobFact, OwnAuth, PathRole, PortFact,
};

const CLI: Source = Source::read("BerriAI/litellm litellm/proxy/proxy_cli.py", "commit 0054038");
const HEALTH_DOC: Source =
    Source::read("BerriAI/litellm docs/my-website/docs/proxy/health.md", "commit 0557b39");
const PROXY: Source =
    Source::read("BerriAI/litellm docs/my-website/docs/proxy/config_settings.md", "2026-08");
const DOCKERFILE: Source = Source::read("BerriAI/litellm Dockerfile", "2026-08");

/// What is known of LiteLLM.
pub(super) static FACTS: EngineFacts = EngineFacts {
    kind: EngineKind::LiteLlm,
    name: "LiteLLM",
    images: &[
        ImageFact {
            repository: "berriai/litellm*",
            tag: "",
            vendors: Some(&[]),
            maybe: &[],
            gpu: GpuNeed::None,
            serves: true,
            home: "",
            source: DOCKERFILE,
        },
        ImageFact {
            repository: "litellm/litellm*",
            tag: "",
            vendors: Some(&[]),
            maybe: &[],
            gpu: GpuNeed::None,
            serves: true,
            home: "",
            source: Source::believed("Docker Hub, LiteLLM's own organisation", "2026"),
        },
    ],
    entrypoint: &["docker/prod_entrypoint.sh"],
    arguments: &["--port", "4000"],
    commands: &[
        CommandFact {
            words: &["docker/prod_entrypoint.sh"],
            positional: None,
            serves: true,
            source: DOCKERFILE,
        },
        CommandFact {
            words: &["prod_entrypoint.sh"],
            positional: None,
            serves: true,
            source: DOCKERFILE,
        },
        CommandFact { words: &["litellm"], positional: None, serves: true, source: CLI },
        CommandFact {
            words: &["litellm/proxy/proxy_cli.py"],
            positional: None,
            serves: true,
            source: CLI,
        },
        CommandFact {
            words: &["litellm/proxy/prisma_migration.py"],
            positional: None,
            serves: false,
            source: Source::read("BerriAI/litellm deploy/charts/litellm-helm", "57a634d"),
        },
        CommandFact { words: &["prisma", "migrate"], positional: None, serves: false, source: CLI },
    ],
    port: Some(PortFact { default: 4000, source: CLI }),
    health: HEALTH,
    auth: AuthFact { own: OwnAuth::WhenSet(&[Knob::ApiKey]), open_paths: &[], source: PROXY },
    home: "/root",
    users: &[],
    home_is_fixed: false,
    directories: &[DirectoryFact {
        role: PathRole::Cache,
        path: "~/.cache",
        moved_by: &[(Knob::XdgCache, "")],
        is_seeded: true,
        source: Source::believed("BerriAI/litellm docker/Dockerfile.non_root: Prisma", "1.92"),
    }],
    knobs: KNOBS,
    env_prefixes: &["LITELLM_", "REDIS_"],
    clashes: &[ClashFact {
        variable: "REDIS_PORT",
        effect: "reads the address as the port of Redis and cannot connect",
        source: Source::read("BerriAI/litellm litellm/_redis.py", "commit 009e7bc"),
    }],
    gpu: GpuNeed::None,
    loads_models: false,
    openapi: "/openapi.json",
    metrics: "/metrics",
};

const fn health(path: &'static str, meaning: HealthMeaning, needs_auth: bool) -> HealthFact {
    HealthFact { path, meaning, needs_auth, source: HEALTH_DOC }
}

const HEALTH: &[HealthFact] = &[
    health("/health/liveliness", HealthMeaning::Alive, false),
    health("/health/liveness", HealthMeaning::Alive, false),
    health("/health/readiness", HealthMeaning::Dependencies, false),
    health("/health", HealthMeaning::Costly, true),
    health("/v1/models", HealthMeaning::Ready, true),
    health("/models", HealthMeaning::Ready, true),
    health("/", HealthMeaning::Meaningless, false),
    health("/ready", HealthMeaning::Absent, false),
    health("/healthz", HealthMeaning::Absent, false),
];

const fn env(knob: Knob, envs: &'static [&'static str], source: Source) -> KnobFact {
    KnobFact { knob, flags: &[], envs, default: "", source }
}

const KNOBS: &[KnobFact] = &[
    KnobFact {
        knob: Knob::Port,
        flags: &["--port"],
        envs: &["PORT"],
        default: "4000",
        source: CLI,
    },
    KnobFact {
        knob: Knob::Host,
        flags: &["--host"],
        envs: &["HOST"],
        default: "0.0.0.0",
        source: CLI,
    },
    KnobFact {
        knob: Knob::ConfigFile,
        flags: &["--config", "-c"],
        envs: &["CONFIG_FILE_PATH"],
        default: "",
        source: CLI,
    },
    KnobFact { knob: Knob::Model, flags: &["--model", "-m"], envs: &[], default: "", source: CLI },
    env(Knob::BasePath, &["SERVER_ROOT_PATH"], PROXY),
    env(Knob::ApiKey, &["LITELLM_MASTER_KEY"], PROXY),
    env(Knob::SaltKey, &["LITELLM_SALT_KEY"], PROXY),
    env(Knob::Database, &["DATABASE_URL", "DATABASE_HOST"], PROXY),
    env(Knob::SharedState, &["REDIS_URL", "REDIS_HOST"], PROXY),
    env(Knob::XdgCache, &["XDG_CACHE_HOME"], PROXY),
    env(Knob::Home, &["HOME"], DOCKERFILE),
    KnobFact {
        knob: Knob::DeveloperMode,
        flags: &["--detailed_debug", "--debug"],
        envs: &["DETAILED_DEBUG", "DEBUG"],
        default: "",
        source: CLI,
    },
];
