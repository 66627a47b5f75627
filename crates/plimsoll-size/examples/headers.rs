//! Writes headers of GGUF files for llama.cpp to look at, and what this crate makes of them.
//!
//! `headers FOLDER` fills the folder with files that have a header and no data, and prints a line
//! of JSON for each file and setting: the flags for llama.cpp, and the bytes of weights, of the
//! cache and of the buffers to compute. `tools/size-examiner` compares them with llama.cpp's own.

#![expect(clippy::print_stdout, reason = "this is what the example is for")]

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Write as _};
use std::path::Path;

use plimsoll_size::{
    Dtype, Engine, Gguf, KvType, Place, Recipe, Setting, catalogue, estimate, llama_cache,
    open_file,
};

/// Models and recipes: at least one of each architecture whose shapes are known.
const MODELS: &[(&str, &str)] = &[
    ("Llama 3.1 8B", "Q4_K_M"),
    ("Llama 3.1 8B", "Q8_0"),
    ("Llama 3.1 8B", "IQ3_XS"),
    ("Llama 3.1 70B", "Q4_K_M"),
    ("Llama 3.1 405B", "Q2_K"),
    ("Llama 3.2 1B", "F16"),
    ("Llama 2 13B", "Q4_0"),
    ("TinyLlama 1.1B", "Q5_K_M"),
    ("Mistral 7B v0.1", "Q5_K_M"),
    ("Mistral Nemo 12B", "Q6_K"),
    ("Mixtral 8x7B", "Q4_K_M"),
    ("Qwen2.5 0.5B", "Q4_K_M"),
    ("Qwen2.5 7B", "Q4_K_M"),
    ("Qwen2.5 72B", "Q4_K_M"),
    ("Qwen2-VL 2B", "F16"),
    ("Qwen2.5-VL 7B", "Q4_K_M"),
    ("Qwen3 0.6B", "Q8_0"),
    ("Qwen3 8B", "Q4_K_M"),
    ("Qwen3 30B-A3B", "Q4_K_M"),
    ("Qwen3 235B-A22B", "Q3_K_M"),
    ("Qwen3.6 27B", "Q4_K_M"),
    ("Qwen3.5 35B-A3B", "Q4_K_M"),
    ("Gemma 7B", "Q4_0"),
    ("Gemma 2 2B", "Q4_K_M"),
    ("Gemma 2 27B", "Q5_K_M"),
    ("Gemma 3 270M", "Q8_0"),
    ("Gemma 3 12B", "Q4_K_M"),
    ("Gemma 3 27B", "Q4_K_M"),
    ("Phi-3 mini", "Q4_K_M"),
    ("Phi-4", "Q4_K_M"),
    ("DeepSeek V3", "Q4_K_M"),
    ("DeepSeek V2 Lite", "Q4_0"),
    ("Kimi K2", "Q2_K"),
    ("gpt-oss 20B", "MXFP4"),
    ("gpt-oss 120B", "MXFP4"),
    ("Llama 4 Scout", "Q4_K_M"),
    ("Llama 4 Maverick", "Q3_K_M"),
    ("Command R 35B", "Q4_0"),
    ("Command R7B", "Q4_K_M"),
    ("Gemma 3n E2B", "Q4_K_M"),
    ("Gemma 3n E4B", "Q8_0"),
    ("Gemma 4 31B", "Q4_K_M"),
    ("Gemma 4 26B-A4B", "Q4_K_M"),
    ("Gemma 4 E2B", "Q4_K_M"),
    ("Gemma 4 E4B", "Q5_K_M"),
    ("Qwen3-Next 80B-A3B", "Q4_K_M"),
    ("DeepSeek V3.2", "Q4_K_M"),
    ("DeepSeek V4 Flash", "Q4_K_M"),
    ("GLM 5.2", "Q4_K_M"),
    ("Kimi K2.5", "Q4_K_M"),
    ("OLMo 2 7B", "Q4_K_M"),
    ("OLMo 3 7B", "Q4_K_M"),
    ("OLMo 3 32B", "Q6_K"),
    ("Falcon 7B", "Q4_0"),
    ("Falcon H1 7B", "Q4_K_M"),
    ("MPT 7B", "Q4_0"),
    ("Replit Code 1.5 3B", "Q4_0"),
    ("StarCoder 15B", "Q4_0"),
    ("StarCoder2 3B", "Q4_0"),
    ("StarCoder2 15B", "Q4_K_M"),
];

/// Tokens in all, sequences, the cache's type, flash attention, one cache for all, everything kept,
/// tokens at once.
type Case = (u64, u64, &'static str, bool, bool, bool, u64);

const CASES: &[Case] = &[
    (4096, 1, "f16", true, false, false, 512),
    (32768, 1, "f16", true, false, false, 512),
    (32768, 4, "q8_0", true, false, false, 512),
    (32768, 4, "f16", true, true, false, 512),
    (32768, 1, "f16", true, false, true, 2048),
    (131_072, 1, "q4_0", true, false, false, 512),
    (8192, 1, "f16", false, false, false, 512),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: headers FOLDER")?;
    for (title, quant) in MODELS {
        let known = catalogue().iter().find(|known| known.title == *title);
        let known = known.ok_or_else(|| format!("no {title}"))?;
        let recipe = Recipe::named(quant).ok_or_else(|| format!("no {quant}"))?;
        let (header, length) = known.gguf_header(recipe)?;
        let path = Path::new(&folder).join(format!("{title} {quant}.gguf").replace(' ', "-"));
        let mut file = File::create(&path)?;
        file.write_all(&header)?;
        file.set_len(length)?;
        for case in CASES {
            println!("{}", line(&path, case)?);
        }
    }
    Ok(())
}

fn line(path: &Path, case: &Case) -> Result<String, Box<dyn Error>> {
    let (total, parallel, kind, has_flash, is_unified, keeps_all, micro_batch) = *case;
    let mut reader = BufReader::new(File::open(path)?);
    let gguf = Gguf::read(&mut reader, None)?;
    // Buffers round each tensor up to 32 bytes.
    let weights: u64 = gguf.tensors.iter().map(|tensor| tensor.bytes.next_multiple_of(32)).sum();
    // llama.cpp counts the table of these twice: it asks for the output before the table itself.
    let twice = match gguf.metadata.text("general.architecture") {
        Some("gemma3n" | "gemma4") => {
            let table = gguf.tensors.iter().find(|tensor| tensor.name == "token_embd.weight");
            table.map_or(0, |table| table.bytes.next_multiple_of(32))
        }
        _ => 0,
    };
    let weights = weights + twice;
    let is_quantised = gguf
        .tensors
        .iter()
        .any(|tensor| matches!(tensor.dtype, Dtype::Ggml(kind) if kind.block > 1));
    let model = open_file("x", &mut BufReader::new(File::open(path)?), None)?;
    let kind: KvType = kind.parse()?;
    let setting = Setting {
        parallel,
        key: kind,
        value: if has_flash { kind } else { KvType::F16 },
        has_flash,
        is_unified,
        keeps_all,
        micro_batch,
        ..Setting::new(Engine::LlamaCpp, total / parallel)
    };
    let cache = llama_cache(&model.architecture, &setting).total();
    let found = estimate(&model, &setting)?;
    let compute = found.terms.iter().find(|term| term.name == "buffers to compute");
    let compute = compute.filter(|term| term.place == Place::Host).map_or(0, |term| term.bytes.0);
    let architecture = &model.architecture.name;
    let value = setting.value.name;
    Ok(format!(
        r#"{{"path":{path:?},"architecture":"{architecture}","quantised":{is_quantised},"context":{total},"parallel":{parallel},"key":"{}","value":"{value}","flash":{has_flash},"unified":{is_unified},"swa_full":{keeps_all},"ubatch":{micro_batch},"weights":{weights},"cache":{},"compute":{compute}}}"#,
        setting.key.name, cache.0
    ))
}
