//! Weights by recipe against files and tables that others published.
//!
//! Each row gives its source. The tables are those that `docs/SIZING.md` shows.

use plimsoll_size::{Config, Known, Model, Recipe, Reference, catalogue};

use crate::misses;

pub(crate) fn known(title: &str) -> &'static Known {
    catalogue().iter().find(|known| known.title == title).unwrap_or_else(|| panic!("no {title}"))
}

pub(crate) fn gguf(title: &str, quant: &str) -> u64 {
    known(title).gguf(Recipe::named(quant).unwrap()).unwrap().weights.total().0
}

fn off(found: u64, expected: u64) -> f64 {
    found as f64 / expected as f64 - 1.0
}

/// Files of exactly the catalogue's models: what a file has more than its tensors is its header.
///
/// Source: nomic-ai/gpt4all gpt4all-chat/metadata/models3.json.
pub(crate) const FILES: &[(&str, &str, u64)] = &[
    ("Llama 3 8B", "Q4_0", 4_661_724_384),
    ("Mistral 7B v0.1", "Q4_0", 4_108_916_384),
    ("Mistral 7B v0.1", "Q4_0", 4_108_916_352),
    ("Mistral 7B v0.1", "Q4_0", 4_108_916_960),
    ("Llama 2 13B", "Q4_0", 7_365_834_624),
    ("Phi-3 mini", "Q4_0", 2_176_181_568),
    ("all-MiniLM-L6-v2", "F16", 45_949_216),
    ("nomic-embed-text v1", "F16", 274_290_560),
    ("Falcon 7B", "Q4_0", 4_210_994_112),
    ("MPT 7B", "Q4_0", 3_796_178_112),
];

#[test]
fn files_are_their_tensors_and_a_header() {
    for (title, quant, bytes) in FILES {
        let found = gguf(title, quant);
        let header = bytes.checked_sub(found);
        assert!(
            header.is_some_and(|header| header > 0 && header < 32 << 20),
            "{title} {quant}: {found} of {bytes}"
        );
    }
}

/// Files of models with some tokens more than the catalogue's.
///
/// Source: the same.
pub(crate) const CLOSE_FILES: &[(&str, &str, u64)] = &[
    ("Mistral 7B v0.1", "Q4_0", 4_108_928_000),
    ("Mistral 7B v0.1", "Q4_0", 4_108_928_128),
    ("Llama 2 7B", "Q4_0", 3_825_824_192),
    ("Llama 2 7B", "Q4_0", 3_825_903_776),
    ("Llama 2 13B", "Q4_0", 7_365_856_064),
    ("Llama 2 13B", "Q4_0", 7_366_062_080),
    ("StarCoder 15B", "Q4_0", 8_987_411_904),
];

/// Files that were made in December 2023, by recipes that have since changed: today's make larger
/// files, by the share given here. Source: ggml-org/llama.cpp pull request 4406.
pub(crate) const OLD_FILES: &[(&str, &str, u64, f64)] = &[
    ("Mixtral 8x7B", "Q4_K_M", 26_441_533_376, 0.076),
    ("Mixtral 8x7B", "Q3_K_M", 20_363_355_584, 0.107),
    ("Mixtral 8x7B", "Q2_K", 15_644_034_176, 0.108),
];

#[test]
fn files_of_old_recipes_are_smaller_by_what_the_documentation_says() {
    for (title, quant, bytes, more) in OLD_FILES {
        let off = off(gguf(title, quant), *bytes);
        println!("{title} {quant}: {:+.2} %", off * 100.0);
        assert!((off - more).abs() < 0.002, "{title} {quant}: {off}");
    }
}

#[test]
fn files_of_relatives_are_close() {
    for (title, quant, bytes) in CLOSE_FILES {
        let off = off(gguf(title, quant), *bytes);
        println!("{title} {quant}: {:+.2} %", off * 100.0);
        assert!(off.abs() < 0.01, "{title} {quant}: {off}");
    }
}

/// Bits for each weight of Llama 3.1 8B. Source: llama.cpp tools/quantize/README.md.
pub(crate) const LADDER: &[(&str, f64)] = &[
    ("IQ1_S", 2.0042),
    ("IQ1_M", 2.1460),
    ("IQ2_XXS", 2.3824),
    ("IQ2_XS", 2.5882),
    ("IQ2_S", 2.7403),
    ("IQ2_M", 2.9294),
    ("Q2_K_S", 2.9697),
    ("Q2_K", 3.1593),
    ("IQ3_XXS", 3.2548),
    ("IQ3_XS", 3.4977),
    ("Q3_K_S", 3.6429),
    ("IQ3_S", 3.6606),
    ("IQ3_M", 3.7628),
    ("Q3_K_M", 3.9960),
    ("Q3_K_L", 4.2979),
    ("IQ4_XS", 4.4597),
    ("Q4_K_S", 4.6672),
    ("IQ4_NL", 4.6818),
    ("Q4_K_M", 4.8944),
    ("Q5_K_S", 5.5704),
    ("Q5_K_M", 5.7036),
    ("Q6_K", 6.5633),
    ("Q8_0", 8.5008),
    ("F16", 16.0005),
];

#[test]
fn the_ladder_of_one_model() {
    for (quant, bits) in LADDER {
        let found = gguf("Llama 3.1 8B", quant) as f64 * 8.0 / 8_030_261_248.0;
        println!("{quant}: {found:.4} for {bits}");
        assert!((found / bits - 1.0).abs() < 0.01, "{quant}: {found:.4} for {bits}");
    }
}

/// GiB as tools print them: gpustack/gguf-parser-go README.md, ollama pull request 6279, llama.cpp
/// issues 14235 and 10981, pull request 13194.
pub(crate) const PRINTED: &[(&str, &str, f64)] = &[
    ("Qwen2.5 7B", "Q4_K_M", 4.36),
    ("Qwen2.5 7B", "F16", 14.19),
    ("Qwen2.5 7B", "Q8_0", 7.54),
    ("Qwen2.5 72B", "Q4_K_M", 44.15),
    ("Llama 3.1 70B", "Q4_K_M", 39.59),
    ("Llama 3.1 70B", "Q4_0", 37.22),
    ("Qwen2-VL 2B", "F16", 2.88),
    ("Qwen3 30B-A3B", "Q4_K_M", 17.28),
    ("DeepSeek V3", "Q4_K_M", 376.65),
    ("Gemma 3 12B", "Q4_K_M", 6.79),
];

#[test]
fn sizes_as_tools_print_them() {
    for (title, quant, gib) in PRINTED {
        let found = gguf(title, quant) as f64 / f64::from(1 << 30);
        println!("{title} {quant}: {found:.2} for {gib}");
        assert!((found / gib - 1.0).abs() < 0.01, "{title} {quant}: {found:.3} for {gib}");
    }
}

/// GiB of safetensors. Source: kaito-project/kaito presets/workspace/models/model_catalog.yaml; the
/// two of gpt-oss are half of what it gives, which counts them twice.
pub(crate) const HUB: &[(&str, f64)] = &[
    ("Phi-4", 27.31),
    ("Phi-4 mini", 7.15),
    ("Phi-3 mini", 7.12),
    ("Phi-3 medium", 26.00),
    ("Qwen2.5 7B", 14.19),
    ("Qwen2.5 14B", 27.51),
    ("Qwen2.5 32B", 61.03),
    ("Llama 3.1 8B", 14.96),
    ("Llama 3.1 70B", 131.42),
    ("Mistral 7B v0.3", 13.50),
    ("Gemma 3 4B", 8.01),
    ("Gemma 3 27B", 51.10),
    ("DeepSeek V3", 641.30),
    ("Qwen3.5 35B-A3B", 66.97),
    ("Qwen3.6 27B", 51.75),
    ("gpt-oss 20B", 12.815),
    ("gpt-oss 120B", 60.77),
    ("Gemma 4 31B", 58.25),
    ("Gemma 4 26B-A4B", 48.07),
    ("Kimi K2.5", 554.32),
    ("DeepSeek V4 Flash", 155.43),
    ("GLM 5.2", 703.75),
];

#[test]
fn safetensors_as_the_hub_holds_them() {
    for (title, gib) in HUB {
        let found = known(title).safetensors().unwrap().weights.total().in_gib();
        let holds = (found / gib - 1.0).abs() < 0.01;
        misses::judge(&format!("safetensors of {title}"), holds, &format!("{found:.2} for {gib}"));
    }
}

#[test]
fn plain_models_are_exact_to_the_byte_of_their_tensors() {
    // Source: thamada/modelQuery README.md; its figure for the second is 18 MB above the weights.
    let bytes = |title| known(title).safetensors().unwrap().weights.total().0;
    assert_eq!(bytes("Llama 3.1 8B"), 16_060_522_496);
    assert!(off(bytes("Llama 3.1 70B"), 141_125_877_760).abs() < 2e-4);
    assert_eq!(gguf("Llama 3.1 8B", "Q4_K_M"), 4_912_898_304);
    assert_eq!(gguf("Llama 3 8B", "Q4_0"), 4_653_375_488);
    assert_eq!(gguf("Mistral 7B v0.1", "Q4_0"), 4_108_181_504);
    assert_eq!(gguf("Llama 2 13B", "Q4_0"), 7_365_089_280);
    assert_eq!(gguf("Phi-3 mini", "Q4_0"), 2_175_438_336);
    assert_eq!(gguf("gpt-oss 20B", "MXFP4"), 12_096_558_336);
    assert_eq!(gguf("gpt-oss 120B", "MXFP4"), 63_374_323_968);
}

/// The bytes of a configuration's tensors, by a recipe or as safetensors.
fn shaped(config: &str, quant: Option<&str>) -> f64 {
    let config = Config::read(config.as_bytes()).unwrap();
    let recipe = quant.map(|quant| Recipe::named(quant).unwrap());
    Model::of_config("m", "s", &config, recipe).unwrap().weights.total().in_f64()
}

#[test]
fn configurations_outside_the_catalogue() {
    // orca-mini-3b: its rows do not divide into blocks of 256. nomic-ai/gpt4all models3.json: the
    // file has 1979946720 bytes.
    let orca = r#"{"model_type":"llama","num_hidden_layers":26,"hidden_size":3200,
        "num_attention_heads":32,"intermediate_size":8640,"vocab_size":32000}"#;
    assert_eq!(shaped(orca, Some("Q4_0")), 1_979_174_400.0);
    // Qwen3-8B-AWQ and Qwen3.6-35B-A3B-FP8: kaito model_catalog.yaml.
    let awq = r#"{"model_type":"qwen3","num_hidden_layers":36,"hidden_size":4096,
        "num_attention_heads":32,"num_key_value_heads":8,"head_dim":128,"intermediate_size":12288,
        "vocab_size":151936,"tie_word_embeddings":false,
        "quantization_config":{"quant_method":"awq","bits":4,"group_size":128}}"#;
    let fp8 = r#"{"model_type":"qwen3_5_moe_text","num_hidden_layers":40,"hidden_size":2048,
        "num_attention_heads":16,"num_key_value_heads":2,"head_dim":256,"intermediate_size":512,
        "vocab_size":248320,"tie_word_embeddings":false,"num_experts":256,"num_experts_per_tok":8,
        "moe_intermediate_size":512,"shared_expert_intermediate_size":512,
        "linear_num_key_heads":16,"linear_num_value_heads":32,"linear_key_head_dim":128,
        "linear_value_head_dim":128,"mtp_num_hidden_layers":1,
        "quantization_config":{"quant_method":"fp8","weight_block_size":[128,128]},
        "vision_config":{"hidden_size":1152,"depth":27,"intermediate_size":4304,"patch_size":16,
        "temporal_patch_size":2,"spatial_merge_size":2,"num_position_embeddings":2304,
        "out_hidden_size":2048}}"#;
    // mpt-7b-chat-newbpe and replit-code-v1_5-3b: those files hold the output apart from the table,
    // which today's conversion does not. nomic-ai/gpt4all models3.json.
    let mpt = r#"{"model_type":"mpt","n_layers":32,"d_model":4096,"n_heads":32,"vocab_size":50432,
        "no_bias":true,"max_seq_len":2048,"tie_word_embeddings":false}"#;
    let replit = r#"{"model_type":"mpt","n_layers":32,"d_model":3072,"n_heads":24,"vocab_size":32768,
        "no_bias":true,"max_seq_len":4096,"attn_config":{"kv_n_heads":8},
        "tie_word_embeddings":false}"#;
    for (config, bytes) in [(mpt, 3_912_373_472.0), (replit, 1_953_055_104.0)] {
        let header = bytes - shaped(config, Some("Q4_0"));
        assert!((0.0..f64::from(8 << 20)).contains(&header), "{header}");
    }
    for (config, gib) in [(awq, 5.68), (fp8, 34.90)] {
        let found = shaped(config, None) / f64::from(1 << 30);
        assert!((found / gib - 1.0).abs() < 0.01, "{found:.2} for {gib}");
    }
    // Llama 3.1 70B in eight bits: 67.7229 GiB, vllm pull request 12569.
    let int8 = r#"{"model_type":"llama","num_hidden_layers":80,"hidden_size":8192,
        "num_attention_heads":64,"num_key_value_heads":8,"intermediate_size":28672,
        "vocab_size":128256,"tie_word_embeddings":false,
        "quantization_config":{"quant_method":"compressed-tensors"}}"#;
    let found = shaped(int8, None) / f64::from(1 << 30);
    assert!((found / 67.7229 - 1.0).abs() < 0.01, "{found:.2}");
}

#[test]
fn names_of_ollama_have_a_wider_band() {
    // 18.81 GiB: ollama issue 14774.
    let model = "qwen3:32b".parse::<Reference>().unwrap().from_catalogue().unwrap();
    let off = model.weights.total().in_gib() / 18.81 - 1.0;
    assert!(off.abs() < model.band && off.abs() > 0.01, "{off}");
}
