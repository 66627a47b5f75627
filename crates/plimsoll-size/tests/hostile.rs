//! No reader panics, whatever the bytes are.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

use std::io::Cursor;

use plimsoll_size::{
    Config, Dtype, Gguf, Index, Manifest, MemoryFolder, Metadata, Safetensors, Tensor, Value,
    ggml_type_named, gguf_bytes, open_file, open_folder,
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
    let _ = Config::read(bytes);
    let _ = Index::read(bytes);
    let _ = Manifest::read(bytes);
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
