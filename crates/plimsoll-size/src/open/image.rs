//! Indexes of images and artifacts: which manifest of several is meant.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Error, Result};

/// A manifest that an index names.
#[derive(Clone, Debug, Deserialize)]
struct Pointer {
    digest: String,
    #[serde(default)]
    platform: Option<Platform>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Platform {
    #[serde(default)]
    os: String,
    #[serde(default)]
    architecture: String,
}

#[derive(Deserialize)]
struct Index {
    #[serde(default)]
    manifests: Vec<Pointer>,
}

/// Where nothing else is asked for.
const USUAL: &str = "linux/amd64";

impl Pointer {
    fn platform(&self) -> Option<String> {
        let platform = self.platform.as_ref()?;
        Some(format!("{}/{}", platform.os, platform.architecture))
    }

    fn tag(&self) -> Option<&str> {
        self.annotations.get("org.opencontainers.image.ref.name").map(String::as_str)
    }

    fn is(&self, want: &str) -> bool {
        self.digest == want || self.tag() == Some(want) || self.platform().as_deref() == Some(want)
    }

    /// What it is called, for people.
    fn shown(&self) -> String {
        match (self.tag(), self.platform()) {
            (Some(tag), Some(platform)) => format!("{tag} ({platform})"),
            (Some(tag), None) => tag.to_owned(),
            (None, Some(platform)) => platform,
            (None, None) => self.digest.clone(),
        }
    }
}

/// Tells whether a text is an index of manifests, and no manifest.
pub(crate) fn is_index(text: &[u8]) -> bool {
    serde_json::from_slice::<Index>(text).is_ok_and(|index| !index.manifests.is_empty())
}

/// Returns the digest of the manifest that is meant: the one that is named by its tag, digest or
/// platform, the only one, or that for the usual platform. Signatures and attestations do not count.
///
/// # Errors
///
/// `Invalid` for what is no index, and for several that cannot be told apart.
pub(crate) fn pick(text: &[u8], want: Option<&str>) -> Result<String> {
    let index: Index = serde_json::from_slice(text)
        .map_err(|error| Error::invalid(format!("it is no index: {error}")))?;
    let is_about = |pointer: &Pointer| {
        pointer.annotations.contains_key("vnd.docker.reference.type")
            || pointer.platform().as_deref() == Some("unknown/unknown")
    };
    let all: Vec<Pointer> =
        index.manifests.into_iter().filter(|pointer| !is_about(pointer)).collect();
    let matching: Vec<&Pointer> = match want {
        Some(want) => all.iter().filter(|pointer| pointer.is(want)).collect(),
        None => all.iter().collect(),
    };
    let usual = || {
        let usual: Vec<&&Pointer> = matching.iter().filter(|pointer| pointer.is(USUAL)).collect();
        match usual.as_slice() {
            [one] => Some(one.digest.clone()),
            _ => None,
        }
    };
    match matching.as_slice() {
        [one] => Ok(one.digest.clone()),
        _ => usual().ok_or_else(|| {
            let shown: Vec<String> = all.iter().take(8).map(Pointer::shown).collect();
            let what = match want {
                Some(want) => format!("{want} is none of them, or several"),
                None => "name one with --model".to_owned(),
            };
            Error::invalid(format!(
                "the index holds {} manifests: {}; {what}",
                all.len(),
                shown.join(", ")
            ))
        }),
    }
}

/// Returns the digest of the manifest that is meant, where a text is an index of several; nothing
/// where it is none. `want` names a tag, a digest or a platform.
///
/// # Errors
///
/// `Invalid` for several that cannot be told apart.
pub fn pick_manifest(text: &[u8], want: Option<&str>) -> Result<Option<String>> {
    if is_index(text) { pick(text, want).map(Some) } else { Ok(None) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_picked_from_an_index() {
        let text = br#"{"manifests":[
            {"digest":"sha256:a","platform":{"os":"linux","architecture":"arm64"}},
            {"digest":"sha256:b","platform":{"os":"linux","architecture":"amd64"}},
            {"digest":"sha256:c","platform":{"os":"unknown","architecture":"unknown"}}]}"#;
        assert!(is_index(text) && !is_index(b"{}"));
        assert_eq!(pick(text, None).unwrap(), "sha256:b");
        assert_eq!(pick(text, Some("linux/arm64")).unwrap(), "sha256:a");
        assert_eq!(pick(text, Some("sha256:a")).unwrap(), "sha256:a");
        let error = pick(text, Some("plan9/vax")).unwrap_err().to_string();
        assert!(error.contains("2 manifests: linux/arm64, linux/amd64"), "{error}");
        let tagged = br#"{"manifests":[
            {"digest":"sha256:a","annotations":{"org.opencontainers.image.ref.name":"8b"}},
            {"digest":"sha256:b","annotations":{"org.opencontainers.image.ref.name":"70b"}}]}"#;
        assert_eq!(pick(tagged, Some("70b")).unwrap(), "sha256:b");
        let error = pick(tagged, None).unwrap_err().to_string();
        assert!(error.contains("8b, 70b; name one with --model"), "{error}");
        assert!(pick(b"[]", None).is_err());
    }
}
