//! Names of models as Ollama spells them, and where its store keeps them.
//!
//! Source: ollama/ollama types/model/name.go and manifest/paths.go (main, 2026).

use std::fmt;

use crate::oci::is_hash;

/// The name of a model in Ollama's library or another registry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OllamaName {
    /// The registry.
    pub host: String,
    /// `library` for the models that Ollama itself publishes.
    pub namespace: String,
    /// The model.
    pub model: String,
    /// The tag; `latest` where none is given.
    pub tag: String,
}

/// The registry of a name that names none.
const HOST: &str = "registry.ollama.ai";

impl OllamaName {
    /// Reads `[host/][namespace/]model[:tag]`; nothing for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (path, tag) = match text.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, tag),
            _ => (text, "latest"),
        };
        let parts: Vec<&str> = path.split('/').collect();
        let (host, namespace, model) = match parts.as_slice() {
            [model] => (HOST, "library", *model),
            [namespace, model] => (HOST, *namespace, *model),
            [host, namespace, model] => (*host, *namespace, *model),
            _ => return None,
        };
        let sound = |text: &str, longest: usize| {
            let mut bytes = text.bytes();
            text.len() <= longest
                && bytes.next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
        };
        let is_sound =
            sound(host, 350) && sound(namespace, 80) && sound(model, 80) && sound(tag, 80);
        (is_sound && !model.contains(':') && !namespace.contains(':') && !tag.contains(':')).then(
            || Self {
                host: host.to_owned(),
                namespace: namespace.to_owned(),
                model: model.to_owned(),
                tag: tag.to_owned(),
            },
        )
    }

    /// Returns where its manifest lies below the store.
    #[must_use]
    pub fn manifest_path(&self) -> String {
        let Self { host, namespace, model, tag } = self;
        format!("manifests/{host}/{namespace}/{model}/{tag}")
    }

    /// Reads the path of a manifest below the store.
    #[must_use]
    pub fn of_manifest_path(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.strip_prefix("manifests/")?.split('/').collect();
        let [host, namespace, model, tag] = parts.as_slice() else { return None };
        Self::parse(&format!("{host}/{namespace}/{model}:{tag}"))
    }
}

/// Writes it without the parts that go without saying.
impl fmt::Display for OllamaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host != HOST {
            write!(f, "{}/", self.host)?;
        }
        if self.host != HOST || self.namespace != "library" {
            write!(f, "{}/", self.namespace)?;
        }
        write!(f, "{}:{}", self.model, self.tag)
    }
}

/// The name of a blob in Ollama's store: `sha256-` and 64 digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BlobName {
    /// The 64 digits.
    pub hash: String,
    /// Whether its download is under way.
    pub is_partial: bool,
}

impl BlobName {
    /// Reads a file's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let rest = name.strip_prefix("sha256-")?;
        let (hash, rest) = rest.split_at_checked(64)?;
        let is_partial = rest.starts_with("-partial");
        (is_hash(hash) && (rest.is_empty() || is_partial))
            .then(|| Self { hash: hash.to_owned(), is_partial })
    }

    /// Returns where the blob of a digest lies below the store; nothing for a digest that is none.
    #[must_use]
    pub fn path_of(digest: &str) -> Option<String> {
        let hash = digest.strip_prefix("sha256:").filter(|hash| is_hash(hash))?;
        Some(format!("blobs/sha256-{hash}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_ollama_does() {
        for (text, path, short) in [
            ("llama3.1", "manifests/registry.ollama.ai/library/llama3.1/latest", "llama3.1:latest"),
            (
                "llama3.1:8b-instruct-q4_K_M",
                "manifests/registry.ollama.ai/library/llama3.1/8b-instruct-q4_K_M",
                "llama3.1:8b-instruct-q4_K_M",
            ),
            ("me/mine:v1", "manifests/registry.ollama.ai/me/mine/v1", "me/mine:v1"),
            (
                "reg.example:5000/team/m",
                "manifests/reg.example:5000/team/m/latest",
                "reg.example:5000/team/m:latest",
            ),
        ] {
            let name = OllamaName::parse(text).unwrap();
            assert_eq!(name.manifest_path(), path);
            assert_eq!(name.to_string(), short);
            assert_eq!(OllamaName::of_manifest_path(path), Some(name));
        }
        for text in ["", ":", "a/b/c/d", "../x", "a b", "x:y:z", "/x", "x:", "a/../b"] {
            assert_eq!(OllamaName::parse(text), None, "{text}");
        }
    }

    #[test]
    fn blobs_have_dashes() {
        let hash = "ab".repeat(32);
        let blob = BlobName::parse(&format!("sha256-{hash}")).unwrap();
        assert!(!blob.is_partial);
        assert!(BlobName::parse(&format!("sha256-{hash}-partial-3")).unwrap().is_partial);
        assert_eq!(BlobName::parse(&format!("sha256:{hash}")), None);
        assert_eq!(
            BlobName::path_of(&format!("sha256:{hash}")),
            Some(format!("blobs/sha256-{hash}"))
        );
        assert_eq!(BlobName::path_of("sha256:../../x"), None);
    }
}
