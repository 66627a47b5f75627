//! No reader panics, whatever the bytes are.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

use std::io::Cursor;

use plimsoll_size::{
    Config, Dtype, Engine, Gguf, Gpu, Index, Manifest, MemoryFolder, Metadata, Model, Recipe,
    Safetensors, Setting, Tensor, Value, estimate, ggml_type_named, gguf_bytes, open_file,
    open_folder, pick_manifest,
};
use proptest::prelude::*;

/// Every reader looks at the same bytes; what they say does not matter, only that they say it.
fn read_all(bytes: &[u8]) {
    if let Ok(gguf) = Gguf::read(&mut Cursor::new(bytes), Some(bytes.len() as u64)) {
        let _ = gguf.architecture();
    }
    if let Ok(gguf) = Gguf::read(&mut Cursor::new(bytes), None) {
        let _ = gguf.architecture();
    }
    let _ = Safetensors::read(&mut Cursor::new(bytes), None);
    if let Ok(config) = Config::read(bytes) {
        compute(&config);
    }
    let _ = Index::read(bytes);
    let _ = Manifest::read(bytes);
    let _ = pick_manifest(bytes, None);
    let _ = pick_manifest(bytes, Some("linux/amd64"));
    for media in ["tar", "tar+gzip", "raw"] {
        let _ = open_folder("d", &layout(media, bytes), None);
    }
    let _ = open_file("f", &mut Cursor::new(bytes), None);
    for path in ["a.gguf", "a-00001-of-00001.gguf", "model.safetensors"] {
        let folder = MemoryFolder::default().with(path, bytes.to_vec(), None).with(
            "config.json",
            bytes.to_vec(),
            None,
        );
        let _ = open_folder("d", &folder, None);
    }
}

/// An OCI layout with one layer of these bytes.
fn layout(media: &str, bytes: &[u8]) -> MemoryFolder {
    let hash = |digit: char| digit.to_string().repeat(64);
    let manifest = format!(
        r#"{{"config":{{"digest":"sha256:{0}","size":2}},"layers":[{{"mediaType":
        "application/vnd.cncf.model.weight.v1.{media}","digest":"sha256:{1}","size":{2},
        "annotations":{{"org.cncf.model.filepath":"model.safetensors"}}}}]}}"#,
        hash('0'),
        hash('1'),
        bytes.len()
    );
    let index = format!(r#"{{"manifests":[{{"digest":"sha256:{}"}}]}}"#, hash('2'));
    MemoryFolder::default()
        .with("oci-layout", Vec::new(), None)
        .with("index.json", index.into(), None)
        .with(&format!("blobs/sha256/{}", hash('1')), bytes.to_vec(), None)
        .with(&format!("blobs/sha256/{}", hash('2')), manifest.into(), None)
}

/// The model of a configuration, as files and under settings.
fn compute(config: &Config) {
    for recipe in [None, Recipe::named("Q4_K_M")] {
        let Ok(model) = Model::of_config("m", "s", config, recipe) else { continue };
        for engine in [Engine::LlamaCpp, Engine::Vllm, Engine::Tei, Engine::Training] {
            let gpu = Gpu::named("L4").ok();
            let setting = Setting {
                gpu,
                gpus: 2,
                parallel: 3,
                has_expert_parallel: true,
                cpu_experts: 1,
                ..Setting::new(engine, 5000)
            };
            let _ = estimate(&model, &setting);
        }
    }
}

/// One configuration of each family with parts of its own.
const CONFIGS: &[&str] = &[
    r#"{"model_type":"deepseek_v4","num_hidden_layers":6,"hidden_size":64,"num_attention_heads":4,
    "num_key_value_heads":1,"head_dim":16,"vocab_size":128,"moe_intermediate_size":32,
    "n_routed_experts":4,"num_experts_per_tok":2,"q_lora_rank":8,"o_groups":2,"o_lora_rank":8,
    "hc_mult":4,"sliding_window":16,"index_n_heads":4,"index_head_dim":8,"expert_dtype":"fp4",
    "quantization_config":{"quant_method":"fp8"},"num_nextn_predict_layers":1}"#,
    r#"{"model_type":"glm_moe_dsa","num_hidden_layers":6,"hidden_size":64,"num_attention_heads":4,
    "vocab_size":128,"intermediate_size":64,"moe_intermediate_size":32,"n_routed_experts":4,
    "num_experts_per_tok":2,"kv_lora_rank":16,"q_lora_rank":16,"qk_rope_head_dim":4,
    "qk_nope_head_dim":8,"v_head_dim":8,"index_n_heads":4,"index_head_dim":8,"index_topk_freq":4,
    "index_skip_topk_offset":3,"first_k_dense_replace":1}"#,
    r#"{"model_type":"gemma4_text","num_hidden_layers":7,"hidden_size":64,"num_attention_heads":4,
    "num_key_value_heads":2,"head_dim":16,"global_head_dim":32,"vocab_size":128,
    "intermediate_size":64,"sliding_window":8,"num_kv_shared_layers":3,"attention_k_eq_v":true,
    "use_double_wide_mlp":true,"hidden_size_per_layer_input":8,"num_experts":4,"top_k_experts":2,
    "moe_intermediate_size":16}"#,
    r#"{"model_type":"gemma3n_text","num_hidden_layers":5,"hidden_size":64,"num_attention_heads":4,
    "vocab_size":128,"intermediate_size":[64,64,64,32,32],"altup_num_inputs":4,"laurel_rank":8}"#,
    r#"{"model_type":"falcon_h1","num_hidden_layers":2,"hidden_size":64,"num_attention_heads":4,
    "vocab_size":128,"intermediate_size":64,"mamba_d_ssm":32,"mamba_n_heads":4,"mamba_n_groups":1,
    "mamba_d_state":16,"mamba_d_conv":4}"#,
    r#"{"model_type":"mpt","n_layers":2,"d_model":64,"n_heads":4,"vocab_size":128,"no_bias":true,
    "expansion_ratio":4,"attn_config":{"kv_n_heads":2}}"#,
    r#"{"model_type":"qwen3_next","num_hidden_layers":4,"hidden_size":64,"num_attention_heads":4,
    "vocab_size":128,"num_experts":4,"num_experts_per_tok":2,"moe_intermediate_size":16,
    "linear_num_key_heads":2,"linear_num_value_heads":4,"linear_key_head_dim":8,
    "linear_value_head_dim":8}"#,
];

fn sound_gguf() -> Vec<u8> {
    let mut metadata = Metadata::default();
    metadata.set("general.architecture", Value::Text("gemma3".to_owned()));
    for (key, value) in [
        ("block_count", 2),
        ("embedding_length", 64),
        ("attention.head_count", 2),
        ("attention.sliding_window", 512),
    ] {
        metadata.set(format!("gemma3.{key}"), Value::Unsigned(value));
    }
    metadata.set("gemma3.attention.head_count_kv", Value::Numbers(vec![1, 2]));
    let kind = Dtype::Ggml(ggml_type_named("Q8_0").unwrap());
    gguf_bytes(&metadata, &[Tensor::new("blk.0.w", &[64, 3], kind).unwrap()]).0
}

const SAFETENSORS: &[u8] =
    b"\x3A\0\0\0\0\0\0\0{\"a\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[0,8]}}         ";
const CONFIG: &[u8] = br#"{"model_type":"gemma3_text","num_hidden_layers":6,"hidden_size":8,
    "num_attention_heads":2,"vocab_size":8,"layer_types":null,"sliding_window":4}"#;

#[test]
fn the_sound_ones_are_sound() {
    let bytes = sound_gguf();
    assert!(Gguf::read(&mut Cursor::new(&bytes), None).unwrap().architecture().is_ok());
    assert!(Safetensors::read(&mut Cursor::new(SAFETENSORS), None).is_ok());
    assert!(Config::read(CONFIG).is_ok());
    for text in CONFIGS {
        let config = Config::read(text.as_bytes()).unwrap();
        for recipe in [None, Recipe::named("Q4_K_M")] {
            Model::of_config("m", "s", &config, recipe).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read_all(&bytes);
    }

    #[test]
    fn bytes_that_begin_well(mut bytes in proptest::collection::vec(any::<u8>(), 8..200)) {
        bytes[..8].copy_from_slice(b"GGUF\x03\0\0\0");
        read_all(&bytes);
    }

    #[test]
    fn sound_bytes_with_some_changed(
        which in 0..3_usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        is_cut: bool,
    ) {
        let mut bytes = [sound_gguf(), SAFETENSORS.to_vec(), CONFIG.to_vec()][which].clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        read_all(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Numbers of a configuration are put in the place of others, up to absurd ones.
    #[test]
    fn configurations_with_other_numbers(
        which in 0..CONFIGS.len(),
        at in any::<prop::sample::Index>(),
        number in prop_oneof![0..9_u64, Just(1 << 23), Just(1 << 24), any::<u64>()],
    ) {
        let text = CONFIGS[which];
        let is_start = |at: &usize| {
            let digit = |at: usize| text.as_bytes()[at].is_ascii_digit();
            digit(*at) && text.as_bytes()[at - 1] == b':'
        };
        let starts: Vec<usize> = (1..text.len()).filter(is_start).collect();
        let start = starts[at.index(starts.len())];
        let rest = text[start..].trim_start_matches(|c: char| c.is_ascii_digit());
        if let Ok(config) = Config::read(format!("{}{number}{rest}", &text[..start]).as_bytes()) {
            compute(&config);
        }
    }
}
