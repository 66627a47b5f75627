//! Notebook servers of Jupyter.

use crate::Source;

use super::{
    AuthFact, ClashFact, CommandFact, DirectoryFact, EngineFacts, EngineKind, GpuNeed, HealthFact,
    HealthMeaning, ImageFact, Knob, KnobFact, OwnAuth, PathRole, PortFact,
};

const STACKS: Source = Source::read("jupyter/docker-stacks docs/using/common.md", "commit 011a724");
const SERVER: Source =
    Source::read("jupyter-server/jupyter_server serverapp.py and base/handlers.py", "2.x");
const IDENTITY: Source =
    Source::read("jupyter-server/jupyter_server jupyter_server/auth/identity.py", "commit 0512536");

/// What is known of Jupyter.
pub(super) static FACTS: EngineFacts = EngineFacts {
    kind: EngineKind::Jupyter,
    name: "Jupyter",
    images: IMAGES,
    entrypoint: &[],
    arguments: &["start-notebook.py"],
    commands: COMMANDS,
    port: Some(PortFact { default: 8888, source: STACKS }),
    health: HEALTH,
    auth: AuthFact {
        own: OwnAuth::UnlessOff(&[Knob::Token, Knob::Password]),
        open_paths: &[],
        source: IDENTITY,
    },
    home: "/home/jovyan",
    users: &[],
    home_is_fixed: true,
    directories: &[
        DirectoryFact {
            role: PathRole::Data,
            path: "~/work",
            moved_by: &[(Knob::DataDirectory, "")],
            is_seeded: false,
            source: STACKS,
        },
        DirectoryFact {
            role: PathRole::State,
            path: "~",
            moved_by: &[],
            is_seeded: true,
            source: STACKS,
        },
    ],
    knobs: KNOBS,
    env_prefixes: &["JUPYTER_", "NB_"],
    clashes: &[ClashFact {
        variable: "JUPYTER_PORT",
        effect: "does not start, since it reads the address as a port",
        source: SERVER,
    }],
    gpu: GpuNeed::Unknown,
    loads_models: false,
    openapi: "",
    metrics: "/metrics",
};

const fn image(repository: &'static str, serves: bool, source: Source) -> ImageFact {
    ImageFact {
        repository,
        tag: "",
        vendors: None,
        maybe: &[],
        gpu: GpuNeed::Unknown,
        serves,
        home: "",
        source,
    }
}

const KUBEFLOW: Source =
    Source::believed("kubeflow/kubeflow components/example-notebook-servers", "1.10");

const IMAGES: &[ImageFact] = &[
    image("jupyter/docker-stacks-foundation", false, STACKS),
    image("jupyter/*", true, STACKS),
    image("jupyterhub/singleuser", true, STACKS),
    image("jupyterhub/k8s-singleuser-sample", true, STACKS),
    image("example-notebook-servers/jupyter*", true, KUBEFLOW),
    image("kubeflownotebookswg/jupyter*", true, KUBEFLOW),
];

const fn command(words: &'static [&'static str], source: Source) -> CommandFact {
    CommandFact { words, positional: None, serves: true, source }
}

const COMMANDS: &[CommandFact] = &[
    command(&["start-notebook.py"], STACKS),
    command(&["start-notebook.sh"], STACKS),
    command(&["start-singleuser.py"], STACKS),
    command(&["start-singleuser.sh"], STACKS),
    command(&["jupyter", "lab"], STACKS),
    command(&["jupyter", "notebook"], STACKS),
    command(&["jupyter", "server"], STACKS),
    command(&["jupyter-lab"], SERVER),
    command(&["jupyter-notebook"], SERVER),
    command(&["jupyter-server"], SERVER),
    command(&["jupyterhub-singleuser"], STACKS),
];

const fn health(path: &'static str, meaning: HealthMeaning, needs_auth: bool) -> HealthFact {
    HealthFact { path, meaning, needs_auth, source: SERVER }
}

/// Under a base path, which `base_url` sets, each of them moves along.
const HEALTH: &[HealthFact] = &[
    health("/api", HealthMeaning::Alive, false),
    health("/api/status", HealthMeaning::Alive, true),
    health("/metrics", HealthMeaning::Alive, true),
    health("/", HealthMeaning::Meaningless, false),
    health("/lab", HealthMeaning::Meaningless, true),
    health("/tree", HealthMeaning::Meaningless, true),
    health("/login", HealthMeaning::Meaningless, false),
    health("/health", HealthMeaning::Absent, false),
    health("/healthz", HealthMeaning::Absent, false),
];

const fn knob(
    knob: Knob,
    flags: &'static [&'static str],
    envs: &'static [&'static str],
    default: &'static str,
    source: Source,
) -> KnobFact {
    KnobFact { knob, flags, envs, default, source }
}

const KNOBS: &[KnobFact] = &[
    knob(
        Knob::Port,
        &["--ServerApp.port", "--NotebookApp.port", "--port"],
        &["JUPYTER_PORT"],
        "8888",
        SERVER,
    ),
    knob(Knob::Host, &["--ServerApp.ip", "--NotebookApp.ip", "--ip"], &["JUPYTER_IP"], "", SERVER),
    knob(
        Knob::BasePath,
        &["--ServerApp.base_url", "--NotebookApp.base_url"],
        &["NB_PREFIX"],
        "/",
        STACKS,
    ),
    knob(
        Knob::Token,
        &["--IdentityProvider.token", "--ServerApp.token", "--NotebookApp.token"],
        &["JUPYTER_TOKEN"],
        "",
        IDENTITY,
    ),
    knob(
        Knob::Password,
        &[
            "--PasswordIdentityProvider.hashed_password",
            "--ServerApp.password",
            "--NotebookApp.password",
        ],
        &[],
        "",
        STACKS,
    ),
    knob(
        Knob::DataDirectory,
        &[
            "--ServerApp.root_dir",
            "--NotebookApp.notebook_dir",
            "--notebook-dir",
            "--ServerApp.notebook_dir",
        ],
        &[],
        "",
        SERVER,
    ),
    knob(Knob::Home, &[], &["HOME"], "/home/jovyan", STACKS),
];
