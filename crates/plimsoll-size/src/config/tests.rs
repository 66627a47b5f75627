use super::*;
use crate::{Cache, ErrorKind, Reach};

fn config(extra: &str) -> Result<Config> {
    let base = r#"{"num_hidden_layers":12,"hidden_size":1024,"num_attention_heads":16,
        "vocab_size":32000,"intermediate_size":4096"#;
    Config::read(format!("{base}{extra}}}").as_bytes())
}

fn reaches(extra: &str) -> Vec<Reach> {
    let layers = config(extra).unwrap().kinds;
    layers
        .iter()
        .map(|layer| match layer.cache {
            Cache::Attention { reach, .. } => reach,
            _ => Reach::Full,
        })
        .collect()
}

#[test]
fn windows_follow_the_family() {
    for (extra, windowed) in [
        (r#","model_type":"llama""#, vec![]),
        (r#","model_type":"mistral","sliding_window":4096"#, (0..12).collect()),
        (r#","model_type":"mistral","sliding_window":null"#, vec![]),
        (r#","model_type":"qwen2","sliding_window":4096,"use_sliding_window":false"#, vec![]),
        (
            r#","model_type":"qwen2","sliding_window":4096,"use_sliding_window":true,"max_window_layers":10"#,
            vec![10, 11],
        ),
        (r#","model_type":"gemma2""#, vec![0, 2, 4, 6, 8, 10]),
        (r#","model_type":"gemma3_text""#, vec![0, 1, 2, 3, 4, 6, 7, 8, 9, 10]),
        (r#","model_type":"gpt_oss","sliding_window":128"#, vec![0, 2, 4, 6, 8, 10]),
        (r#","model_type":"cohere2","sliding_window":4096"#, vec![0, 1, 2, 4, 5, 6, 8, 9, 10]),
        (r#","model_type":"llama4_text""#, vec![0, 1, 2, 4, 5, 6, 8, 9, 10]),
    ] {
        let reaches = reaches(extra);
        let found: Vec<usize> = (0..12).filter(|layer| reaches[*layer] != Reach::Full).collect();
        assert_eq!(found, windowed, "{extra}");
    }
}

#[test]
fn caches_follow_the_architecture() {
    let latent = config(
        r#","model_type":"deepseek_v3","kv_lora_rank":512,"qk_rope_head_dim":64,
            "qk_nope_head_dim":128,"v_head_dim":128"#,
    );
    assert!(
        latent
            .unwrap()
            .kinds
            .iter()
            .all(|layer| layer.cache == Cache::Latent { width: 576, index: 0 })
    );
    let hybrid = config(
        r#","model_type":"qwen3_5_moe_text","linear_num_key_heads":16,"linear_num_value_heads":32,
            "linear_key_head_dim":128,"linear_value_head_dim":128,"linear_conv_kernel_dim":4"#,
    );
    let kinds = hybrid.unwrap().kinds;
    let recurrent = kinds.iter().filter(|layer| matches!(layer.cache, Cache::Recurrent { .. }));
    assert_eq!(recurrent.count(), 9);
    let state = Cache::Recurrent { conv: 3 * (4096 + 2 * 2048), state: 128 * 4096 };
    assert_eq!(kinds[0].cache, state);
    let shared =
        config(r#","model_type":"gemma3n_text","num_kv_shared_layers":4,"sliding_window":512"#);
    let shared = shared.unwrap().kinds;
    assert_eq!(shared.iter().filter(|layer| layer.cache == Cache::Nothing).count(), 4);
    let encoder = config(r#","model_type":"bert""#).unwrap();
    assert!(encoder.architecture().unwrap().is_encoder());
}

#[test]
fn models_that_see_are_read_by_their_language_part() {
    let text = r#"{"model_type":"gemma3","text_config":{"model_type":"gemma3_text",
        "num_hidden_layers":34,"hidden_size":2560,"num_attention_heads":8,"num_key_value_heads":4,
        "head_dim":256,"vocab_size":262208,"intermediate_size":10240,"sliding_window":1024},
        "vision_config":{"hidden_size":1152,"num_hidden_layers":27,"intermediate_size":4304,
        "patch_size":14,"image_size":896}}"#;
    let config = Config::read(text.as_bytes()).unwrap();
    assert_eq!(config.kinds.len(), 34);
    let parameters = config.vision.unwrap().parameters;
    assert!((415_000_000..425_000_000).contains(&parameters), "{parameters}");
}

#[test]
fn configurations_that_make_no_sense_are_refused() {
    for (extra, kind) in [
        (r#","model_type":"frob""#, ErrorKind::Unsupported),
        (r#","model_type":"whisper""#, ErrorKind::Unsupported),
        (r#","model_type":"deepseek_v4""#, ErrorKind::Invalid),
        ("", ErrorKind::Invalid),
        (r#","model_type":"llama","head_dim":-1"#, ErrorKind::Invalid),
        (r#","model_type":"llama","head_dim":1.5"#, ErrorKind::Invalid),
        (r#","model_type":"llama","head_dim":0"#, ErrorKind::Invalid),
        (r#","model_type":"llama","head_dim":1152921504606846976"#, ErrorKind::Limit),
        (r#","model_type":"llama","num_nextn_predict_layers":8388608"#, ErrorKind::Limit),
        (r#","model_type":"llama","layer_types":["full_attention"]"#, ErrorKind::Invalid),
        (r#","model_type":"llama","torch_dtype":"int3""#, ErrorKind::Unsupported),
    ] {
        assert_eq!(config(extra).unwrap_err().kind(), kind, "{extra}");
    }
    for text in ["", "[]", "{", "{\"model_type\":\"llama\"}", "null"] {
        assert!(Config::read(text.as_bytes()).is_err(), "{text}");
    }
    let layers = r#"{"model_type":"llama","num_hidden_layers":100000,"hidden_size":8,
        "num_attention_heads":1,"vocab_size":8}"#;
    assert_eq!(Config::read(layers.as_bytes()).unwrap_err().kind(), ErrorKind::Limit);
}
