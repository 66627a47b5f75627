//! The parts of `docs/SIZING.md` that are figures: made here, and compared.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use plimsoll_size::{
    Architecture, Cache, Engine, GPUS, Gpu, Method, Place, Reach, Reference, Setting, Training,
    catalogue, estimate, llama_cache,
};

use crate::{cache, totals, weights};

const START: &str = "<!-- made by a test: ";
const END: &str = "<!-- end -->";

/// One worked example for each family of architectures.
const EXAMPLES: &[(&str, &str, Engine, &str, u64, u64)] = &[
    ("dense", "llama3.1:8b-instruct-q4_K_M", Engine::LlamaCpp, "L4", 1, 32_768),
    ("experts", "qwen3:30b", Engine::LlamaCpp, "L40S", 1, 32_768),
    ("latent", "deepseek-r1:671b", Engine::LlamaCpp, "H200 SXM", 4, 32_768),
    ("windows", "gemma3:12b", Engine::LlamaCpp, "L4", 1, 32_768),
    ("alternating", "hf://openai/gpt-oss-120b", Engine::Vllm, "H200 SXM", 1, 32_768),
    ("hybrid", "qwen3.5:35b", Engine::LlamaCpp, "L40S", 1, 131_072),
    ("chunks", "llama4:scout", Engine::LlamaCpp, "H100 SXM", 1, 131_072),
    ("embeddings", "hf://BAAI/bge-m3", Engine::Tei, "L4", 1, 512),
    ("indexed", "deepseek-v3.2:671b", Engine::LlamaCpp, "B200", 4, 32_768),
    ("compressed", "deepseek-v4-flash", Engine::LlamaCpp, "H200 SXM", 2, 131_072),
    ("stated", "hf://tiiuae/Falcon-H1-7B-Instruct-GGUF", Engine::LlamaCpp, "L4", 1, 32_768),
    ("shared", "gemma3n:e4b", Engine::LlamaCpp, "T4", 1, 32_768),
    ("own-heads", "gemma4:31b", Engine::LlamaCpp, "L40S", 1, 32_768),
    ("single", "starcoder:15b", Engine::LlamaCpp, "L4", 1, 8192),
    ("seeing", "hf://Qwen/Qwen2.5-VL-7B-Instruct", Engine::Vllm, "L4", 1, 32_768),
    ("training", "hf://meta-llama/Llama-3.1-8B-Instruct", Engine::Training, "L40S", 1, 2048),
];

#[test]
fn the_page_shows_what_is_computed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/SIZING.md");
    let text = fs::read_to_string(&path).unwrap();
    let mut made = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(START) {
        let (before, after) = rest.split_at(at);
        let name = after[START.len()..].split(" -->").next().unwrap();
        let end = after.find(END).unwrap_or_else(|| panic!("{name} has no end"));
        write!(made, "{before}{START}{name} -->\n\n{}\n", block(name)).unwrap();
        rest = &after[end..];
    }
    made.push_str(rest);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &made).unwrap();
    }
    assert!(
        made == text || std::env::var_os("UPDATE").is_some(),
        "docs/SIZING.md is stale: UPDATE=1"
    );
}

fn block(name: &str) -> String {
    if let Some(example) = EXAMPLES.iter().find(|(own, ..)| *own == name) {
        return worked(example);
    }
    match name {
        "families" => families_table(),
        "weights" => weights_table(),
        "hub" => hub_table(),
        "cache" => cache_table(),
        "totals" => totals_table(),
        "gpus" => gpus_table(),
        "models" => models_list(),
        _ => panic!("no block {name}"),
    }
}

fn worked(
    (_, reference, engine, gpu, gpus, context): &(&str, &str, Engine, &str, u64, u64),
) -> String {
    let model = reference.parse::<Reference>().unwrap().from_catalogue().unwrap();
    let tensor_parallel = if *engine == Engine::Vllm { *gpus } else { 1 };
    let setting = Setting {
        gpu: Some(Gpu::named(gpu).unwrap()),
        gpus: *gpus,
        tensor_parallel,
        training: Training { method: Method::Qlora, ..Training::default() },
        ..Setting::new(*engine, *context)
    };
    let found = estimate(&model, &setting).unwrap();
    let mut text = format!(
        "`{reference}` in {engine} on {gpus} × {gpu}, {context} tokens:\n\n\
         | where | what | bytes | | formula | how sure |\n|---|---|---:|---:|---|---|\n"
    );
    for term in &found.terms {
        let place = format!("{:?}", term.place).to_lowercase();
        let sure = if term.band == 0.0 {
            term.confidence.word().to_owned()
        } else {
            format!("{} ± {:.0} %", term.confidence.word(), term.band * 100.0)
        };
        writeln!(
            text,
            "| {place} | {}: {} | {} | {} | `{}` | {sure} |",
            term.name, term.detail, term.bytes.0, term.bytes, term.formula
        )
        .unwrap();
    }
    let room = found.taken.or(found.usable).unwrap();
    let verdict = if found.fits() == Some(true) { "fits" } else { "does not fit" };
    write!(
        text,
        "\nThe fullest GPU holds {} of {room}: it {verdict}. Host memory: request {}Gi, limit {}Gi. \
         Volume: {}Gi. Startup probe: {} × {} s.\n",
        found.total(Place::Gpu),
        found.host_request().ceil_gib(),
        found.host_limit().ceil_gib(),
        found.volume.ceil_gib(),
        found.startup.failure_threshold,
        found.startup.period_seconds,
    )
    .unwrap();
    text
}

/// A line for each family of architectures, with the cache of one of its models.
fn families_table() -> String {
    let mut text = "| family | model | for each token and layer, elements | for each sequence | \
                    32768 tokens, MiB |\n|---|---|---|---|---:|\n"
        .to_owned();
    let mut seen = BTreeSet::new();
    for known in catalogue() {
        let architecture = known.config().unwrap().architecture().unwrap();
        if !seen.insert(architecture.name.clone()) {
            continue;
        }
        let (tokens, states) = remembered(&architecture);
        let cells = Setting::new(Engine::LlamaCpp, 32_768);
        let cache = llama_cache(&architecture, &cells).total().in_mib();
        writeln!(
            text,
            "| `{}` | {} | {tokens} | {states} | {cache:.2} |",
            architecture.name, known.title
        )
        .unwrap();
    }
    text
}

/// What layers keep of each token, and of each sequence: layers of the same kind together.
fn remembered(architecture: &Architecture) -> (String, String) {
    let mut kinds: Vec<(Cache, usize)> = Vec::new();
    for layer in &architecture.layers {
        match kinds.iter_mut().find(|(kind, _)| *kind == layer.cache) {
            Some((_, count)) => *count += 1,
            None => kinds.push((layer.cache, 1)),
        }
    }
    let mut tokens = Vec::new();
    let mut states = Vec::new();
    for (kind, count) in kinds {
        match kind {
            Cache::Attention { kv_heads, key, value, reach } => {
                let reach = match reach {
                    Reach::Full => String::new(),
                    Reach::Window(window) => format!(" of the last {window}"),
                    Reach::Chunk(chunk) => format!(" of its chunk of {chunk}"),
                };
                tokens.push(format!("{count} × {kv_heads} × ({key} + {value}){reach}"));
            }
            Cache::Latent { width, index: 0 } => tokens.push(format!("{count} × {width}")),
            Cache::Latent { width, index } => tokens.push(format!("{count} × ({width} + {index})")),
            Cache::Compressed { width, window, ratio: 0, .. } => {
                tokens.push(format!("{count} × {width} of the last {window}"));
            }
            Cache::Compressed { width, window, ratio, index } => tokens.push(format!(
                "{count} × ({width} of the last {window}, {} for each {ratio})",
                width + index
            )),
            Cache::AttentionAndState { kv_heads, key, value, conv, state } => {
                tokens.push(format!("{count} × {kv_heads} × ({key} + {value})"));
                states.push(format!("{count} × ({conv} + {state})"));
            }
            Cache::Recurrent { conv, state } => {
                states.push(format!("{count} × ({conv} + {state})"));
            }
            Cache::Nothing => tokens.push(format!("{count} × nothing")),
        }
    }
    (tokens.join(", "), states.join(", "))
}

/// A share with its sign.
fn off(found: f64, published: f64) -> String {
    format!("{:+.2} %", (found / published - 1.0) * 100.0)
}

fn weights_table() -> String {
    let mut text =
        "| model | recipe | published | replayed | off |\n|---|---|---:|---:|---:|\n".to_owned();
    let mut row = |title: &str, quant: &str, published: u64| {
        let found = weights::gguf(title, quant);
        #[expect(clippy::cast_precision_loss, reason = "two digits of a per cent are shown")]
        let off = off(found as f64, published as f64);
        writeln!(text, "| {title} | {quant} | {published} B | {found} B | {off} |").unwrap();
    };
    for (title, quant, published) in weights::FILES.iter().chain(weights::CLOSE_FILES) {
        row(title, quant, *published);
    }
    for (title, quant, published, _) in weights::OLD_FILES {
        row(title, quant, *published);
    }
    for (title, quant, gib) in weights::PRINTED {
        let found = plimsoll_size::Bytes(weights::gguf(title, quant)).in_gib();
        let off = off(found, *gib);
        writeln!(text, "| {title} | {quant} | {gib} GiB | {found:.2} GiB | {off} |").unwrap();
    }
    for (quant, bits) in weights::LADDER {
        #[expect(clippy::cast_precision_loss, reason = "four digits are shown")]
        let found = weights::gguf("Llama 3.1 8B", quant) as f64 * 8.0 / 8_030_261_248.0;
        let off = off(found, *bits);
        writeln!(text, "| Llama 3.1 8B | {quant} | {bits} bits | {found:.4} bits | {off} |")
            .unwrap();
    }
    text
}

fn hub_table() -> String {
    let mut text =
        "| model | published, GiB | replayed, GiB | off |\n|---|---:|---:|---:|\n".to_owned();
    for (title, gib) in weights::HUB {
        let found = weights::known(title).safetensors().unwrap().weights.total().in_gib();
        writeln!(text, "| {title} | {gib} | {found:.2} | {} |", off(found, *gib)).unwrap();
    }
    text
}

fn cache_table() -> String {
    let mut text = "| model | `-c` | `-np` | type | printed, MiB | computed, MiB | source |\n\
                    |---|---:|---:|---|---:|---:|---|\n"
        .to_owned();
    for (title, total, parallel, kind, mib, source) in cache::PRINTED {
        let found = cache::llama(title, *total, *parallel, kind, |_| ()).in_mib();
        writeln!(
            text,
            "| {title} | {total} | {parallel} | {kind} | {mib} | {found:.2} | {source} |"
        )
        .unwrap();
    }
    text
}

fn totals_table() -> String {
    let mut text =
        "| what | measured, GiB | computed, GiB | off | source |\n|---|---:|---:|---:|---|\n"
            .to_owned();
    for (source, what, found, measured) in totals::measured() {
        writeln!(
            text,
            "| {what} | {measured:.2} | {found:.2} | {} | {source} |",
            off(found, measured)
        )
        .unwrap();
    }
    text
}

fn gpus_table() -> String {
    let mut text = "| GPU | memory, GiB | usable, MiB | GB/s | PCI | node label |\n\
                    |---|---:|---:|---:|---|---|\n"
        .to_owned();
    for gpu in GPUS {
        let star = if gpu.is_bandwidth_read { "" } else { "*" };
        let bandwidth = gpu.bandwidth_gb.map_or_else(|| "?".to_owned(), |gb| format!("{gb}{star}"));
        let ids: Vec<String> =
            gpu.pci.iter().map(|id| format!("{}:{id}", gpu.vendor.pci())).collect();
        writeln!(
            text,
            "| {} | {} | {:.0} | {bandwidth} | {} | {} |",
            gpu.name,
            gpu.memory_gib,
            gpu.usable().in_mib(),
            ids.join(", "),
            gpu.products.join(", ")
        )
        .unwrap();
    }
    text
}

fn models_list() -> String {
    let mut text =
        "| model | names in Ollama | repositories | facts from |\n|---|---|---|---|\n".to_owned();
    for known in catalogue() {
        writeln!(
            text,
            "| {} | {} | {} | {} |",
            known.title,
            known.ollama.join(", "),
            known.hub.join(", "),
            known.source
        )
        .unwrap();
    }
    text
}
