//! Manifests of images and artifacts: Ollama's, ModelPack's, KitOps' and Docker's.
//!
//! Source: modelpack/model-spec docs/spec.md; kitops-ml/kitops pkg/lib/constants; docker/model-spec;
//! ollama/ollama server/images.go (all read in 2026).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Bytes, Error, PartKind, Result};

/// How large a manifest may be; registries refuse more than 4 MiB.
pub(crate) const MAX_MANIFEST: u64 = 4 << 20;

/// A layer of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its media type.
    pub media_type: String,
    /// `sha256:` and 64 digits.
    pub digest: String,
    /// As it lies in the registry.
    pub bytes: Bytes,
    /// What it is for.
    pub kind: PartKind,
    /// Whether it is packed, so that it takes more room once it is unpacked.
    pub is_compressed: bool,
    /// The path of its file, where the manifest says one.
    pub path: Option<String>,
}

/// A manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Who writes such manifests: `Ollama`, `ModelPack`, `KitOps` or `Docker`.
    pub flavour: &'static str,
    /// The layers, the configuration first.
    pub layers: Vec<Layer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawLayer {
    #[serde(default)]
    media_type: String,
    #[serde(default)]
    digest: String,
    size: i64,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

/// Annotations by which a layer names its file.
const PATHS: &[&str] = &[
    "org.cncf.model.filepath",
    "org.cnai.model.filepath",
    "org.opencontainers.image.title",
    "com.docker.ai.filepath",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    schema_version: Option<u32>,
    #[serde(default)]
    artifact_type: String,
    #[serde(default)]
    manifests: Vec<serde_json::Value>,
    config: Option<RawLayer>,
    layers: Option<Vec<RawLayer>>,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    ///
    /// `Invalid` for what is no manifest, `Unsupported` for an index of several and for an image
    /// that holds no model.
    pub fn read(text: &[u8]) -> Result<Self> {
        if text.len() as u64 > MAX_MANIFEST {
            return Err(Error::limit("a manifest of more than 4 MiB, which registries refuse"));
        }
        let raw: Raw = serde_json::from_slice(text)
            .map_err(|error| Error::invalid(format!("it is no manifest: {error}")))?;
        if !raw.manifests.is_empty() && raw.layers.is_none() {
            return Err(Error::unsupported(
                "it is an index of several manifests; name the digest of one",
            ));
        }
        if raw.schema_version.is_some_and(|version| version != 2) {
            return Err(Error::unsupported("a manifest of another version than 2"));
        }
        let (Some(config), Some(layers)) = (raw.config, raw.layers) else {
            return Err(Error::invalid("it is no manifest: it has no config or no layers"));
        };
        let flavour = flavour(&raw.artifact_type, &config, &layers)?;
        let layers: Result<Vec<Layer>> =
            std::iter::once(config).chain(layers).map(read_layer).collect();
        Ok(Self { flavour, layers: layers? })
    }

    /// Returns what all its layers take in the registry; the same layer twice counts once.
    #[must_use]
    pub fn total(&self) -> Bytes {
        let mut seen = std::collections::BTreeSet::new();
        self.layers.iter().filter(|layer| seen.insert(&layer.digest)).map(|layer| layer.bytes).sum()
    }
}

fn flavour(artifact: &str, config: &RawLayer, layers: &[RawLayer]) -> Result<&'static str> {
    let types = || {
        std::iter::once(artifact)
            .chain([config.media_type.as_str()])
            .chain(layers.iter().map(|layer| layer.media_type.as_str()))
    };
    for (prefix, flavour) in [
        ("application/vnd.ollama.image.", "Ollama"),
        ("application/vnd.cncf.model.", "ModelPack"),
        ("application/vnd.kitops.modelkit.", "KitOps"),
        ("application/vnd.docker.ai.", "Docker"),
    ] {
        if types().any(|name| name.starts_with(prefix)) {
            return Ok(flavour);
        }
    }
    Err(Error::unsupported("it is a manifest of an image without a model in a known form"))
}

fn read_layer(raw: RawLayer) -> Result<Layer> {
    let size = u64::try_from(raw.size)
        .map_err(|_| Error::invalid(format!("a layer of {} bytes", raw.size)))?;
    let digest = raw.digest.strip_prefix("sha256:");
    if !digest.is_some_and(is_hash) {
        return Err(Error::invalid(format!(
            "a layer's digest is {:?}, no sha256",
            raw.digest.chars().take(80).collect::<String>()
        )));
    }
    let kind = kind(&raw.media_type);
    let is_compressed = raw.media_type.ends_with("+gzip") || raw.media_type.ends_with("+zstd");
    let path = PATHS.iter().find_map(|name| raw.annotations.get(*name)).cloned();
    Ok(Layer {
        media_type: raw.media_type,
        digest: raw.digest,
        bytes: Bytes(size),
        kind,
        is_compressed,
        path,
    })
}

/// Tells whether these are the 64 digits of a sha256.
pub(crate) fn is_hash(text: &str) -> bool {
    text.len() == 64
        && text.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase())
}

fn kind(media_type: &str) -> PartKind {
    let is = |part: &str| media_type.contains(part);
    if is("image.projector") || is("gguf.v3.mmproj") {
        PartKind::Projector
    } else if is("image.adapter") || is("gguf.v3.lora") {
        PartKind::Adapter
    } else if is("image.draft") {
        PartKind::Draft
    } else if is("weight.config") {
        PartKind::Other
    } else if [
        "image.model",
        "image.tensor",
        "image.embed",
        "model.weight",
        "modelkit.model",
        "ai.gguf.v3",
        "ai.safetensors",
    ]
    .iter()
    .any(|part| is(part))
    {
        PartKind::Weights
    } else {
        PartKind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn digest(digit: char) -> String {
        format!("sha256:{}", digit.to_string().repeat(64))
    }

    #[test]
    fn manifests_of_each_kind_are_read() {
        let text = format!(
            r#"{{"schemaVersion":2,"config":{{"mediaType":"application/vnd.docker.container.image.v1+json",
            "digest":"{}","size":485}},"layers":[
            {{"mediaType":"application/vnd.ollama.image.model","digest":"{}","size":4912898304}},
            {{"mediaType":"application/vnd.ollama.image.projector","digest":"{}","size":10}},
            {{"mediaType":"application/vnd.ollama.image.license","digest":"{}","size":10}}]}}"#,
            digest('0'),
            digest('1'),
            digest('2'),
            digest('2'),
        );
        let manifest = Manifest::read(text.as_bytes()).unwrap();
        assert_eq!(manifest.flavour, "Ollama");
        assert_eq!(manifest.total(), Bytes(485 + 4_912_898_304 + 10));
        let kinds: Vec<_> = manifest.layers.iter().map(|layer| layer.kind).collect();
        let expected = [PartKind::Other, PartKind::Weights, PartKind::Projector, PartKind::Other];
        assert_eq!(kinds, expected);
        for (media, flavour, compressed) in [
            ("application/vnd.cncf.model.weight.v1.tar+gzip", "ModelPack", true),
            ("application/vnd.kitops.modelkit.model.v1.tar", "KitOps", false),
            ("application/vnd.docker.ai.gguf.v3", "Docker", false),
        ] {
            let text = format!(
                r#"{{"schemaVersion":2,"config":{{"digest":"{0}","size":2}},
                "layers":[{{"mediaType":"{media}","digest":"{0}","size":2}}]}}"#,
                digest('a')
            );
            let manifest = Manifest::read(text.as_bytes()).unwrap();
            assert_eq!(manifest.flavour, flavour);
            assert_eq!(manifest.layers[1].kind, PartKind::Weights, "{media}");
            assert_eq!(manifest.layers[1].is_compressed, compressed);
        }
    }

    #[test]
    fn other_manifests_are_refused() {
        let layer = |size: i64, digest: &str| {
            format!(
                r#"{{"config":{{"digest":"{digest}","size":1}},"layers":[{{"mediaType":
                "application/vnd.ollama.image.model","digest":"{digest}","size":{size}}}]}}"#
            )
        };
        for (text, kind) in [
            (layer(-1, &digest('a')), ErrorKind::Invalid),
            (layer(1, "sha256:../../etc/passwd"), ErrorKind::Invalid),
            (layer(1, "md5:0"), ErrorKind::Invalid),
            ("{}".to_owned(), ErrorKind::Invalid),
            ("[]".to_owned(), ErrorKind::Invalid),
            (r#"{"manifests":[{}]}"#.to_owned(), ErrorKind::Unsupported),
            (
                r#"{"schemaVersion":1,"config":{"size":1},"layers":[]}"#.to_owned(),
                ErrorKind::Unsupported,
            ),
        ] {
            assert_eq!(Manifest::read(text.as_bytes()).unwrap_err().kind(), kind, "{text}");
        }
    }
}
