use std::io::Cursor;

use super::*;
use crate::{Cache, Layer, Reach};

pub(crate) fn metadata(pairs: &[(&str, u64)]) -> Metadata {
    let mut metadata = Metadata::default();
    metadata.set("general.architecture", Value::Text("llama".to_owned()));
    for (key, value) in pairs {
        metadata.set(*key, Value::Unsigned(*value));
    }
    metadata
}

fn small() -> (Metadata, Vec<Tensor>) {
    let mut metadata = metadata(&[
        ("llama.block_count", 2),
        ("llama.embedding_length", 256),
        ("llama.attention.head_count", 4),
        ("llama.attention.head_count_kv", 2),
        ("llama.feed_forward_length", 512),
        ("llama.context_length", 4096),
        ("general.file_type", 15),
    ]);
    metadata.set("tokenizer.ggml.tokens", Value::List(100));
    metadata.set("tokenizer.chat_template", Value::Text("{{ x }}".to_owned()));
    let tensor = |name: &str, shape: &[u64], kind: &str| {
        Tensor::new(name, shape, Dtype::Ggml(ggml_type_named(kind).unwrap())).unwrap()
    };
    let tensors = vec![
        tensor("token_embd.weight", &[256, 100], "Q4_K"),
        tensor("blk.0.attn_q.weight", &[256, 256], "Q4_K"),
        tensor("blk.1.attn_q.weight", &[256, 256], "Q6_K"),
        tensor("output_norm.weight", &[256], "F32"),
    ];
    (metadata, tensors)
}

fn read(bytes: &[u8]) -> Result<Gguf> {
    Gguf::read(&mut Cursor::new(bytes), None)
}

#[test]
fn a_header_is_read_as_it_was_written() {
    let (metadata, tensors) = small();
    let (bytes, length) = gguf_bytes(&metadata, &tensors);
    let gguf = Gguf::read(&mut Cursor::new(&bytes), Some(length)).unwrap();
    assert_eq!(gguf.metadata, metadata);
    assert_eq!(gguf.tensors, tensors);
    assert_eq!(gguf.data_start, bytes.len() as u64);
    assert_eq!(gguf.file_bytes, length);
    assert!(!gguf.is_big_endian);
    let architecture = gguf.architecture().unwrap();
    assert_eq!(architecture.vocabulary, 100);
    assert_eq!(architecture.context, Some(4096));
    let cache = Cache::Attention { kv_heads: 2, key: 64, value: 64, reach: Reach::Full };
    assert_eq!(architecture.layers, vec![Layer { cache }; 2]);
}

#[test]
fn a_header_that_ends_anywhere_is_said_to_end_there() {
    let (metadata, tensors) = small();
    let (bytes, _) = gguf_bytes(&metadata, &tensors);
    // The padding after the last tensor belongs to the data.
    let last = {
        let whole = read(&bytes).unwrap();
        let end = whole.tensors.last().unwrap();
        let name = bytes.windows(end.name.len()).rposition(|part| part == end.name.as_bytes());
        name.unwrap() + end.name.len() + 4 + 8 + 4 + 8
    };
    for cut in 1..last {
        let error = read(&bytes[..cut]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Truncated, "cut at {cut}: {error}");
        assert!(error.offset().unwrap() <= cut as u64, "cut at {cut}: {error}");
    }
    assert_eq!(read(&[]).unwrap_err().kind(), ErrorKind::NotAModel);
    assert!(read(&bytes[..last]).is_ok());
}

#[test]
fn a_file_shorter_than_its_header_promises_is_cut_short() {
    let (metadata, tensors) = small();
    let (bytes, length) = gguf_bytes(&metadata, &tensors);
    let error = Gguf::read(&mut Cursor::new(&bytes), Some(length - 1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert!(error.to_string().contains(&length.to_string()), "{error}");
}

#[test]
fn both_orders_of_bytes_are_read() {
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3_u32.to_be_bytes());
    bytes.extend(1_u64.to_be_bytes());
    bytes.extend(1_u64.to_be_bytes());
    bytes.extend(1_u64.to_be_bytes());
    bytes.push(b'k');
    bytes.extend(5_u32.to_be_bytes());
    bytes.extend(7_i32.to_be_bytes());
    bytes.extend(1_u64.to_be_bytes());
    bytes.push(b't');
    bytes.extend(1_u32.to_be_bytes());
    bytes.extend(3_u64.to_be_bytes());
    bytes.extend(0_u32.to_be_bytes());
    bytes.extend(0_u64.to_be_bytes());
    let gguf = read(&bytes).unwrap();
    assert!(gguf.is_big_endian);
    assert_eq!(gguf.metadata.number("k").unwrap(), Some(7));
    assert_eq!(gguf.tensors[0].bytes, 12);
}

/// One header with parts that can be broken one at a time.
fn header(version: u32, tensors: u64, keys: u64, rest: &[u8]) -> Vec<u8> {
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(version.to_le_bytes());
    bytes.extend(tensors.to_le_bytes());
    bytes.extend(keys.to_le_bytes());
    bytes.extend(rest);
    bytes
}

fn tensor_info(name: &str, shape: &[u64], kind: u32, offset: u64) -> Vec<u8> {
    let mut bytes = (name.len() as u64).to_le_bytes().to_vec();
    bytes.extend(name.as_bytes());
    bytes.extend((shape.len() as u32).to_le_bytes());
    shape.iter().for_each(|side| bytes.extend(side.to_le_bytes()));
    bytes.extend(kind.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes
}

fn key(name: &str, kind: u32, value: &[u8]) -> Vec<u8> {
    let mut bytes = (name.len() as u64).to_le_bytes().to_vec();
    bytes.extend(name.as_bytes());
    bytes.extend(kind.to_le_bytes());
    bytes.extend(value);
    bytes
}

#[test]
fn headers_that_lie_are_refused() {
    let list = |kind: u32, length: u64| {
        let mut value = kind.to_le_bytes().to_vec();
        value.extend(length.to_le_bytes());
        key("k", 9, &value)
    };
    let two = |name: &str, other: &str, offset: u64| {
        let mut bytes = tensor_info(name, &[8], 0, 0);
        bytes.extend(tensor_info(other, &[8], 0, offset));
        bytes
    };
    for (bytes, kind, words) in [
        (header(1, 0, 0, &[]), ErrorKind::Unsupported, "version 1"),
        (header(4, 0, 0, &[]), ErrorKind::Unsupported, "version 4"),
        (header(3, 1 << 60, 0, &[]), ErrorKind::Limit, "tensors"),
        (header(3, 0, 1 << 60, &[]), ErrorKind::Limit, "keys"),
        (header(3, 0, 1, &list(8, 1 << 60)), ErrorKind::Limit, "entries"),
        (header(3, 0, 1, &list(4, 1 << 29)), ErrorKind::Truncated, "ends"),
        (header(3, 0, 1, &key("k", 8, &(1_u64 << 60).to_le_bytes())), ErrorKind::Limit, "text"),
        (header(3, 0, 1, &key("k", 13, &[0; 8])), ErrorKind::Unsupported, "type 13"),
        (header(3, 1, 0, &tensor_info("t", &[1 << 63], 0, 0)), ErrorKind::Invalid, "dimension"),
        (
            header(3, 1, 0, &tensor_info("t", &[1 << 40, 1 << 40], 0, 0)),
            ErrorKind::Limit,
            "64 bits",
        ),
        (header(3, 1, 0, &tensor_info("t", &[1 << 62], 28, 0)), ErrorKind::Limit, "64 bits"),
        (header(3, 1, 0, &tensor_info("t", &[1; 5], 0, 0)), ErrorKind::Invalid, "dimensions"),
        (header(3, 1, 0, &tensor_info("t", &[33], 2, 0)), ErrorKind::Invalid, "blocks"),
        (header(3, 1, 0, &tensor_info("t", &[32], 4, 0)), ErrorKind::Unsupported, "type 4 (Q4_2)"),
        (header(3, 1, 0, &tensor_info("t", &[32], 999, 0)), ErrorKind::Unsupported, "type 999"),
        (header(3, 1, 0, &tensor_info("t", &[32], 0, 64)), ErrorKind::Invalid, "begins at 64"),
        (header(3, 2, 0, &two("t", "t", 32)), ErrorKind::Invalid, "two tensors"),
        (header(3, 2, 0, &two("t", "u", 16)), ErrorKind::Invalid, "begins at 16"),
        (
            header(3, 0, 1, &key("general.alignment", 4, &33_u32.to_le_bytes())),
            ErrorKind::Invalid,
            "power of two",
        ),
    ] {
        let error = read(&bytes).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn keys_that_make_no_sense_are_refused() {
    for (key, value, kind) in [
        ("llama.block_count", Value::Unsigned(0), ErrorKind::Limit),
        ("llama.block_count", Value::Unsigned(1 << 60), ErrorKind::Limit),
        ("llama.block_count", Value::Negative(-5), ErrorKind::Invalid),
        ("llama.block_count", Value::Text("2".to_owned()), ErrorKind::Invalid),
        ("llama.embedding_length", Value::Unsigned(1 << 60), ErrorKind::Limit),
        ("llama.attention.head_count_kv", Value::Numbers(vec![1]), ErrorKind::Invalid),
        ("llama.attention.key_length", Value::Unsigned(1 << 40), ErrorKind::Limit),
        ("general.architecture", Value::Text("frob".to_owned()), ErrorKind::Unsupported),
        ("general.architecture", Value::Text("rwkv7".to_owned()), ErrorKind::Unsupported),
    ] {
        let (mut metadata, tensors) = small();
        metadata.set(key, value);
        let (bytes, _) = gguf_bytes(&metadata, &tensors);
        let error = read(&bytes).unwrap().architecture().unwrap_err();
        assert_eq!(error.kind(), kind, "{key}: {error}");
    }
}

#[test]
fn shards_belong_together() {
    let shard = |number: u64, count: u64, tensors: u64| {
        let (mut metadata, all) = small();
        if number > 0 {
            metadata = Metadata::default();
        }
        metadata.set("split.no", Value::Unsigned(number));
        metadata.set("split.count", Value::Unsigned(count));
        metadata.set("split.tensors.count", Value::Unsigned(tensors));
        let part = &all[number as usize * 2..number as usize * 2 + 2];
        let (bytes, _) = gguf_bytes(&metadata, part);
        (format!("shard {number}"), read(&bytes).unwrap())
    };
    let joined = join(vec![shard(1, 2, 4), shard(0, 2, 4)]).unwrap();
    assert_eq!(joined.tensors, small().1);
    assert!(joined.architecture().is_ok());
    for (shards, kind) in [
        (vec![shard(0, 2, 4)], ErrorKind::Missing),
        (vec![shard(0, 2, 4), shard(0, 2, 4)], ErrorKind::Invalid),
        (vec![shard(0, 2, 4), shard(1, 3, 4)], ErrorKind::Invalid),
        (vec![shard(0, 2, 5), shard(1, 2, 5)], ErrorKind::Invalid),
        (Vec::new(), ErrorKind::Missing),
    ] {
        assert_eq!(join(shards).unwrap_err().kind(), kind);
    }
    let name = SplitName::parse("dir/m-Q4_K_M-00002-of-00003.gguf").unwrap();
    assert_eq!((name.number, name.count), (2, 3));
    assert_eq!(name.sibling(3), "dir/m-Q4_K_M-00003-of-00003.gguf");
    for name in ["m.gguf", "m-00004-of-00003.gguf", "m-0001-of-00003.gguf", "m-00000-of-00003.gguf"]
    {
        assert_eq!(SplitName::parse(name), None, "{name}");
    }
}
