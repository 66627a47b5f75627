//! Training processes started by torchrun and its kin.

use crate::Source;

use super::{
    AuthFact, CommandFact, DirectoryFact, EngineFacts, EngineKind, GpuNeed, Knob, KnobFact,
    OwnAuth, PathRole,
};

const RUN: Source = Source::read("pytorch/pytorch torch/distributed/run.py", "commit 010929f");
const LAUNCHER: Source =
    Source::believed("documentation of accelerate, deepspeed and torchtune", "2026");

/// What is known of torchrun.
pub(super) static FACTS: EngineFacts = EngineFacts {
    kind: EngineKind::Torchrun,
    name: "torchrun",
    images: &[],
    entrypoint: &[],
    arguments: &[],
    commands: COMMANDS,
    port: None,
    health: &[],
    auth: AuthFact {
        own: OwnAuth::None,
        open_paths: &[],
        source: Source::believed("pytorch/pytorch SECURITY.md, distributed features", "2.9"),
    },
    home: "/root",
    users: &[],
    home_is_fixed: false,
    directories: &[
        DirectoryFact {
            role: PathRole::Models,
            path: "~/.cache/huggingface/hub",
            moved_by: &[
                (Knob::HfHubCache, ""),
                (Knob::HfHome, "/hub"),
                (Knob::XdgCache, "/huggingface/hub"),
            ],
            is_seeded: false,
            source: Source::believed(
                "huggingface/huggingface_hub, where the script uses it",
                "1.0",
            ),
        },
        DirectoryFact {
            role: PathRole::Cache,
            path: "~/.triton",
            moved_by: &[(Knob::TritonCache, "")],
            is_seeded: false,
            source: Source::believed("triton-lang/triton python/triton/knobs.py", "3.5"),
        },
    ],
    knobs: KNOBS,
    env_prefixes: &["MASTER_", "PET_", "NCCL_"],
    clashes: &[],
    gpu: GpuNeed::Unknown,
    loads_models: false,
    openapi: "",
    metrics: "",
};

const fn command(words: &'static [&'static str], source: Source) -> CommandFact {
    CommandFact { words, positional: None, serves: true, source }
}

const COMMANDS: &[CommandFact] = &[
    command(&["torchrun"], RUN),
    command(&["-m", "torch.distributed.run"], RUN),
    command(&["-m", "torch.distributed.launch"], RUN),
    command(&["accelerate", "launch"], LAUNCHER),
    command(&["deepspeed"], LAUNCHER),
    command(&["tune", "run"], LAUNCHER),
];

const fn knob(
    knob: Knob,
    flags: &'static [&'static str],
    envs: &'static [&'static str],
    default: &'static str,
) -> KnobFact {
    KnobFact { knob, flags, envs, default, source: RUN }
}

/// Every flag of torchrun can be set by a variable `PET_…` too.
const KNOBS: &[KnobFact] = &[
    knob(
        Knob::ProcessesPerNode,
        &["--nproc-per-node", "--num_processes", "--num_gpus"],
        &["PET_NPROC_PER_NODE"],
        "1",
    ),
    knob(Knob::Nodes, &["--nnodes", "--num_machines", "--num_nodes"], &["PET_NNODES"], "1:1"),
    knob(
        Knob::Rendezvous,
        &["--rdzv-endpoint", "--master-addr", "--main_process_ip"],
        &["PET_RDZV_ENDPOINT", "PET_MASTER_ADDR", "MASTER_ADDR"],
        "",
    ),
    knob(
        Knob::RendezvousPort,
        &["--master-port", "--main_process_port"],
        &["PET_MASTER_PORT", "MASTER_PORT"],
        "29500",
    ),
    knob(Knob::MaxRestarts, &["--max-restarts"], &["PET_MAX_RESTARTS"], "0"),
    knob(Knob::Home, &[], &["HOME"], ""),
    knob(Knob::HfHome, &[], &["HF_HOME"], ""),
    knob(Knob::HfHubCache, &[], &["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"], ""),
    knob(Knob::XdgCache, &[], &["XDG_CACHE_HOME"], ""),
    knob(Knob::TritonCache, &[], &["TRITON_CACHE_DIR"], ""),
];
