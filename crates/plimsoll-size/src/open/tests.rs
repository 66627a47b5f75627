use std::io::Cursor;

use super::*;
use crate::{
    Dtype, ErrorKind, MemoryFolder, Metadata, Tensor, Value, ggml_type_named, gguf_bytes,
    open_folder,
};

fn gguf(name: &str, split: Option<(u64, u64)>) -> (Vec<u8>, u64) {
    let mut metadata = Metadata::default();
    metadata.set("general.architecture", Value::Text("llama".to_owned()));
    metadata.set("general.name", Value::Text(name.to_owned()));
    for (key, value) in [
        ("block_count", 1),
        ("embedding_length", 64),
        ("attention.head_count", 2),
        ("feed_forward_length", 64),
        ("vocab_size", 10),
    ] {
        metadata.set(format!("llama.{key}"), Value::Unsigned(value));
    }
    if let Some((number, count)) = split {
        metadata.set("split.no", Value::Unsigned(number));
        metadata.set("split.count", Value::Unsigned(count));
    }
    let kind = Dtype::Ggml(ggml_type_named("F16").unwrap());
    let tensor = format!("blk.0.t{}.weight", split.map_or(0, |(number, _)| number));
    gguf_bytes(&metadata, &[Tensor::new(tensor, &[64, 64], kind).unwrap()])
}

fn with_gguf(folder: MemoryFolder, path: &str, split: Option<(u64, u64)>) -> MemoryFolder {
    let (bytes, length) = gguf(path, split);
    folder.with(path, bytes, Some(length))
}

const CONFIG: &str = r#"{"model_type":"llama","num_hidden_layers":1,"hidden_size":64,
    "num_attention_heads":2,"vocab_size":10}"#;

fn safetensors(names: &[&str]) -> (Vec<u8>, u64) {
    let infos = names.iter().enumerate().map(|(at, name)| {
        let (begin, end) = (at * 8, at * 8 + 8);
        format!(r#""{name}":{{"dtype":"BF16","shape":[4],"data_offsets":[{begin},{end}]}}"#)
    });
    let json = format!("{{{}}}", infos.collect::<Vec<_>>().join(","));
    let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
    bytes.extend(json.as_bytes());
    let length = bytes.len() as u64 + names.len() as u64 * 8;
    (bytes, length)
}

fn hub(index: &str, shards: &[(&str, &[&str])]) -> MemoryFolder {
    let mut folder = MemoryFolder::default().with("config.json", CONFIG.into(), None).with(
        "model.safetensors.index.json",
        index.into(),
        None,
    );
    for (path, names) in shards {
        let (bytes, length) = safetensors(names);
        folder = folder.with(path, bytes, Some(length));
    }
    folder
}

#[test]
fn a_file_is_a_model() {
    let (bytes, length) = gguf("tiny", None);
    let model = open_file("x.gguf", &mut Cursor::new(&bytes), Some(length)).unwrap();
    assert_eq!((model.name.as_str(), model.format.as_str()), ("tiny", "F16"));
    assert_eq!(model.weights.total(), Bytes(8192));
    assert_eq!(model.disk(), Bytes(length));
    assert_eq!(model.confidence, Confidence::Exact);
    // A stream does not say how long it is.
    assert!(open_file("-", &mut Cursor::new(&bytes), None).is_ok());
    for cut in 0..bytes.len() - 32 {
        let error = open_file("x", &mut Cursor::new(&bytes[..cut]), Some(length)).unwrap_err();
        let expected = if cut == 0 { ErrorKind::NotAModel } else { ErrorKind::Truncated };
        assert_eq!(error.kind(), expected, "cut at {cut}: {error}");
    }
}

#[test]
fn other_files_say_what_they_are() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 123\n";
    let (shard, _) = gguf("s", Some((0, 2)));
    let (plain, _) = safetensors(&["a"]);
    for (bytes, words) in [
        (pointer.as_bytes(), "git-lfs pointer for a file of 123 bytes"),
        (b"Hello, world\n", "a text"),
        (b"<html>Sign in</html>", "web page"),
        (b"PK\x03\x04rest of it", "PyTorch"),
        (&[0; 600], "zeros"),
        (&shard, "shard 1 of 2"),
        (&plain, "config.json"),
        (CONFIG.as_bytes(), "JSON"),
    ] {
        let error = open_file("f", &mut Cursor::new(bytes), None).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn shards_of_gguf_are_found() {
    let first = "m-00001-of-00002.gguf";
    let second = "m-00002-of-00002.gguf";
    let whole = with_gguf(MemoryFolder::default(), first, Some((0, 2)));
    let error = open_folder("d", &whole, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Missing);
    assert!(error.to_string().contains(second), "{error}");
    let whole = with_gguf(whole, second, Some((1, 2)));
    let whole = with_gguf(whole, "mmproj-m-f16.gguf", None);
    let model = open_folder("d", &whole, None).unwrap();
    assert_eq!(model.weights.total(), Bytes(2 * 8192));
    assert_eq!(model.parts.len(), 3);
    assert!(model.notes[0].contains("mmproj"), "{:?}", model.notes);
}

#[test]
fn a_checkout_counts_what_its_index_names() {
    let index = r#"{"metadata":{"total_size":16},"weight_map":
        {"model.layers.0.a":"one.safetensors","lm_head.weight":"two.safetensors"}}"#;
    let one: (&str, &[&str]) = ("one.safetensors", &["model.layers.0.a"]);
    let two: (&str, &[&str]) = ("two.safetensors", &["lm_head.weight"]);
    let (bytes, length) = safetensors(&["model.layers.0.a", "lm_head.weight"]);
    let folder = hub(index, &[one, two]).with("original/all.safetensors", bytes, Some(length));
    let model = open_folder("d", &folder, None).unwrap();
    assert_eq!(model.weights.total(), Bytes(16));
    assert!(model.notes[0].contains("original"), "{:?}", model.notes);
    for (folder, kind, words) in [
        (hub(index, &[one]), ErrorKind::Missing, "two.safetensors is missing"),
        (
            hub(index, &[("one.safetensors", &["model.layers.0.a", "x"]), two]),
            ErrorKind::Invalid,
            "does not name",
        ),
        (
            hub(index, &[("one.safetensors", &["lm_head.weight"]), two]),
            ErrorKind::Invalid,
            "puts lm_head.weight into two",
        ),
        (
            hub(&index.replace("lm_head", "gone\":\"one.safetensors\",\"lm_head"), &[one, two]),
            ErrorKind::Invalid,
            "3 tensors and the files hold 2",
        ),
    ] {
        let error = open_folder("d", &folder, None).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn folders_that_hold_something_else_say_so() {
    let three = with_gguf(hub("{\"weight_map\":{}}", &[]), "a.gguf", None).with(
        "pytorch_model.bin",
        b"PK\x03\x04".to_vec(),
        None,
    );
    let several = with_gguf(with_gguf(MemoryFolder::default(), "a.gguf", None), "b.gguf", None);
    let (bytes, length) = safetensors(&["a"]);
    let bare = MemoryFolder::default().with("model.safetensors", bytes, Some(length));
    let torch = MemoryFolder::default().with("pytorch_model.bin", b"PK\x03\x04".to_vec(), None);
    for (folder, words) in [
        (&MemoryFolder::default(), "neither GGUF nor safetensors"),
        (&torch, "pytorch_model.bin"),
        (&several, "a.gguf, b.gguf"),
        (&three, "a.gguf, safetensors"),
        (&bare, "no config.json"),
    ] {
        let error = open_folder("d", folder, None).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
    assert!(open_folder("d", &several, Some("b.gguf")).is_ok());
    assert!(open_folder("d", &three, Some("a.gguf")).is_ok());
    assert!(open_folder("d", &several, Some("c.gguf")).is_err());
}

#[test]
fn a_store_of_ollama_is_read_through_its_manifest() {
    let hash = "0123456789abcdef".repeat(4);
    let (bytes, length) = gguf("m", None);
    let manifest = |size: u64| {
        format!(
            r#"{{"schemaVersion":2,"config":{{"mediaType":"x","digest":"sha256:{0}","size":10}},
            "layers":[{{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:{hash}",
            "size":{size}}}]}}"#,
            "f".repeat(64)
        )
        .into_bytes()
    };
    let path = "manifests/registry.ollama.ai/library/tiny/latest";
    let blob = format!("blobs/sha256-{hash}");
    let store = MemoryFolder::default().with(path, manifest(length), None);
    let error = open_folder("s", &store, None).unwrap_err();
    assert!(error.to_string().contains("is missing"), "{error}");
    let partial = store.clone().with(&format!("{blob}-partial"), Vec::new(), None);
    let error = open_folder("s", &partial, None).unwrap_err();
    assert!(error.to_string().contains("still being downloaded"), "{error}");
    let whole = store.with(&blob, bytes, Some(length));
    let model = open_folder("s", &whole, None).unwrap();
    assert_eq!(model.name, "tiny:latest");
    assert_eq!(model.disk(), Bytes(length + 10));
    assert!(open_folder("s", &whole, Some("other")).is_err());
    let other = whole.with(path, manifest(length + 1), None);
    assert_eq!(open_folder("s", &other, Some("tiny")).unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn an_oci_layout_is_read_through_its_index() {
    let (one, two) = ("a".repeat(64), "b".repeat(64));
    let (bytes, length) = gguf("m", None);
    let layout = |media: &str| {
        let manifest = format!(
            r#"{{"schemaVersion":2,"artifactType":"application/vnd.cncf.model.manifest.v1+json",
            "config":{{"digest":"sha256:{two}","size":2}},
            "layers":[{{"mediaType":"{media}","digest":"sha256:{two}","size":{length}}}]}}"#
        );
        MemoryFolder::default()
            .with("oci-layout", b"{}".to_vec(), None)
            .with(
                "index.json",
                format!(r#"{{"manifests":[{{"digest":"sha256:{one}"}}]}}"#).into(),
                None,
            )
            .with(&format!("blobs/sha256/{one}"), manifest.into(), None)
            .with(&format!("blobs/sha256/{two}"), bytes.clone(), Some(length))
    };
    let model =
        open_folder("d", &layout("application/vnd.cncf.model.weight.v1.raw"), None).unwrap();
    assert_eq!(model.weights.total(), Bytes(8192));
    let packed = layout("application/vnd.cncf.model.weight.v1.tar+gzip");
    let error = open_folder("d", &packed, None).unwrap_err();
    assert!(error.to_string().contains("archive cannot be read"), "{error}");
}
