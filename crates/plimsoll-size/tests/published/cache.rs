//! Caches of keys and values against what engines print.
//!
//! Each row gives its source. The tables are those that `docs/SIZING.md` shows.

use plimsoll_size::{
    Architecture, Bytes, Config, Engine, KvType, Setting, catalogue, llama_cache, vllm_blocks,
    vllm_cache,
};

fn architecture(title: &str) -> Architecture {
    let known = catalogue().iter().find(|known| known.title == title);
    known.unwrap_or_else(|| panic!("no {title}")).config().unwrap().architecture().unwrap()
}

fn kv(name: &str) -> KvType {
    name.parse().unwrap()
}

/// llama.cpp with `-c total -np parallel`: as the server splits its context.
pub(crate) fn llama(
    title: &str,
    total: u64,
    parallel: u64,
    kind: &str,
    change: impl Fn(&mut Setting),
) -> Bytes {
    let mut setting = Setting {
        parallel,
        key: kv(kind),
        value: kv(kind),
        ..Setting::new(Engine::LlamaCpp, total / parallel)
    };
    change(&mut setting);
    llama_cache(&architecture(title), &setting).total()
}

/// As printed, in MiB; rows of logs and of llama.cpp's own `llama-fit-params`.
pub(crate) const PRINTED: &[(&str, u64, u64, &str, f64, &str)] = &[
    ("Qwen2.5 32B", 32768, 1, "q8_0", 4352.0, "llama.cpp issue 11200"),
    ("DeepSeek V3", 32768, 1, "f16", 2196.0, "llama.cpp pull request 11446"),
    ("Command R 35B", 4096, 1, "f16", 5120.0, "llama.cpp pull request 6122"),
    ("Mixtral 8x7B", 512, 1, "f16", 64.0, "llama.cpp pull request 4957"),
    ("Mistral 7B v0.1", 2048, 1, "f16", 256.0, "fedora-copr/logdetective pull request 106"),
    ("Mistral 7B v0.1", 32768, 1, "f16", 4096.0, "fedora-copr/logdetective pull request 106"),
    ("Qwen2.5 3B", 4096, 1, "f16", 144.0, "SciSharp/LLamaSharp issue 1099"),
    ("Llama 3.2 3B", 8192, 1, "f16", 896.0, "ollama issue 8098"),
    ("Llama 3.1 70B", 64000, 1, "f16", 20000.0, "ollama issue 9181"),
    ("Mistral Small 24B", 131_072, 1, "f16", 20480.0, "ollama issue 10615"),
    ("Gemma 3 12B", 8192, 1, "f16", 992.0, "ollama pull request 12000"),
    ("Gemma 3 270M", 4096, 1, "f16", 27.0, "unslothai/unsloth pull request 5225"),
    ("Gemma 3 270M", 4096, 2, "f16", 42.0, "unslothai/unsloth pull request 5225"),
    ("Gemma 3 270M", 4096, 4, "f16", 72.0, "unslothai/unsloth pull request 5225"),
    ("Gemma 3 270M", 4096, 8, "f16", 72.0, "unslothai/unsloth pull request 7530"),
    ("Gemma 3 270M", 8192, 1, "f16", 39.0, "unslothai/unsloth pull request 5225"),
    ("Gemma 3 270M", 8192, 2, "f16", 54.0, "unslothai/unsloth pull request 5225"),
    ("Gemma 3 270M", 8192, 4, "f16", 84.0, "unslothai/unsloth pull request 5225"),
    ("Qwen3 30B-A3B", 4096, 1, "f16", 384.0, "llama.cpp tools/fit-params/README.md"),
    ("Gemma 7B", 2048, 1, "f16", 896.0, "ollama issue 790"),
    ("Llama 3.1 70B", 2048, 1, "f16", 640.0, "ollama issue 3765"),
    ("gpt-oss 20B", 8192, 1, "f16", 210.0, "llama-fit-params"),
    ("gpt-oss 20B", 32768, 1, "f16", 786.0, "llama-fit-params"),
    ("gpt-oss 20B", 131_072, 1, "f16", 3090.0, "llama-fit-params"),
    ("gpt-oss 120B", 8192, 1, "f16", 315.0, "llama-fit-params"),
    ("gpt-oss 120B", 32768, 1, "f16", 1179.0, "llama-fit-params"),
    ("gpt-oss 120B", 131_072, 1, "f16", 4635.0, "llama-fit-params"),
    ("Gemma 3 12B", 32768, 1, "f16", 2528.0, "llama-fit-params"),
    ("Gemma 3 12B", 131_072, 1, "f16", 8672.0, "llama-fit-params"),
    ("Gemma 3 27B", 8192, 1, "f16", 1264.0, "llama-fit-params"),
    ("Gemma 3 27B", 32768, 1, "f16", 3184.0, "llama-fit-params"),
    ("Gemma 3 27B", 131_072, 1, "f16", 10864.0, "llama-fit-params"),
    ("Llama 3.1 8B", 131_072, 1, "f16", 16384.0, "llama-fit-params"),
    ("Llama 3.1 8B", 131_072, 1, "q8_0", 8704.0, "llama-fit-params"),
    ("Llama 3.1 8B", 131_072, 1, "q4_0", 4608.0, "llama-fit-params"),
    ("Qwen3 8B", 40960, 1, "f16", 5760.0, "llama-fit-params"),
    ("Qwen3 32B", 40960, 1, "f16", 10240.0, "llama-fit-params"),
    ("Qwen3.5 35B-A3B", 131_072, 1, "f16", 2622.0, "llama-fit-params"),
    ("Qwen3.5 35B-A3B", 131_072, 4, "f16", 2811.0, "llama-fit-params"),
    ("Llama 4 Scout", 131_072, 1, "f16", 7368.0, "llama-fit-params"),
    ("Llama 4 Scout", 1_048_576, 1, "f16", 50376.0, "llama-fit-params"),
];

#[test]
fn llama_cpp_prints_the_same() {
    for (title, total, parallel, kind, mib, source) in PRINTED {
        let found = llama(title, *total, *parallel, kind, |_| ());
        // llama-fit-params drops what is less than a MiB.
        let found =
            if *source == "llama-fit-params" { found.in_mib().floor() } else { found.in_mib() };
        assert!(
            (found - mib).abs() < 0.01,
            "{title} {total} × {parallel} {kind}: {found} for {mib}"
        );
    }
}

#[test]
fn llama_cpp_prints_the_same_under_flags() {
    type Change = fn(&mut Setting);
    let rows: &[(&str, u64, u64, Change, f64)] = &[
        // unslothai/unsloth pull request 7530: the sequences share one cache.
        ("Gemma 3 270M", 8192, 2, |setting| setting.is_unified = true, 46.5),
        ("Gemma 3 270M", 8192, 4, |setting| setting.is_unified = true, 61.5),
        // llama-fit-params.
        ("gpt-oss 20B", 32768, 1, |setting| setting.micro_batch = 2048, 822.0),
        ("gpt-oss 20B", 32768, 4, |_| (), 840.0),
        ("gpt-oss 20B", 32768, 1, |setting| setting.keeps_all = true, 1536.0),
    ];
    for (title, total, parallel, change, mib) in rows {
        let found = llama(title, *total, *parallel, "f16", change).in_mib();
        assert!((found - mib).abs() < 0.01, "{title}: {found} for {mib}");
    }
}

#[test]
fn the_former_runner_of_ollama_prints_the_same() {
    let of = |title: &str, context: u64, parallel: u64| {
        let setting = Setting { parallel, ..Setting::new(Engine::OllamaRunner, context) };
        llama_cache(&architecture(title), &setting)
    };
    // ollama issue 11711.
    assert_eq!(of("gpt-oss 20B", 8192, 1).total(), Bytes::mib(300));
    // ollama issue 12752: a layer with a window, one without, and all.
    let cache = of("gpt-oss 120B", 8192, 4);
    assert_eq!((cache.attention[0], cache.attention[1]), (Bytes(34_603_008), Bytes(67_108_864)));
    assert!((cache.total().in_gib() - 1.7).abs() < 0.05);
    // ollama issue 11982.
    assert!((of("gpt-oss 120B", 75_000, 1).total().in_gib() - 2.7).abs() < 0.05);
}

fn shaped(extra: &str, layers: u64, heads: u64) -> Architecture {
    let text = format!(
        r#"{{"num_hidden_layers":{layers},"hidden_size":5120,"num_attention_heads":{heads},
        "vocab_size":50272,{extra}}}"#
    );
    Config::read(text.as_bytes()).unwrap().architecture().unwrap()
}

#[test]
fn vllm_prints_the_same() {
    let of = |architecture: &Architecture, context: u64, change: &dyn Fn(&mut Setting)| {
        let mut setting = Setting::new(Engine::Vllm, context);
        change(&mut setting);
        vllm_cache(architecture, &setting).in_gib()
    };
    let named = |title: &str| architecture(title);
    // Mistral Small 4 119B: latent vectors of 320 elements in 36 layers.
    let small = shaped(
        r#""model_type":"deepseek_v3","kv_lora_rank":256,"qk_rope_head_dim":64,
        "qk_nope_head_dim":64,"v_head_dim":64"#,
        36,
        32,
    );
    let tensor = |ranks: u64| {
        move |setting: &mut Setting| {
            setting.gpus = ranks;
            setting.tensor_parallel = ranks;
        }
    };
    type Change = Box<dyn Fn(&mut Setting)>;
    let rows: Vec<(Architecture, u64, Change, f64, f64, &str)> = vec![
        (
            named("gpt-oss 120B"),
            131_072,
            Box::new(|s| s.batch_tokens = Some(1024)),
            4.54,
            0.005,
            "vllm issue 27508",
        ),
        (named("Qwen3 30B-A3B"), 262_144, Box::new(|_| ()), 24.0, 0.0, "vllm issue 34076"),
        (
            named("Llama 4 Maverick"),
            1_048_576,
            Box::new(move |setting| {
                tensor(8)(setting);
                setting.keeps_all = true;
            }),
            24.0,
            0.0,
            "vllm issue 16118",
        ),
        (
            named("Llama 3.1 8B"),
            131_072,
            Box::new(|_| ()),
            16.0,
            0.0,
            "vllm-project/tpu-inference pull request 223",
        ),
        (small, 1_048_576, Box::new(tensor(8)), 22.5, 0.0, "kaito issue 2132"),
    ];
    for (architecture, context, change, gib, within, source) in rows {
        let found = of(&architecture, context, &*change);
        assert!((found - gib).abs() <= within, "{source}: {found} for {gib}");
    }
    // Blocks that vLLM counts: vllm issue 10517, pull request 12569.
    for (title, blocks, gib) in
        [("Llama 3.1 8B", 1952, 3.81), ("Llama 3.1 8B", 1478, 2.89), ("Llama 3.1 70B", 1381, 6.74)]
    {
        let setting = Setting::new(Engine::Vllm, 4096);
        let found = vllm_blocks(&architecture(title), &setting, blocks).in_gib();
        assert!((found - gib).abs() < 0.005, "{title}: {found} for {gib}");
    }
    // mitchross/talos-argocd-proxmox pull request 1995: 32 KiB for a token, in fp8.
    let token = |context: u64| {
        let fp8 = kv("fp8");
        let setting = Setting { key: fp8, value: fp8, ..Setting::new(Engine::Vllm, context) };
        vllm_cache(&architecture("Qwen3.6 27B"), &setting).0
    };
    assert_eq!((token(32_768) - token(16_384)) / 16_384, 32 << 10);
    // OPT 13B, arXiv 2309.06180.
    let opt = shaped(r#""model_type":"llama""#, 40, 40);
    assert_eq!(vllm_cache(&opt, &Setting::new(Engine::Vllm, 2048)).0 / 2048, 819_200);
}

#[test]
fn old_files_of_deepseek_keep_whole_heads() {
    use plimsoll_size::{Gguf, Metadata, Value, gguf_bytes};
    let mut metadata = Metadata::default();
    metadata.set("general.architecture", Value::Text("deepseek2".to_owned()));
    for (key, value) in [
        ("block_count", 61),
        ("embedding_length", 7168),
        ("attention.head_count", 128),
        ("attention.head_count_kv", 128),
        ("attention.key_length", 192),
        ("attention.value_length", 128),
        ("attention.kv_lora_rank", 512),
        ("vocab_size", 129_280),
    ] {
        metadata.set(format!("deepseek2.{key}"), Value::Unsigned(value));
    }
    let (bytes, _) = gguf_bytes(&metadata, &[]);
    let gguf = Gguf::read(&mut std::io::Cursor::new(bytes), None).unwrap();
    let setting = Setting::new(Engine::LlamaCpp, 2048);
    // ollama issue 8447.
    assert_eq!(llama_cache(&gguf.architecture().unwrap(), &setting).total(), Bytes::mib(4880 * 2));
}

#[test]
fn values_lie_across_without_flash_attention() {
    // Gemma 4's layers have different widths: five of 1024 elements, one of 2048. All values take
    // the widest one's room (llama-kv-cache.cpp, `n_embd_v_gqa_max`).
    let mixed = shaped(
        r#""model_type":"gemma4_text","head_dim":256,"num_key_value_heads":4,"sliding_window":1024,
        "global_head_dim":512,"num_global_key_value_heads":4"#,
        6,
        32,
    );
    let of = |has_flash: bool| {
        let setting = Setting { has_flash, keeps_all: true, ..Setting::new(Engine::LlamaCpp, 256) };
        llama_cache(&mixed, &setting).total()
    };
    let keys = 256 * 2 * (5 * 1024 + 2048);
    assert_eq!(of(true), Bytes(2 * keys));
    assert_eq!(of(false), Bytes(keys + 256 * 2 * 6 * 2048));
}
