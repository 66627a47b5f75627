//! Models: what readers of headers and small files make of any bytes, and what is computed from it.

use std::io::Cursor;

use plimsoll_size::{
    Config, Engine, Gguf, Gpu, Index, Manifest, MemoryFolder, Model, Recipe, Reference,
    Safetensors, Setting, estimate, max_context, open_file, open_folder, pick_manifest,
    read_listing,
};

/// Reads a GGUF header, alone and in a folder.
pub fn gguf(data: &[u8]) {
    if let Ok(gguf) = Gguf::read(&mut Cursor::new(data), None) {
        assert!(gguf.data_start <= gguf.file_bytes);
        drop(gguf.architecture());
    }
    if let Ok(model) = open_file("f.gguf", &mut Cursor::new(data), None) {
        compute(&model);
    }
    let folder = MemoryFolder::default().with("m-00001-of-00001.gguf", data.to_vec(), None);
    drop(open_folder("d", &folder, None));
}

/// Reads a safetensors header, and a checkout of the Hub with it.
pub fn safetensors(data: &[u8]) {
    const CONFIG: &[u8] = br#"{"model_type":"llama","num_hidden_layers":2,"hidden_size":64,
        "num_attention_heads":2,"vocab_size":10}"#;
    if let Ok(file) = Safetensors::read(&mut Cursor::new(data), None) {
        let sum: u64 = file.tensors.iter().map(|tensor| tensor.bytes).sum();
        assert!(sum <= file.file_bytes);
        let folder = MemoryFolder::default().with("config.json", CONFIG.to_vec(), None).with(
            "model.safetensors",
            data.to_vec(),
            Some(file.file_bytes),
        );
        if let Ok(model) = open_folder("d", &folder, None) {
            compute(&model);
        }
    }
}

/// Reads a configuration, and computes with the model that it describes.
pub fn config(data: &[u8]) {
    let Ok(config) = Config::read(data) else { return };
    for recipe in [None, Recipe::named("Q4_K_M"), Recipe::named("IQ2_S")] {
        if let Ok(model) = Model::of_config("m", "s", &config, recipe) {
            compute(&model);
        }
    }
}

/// Reads the small files: manifests, indices, lists, references.
pub fn manifest(data: &[u8]) {
    if let Ok(manifest) = Manifest::read(data) {
        assert!(!manifest.layers.is_empty());
    }
    drop(Index::read(data));
    drop(pick_manifest(data, None));
    packed(data);
    if let Ok(text) = std::str::from_utf8(data) {
        drop(read_listing(text));
        if let Ok(reference) = text.parse::<Reference>() {
            drop(reference.from_catalogue());
        }
        drop(Gpu::named(text));
    }
}

/// Reads an artifact whose one layer is these bytes, as an archive and as a packed one.
fn packed(data: &[u8]) {
    let hash = |digit: char| digit.to_string().repeat(64);
    for media in ["tar", "tar+gzip"] {
        let manifest = format!(
            r#"{{"config":{{"digest":"sha256:{0}","size":2}},"layers":[{{"mediaType":
            "application/vnd.cncf.model.weight.v1.{media}","digest":"sha256:{1}","size":{2}}}]}}"#,
            hash('0'),
            hash('1'),
            data.len()
        );
        let index = format!(r#"{{"manifests":[{{"digest":"sha256:{}"}}]}}"#, hash('2'));
        let folder = MemoryFolder::default()
            .with("oci-layout", Vec::new(), None)
            .with("index.json", index.into(), None)
            .with(&format!("blobs/sha256/{}", hash('1')), data.to_vec(), None)
            .with(&format!("blobs/sha256/{}", hash('2')), manifest.into(), None);
        drop(open_folder("d", &folder, None));
    }
}

/// No model makes the arithmetic fail in another way than by an error.
fn compute(model: &Model) {
    for (engine, gpus) in
        [(Engine::LlamaCpp, 1), (Engine::LlamaCpp, 3), (Engine::Vllm, 2), (Engine::Training, 1)]
    {
        let setting = Setting {
            gpu: Gpu::named("L4").ok(),
            gpus,
            tensor_parallel: if engine == Engine::Vllm { gpus } else { 1 },
            parallel: 3,
            ..Setting::new(engine, 5000)
        };
        if let Ok(found) = estimate(model, &setting) {
            assert!(found.startup.failure_threshold >= 30);
        }
        drop(max_context(model, &setting));
    }
}
