//! Image references.

/// A container image, as its reference says.
///
/// Nothing is filled in: a reference without registry or tag has none here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Image {
    /// The whole reference as written.
    pub reference: String,
    /// The registry's host, with port where there is one.
    pub registry: Option<String>,
    /// The repository's path without registry, such as `vllm/vllm-openai`.
    pub repository: String,
    /// The tag.
    pub tag: Option<String>,
    /// The digest, such as `sha256:…`.
    pub digest: Option<String>,
}

impl Image {
    /// Reads a reference: `[registry/]repository[:tag][@digest]`.
    ///
    /// The first part of the path is a registry where it holds a dot or a port, or is `localhost`.
    /// Source: distribution/reference, `splitDockerDomain`, v0.6.
    #[must_use]
    pub fn parse(reference: &str) -> Self {
        let (name, digest) = match reference.split_once('@') {
            Some((name, digest)) => (name, Some(digest.to_owned())),
            None => (reference, None),
        };
        let (path, tag) = match name.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(tag.to_owned())),
            _ => (name, None),
        };
        let (registry, repository) = match path.split_once('/') {
            Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => {
                (Some(host.to_owned()), rest)
            }
            _ => (None, path),
        };
        Self {
            reference: reference.to_owned(),
            registry,
            repository: repository.to_owned(),
            tag,
            digest,
        }
    }

    /// Says what is wrong with the reference, as far as its parts tell.
    #[must_use]
    pub fn trouble(&self) -> Option<&'static str> {
        let has_upper = self.repository.bytes().any(|byte| byte.is_ascii_uppercase());
        if self.repository.is_empty() {
            Some("the image has no repository")
        } else if self.tag.as_deref() == Some("") {
            Some("the image has an empty tag")
        } else if self.digest.as_deref().is_some_and(|digest| !digest.contains(':')) {
            Some("the image's digest names no algorithm")
        } else if has_upper {
            Some("an image's repository is in lower case")
        } else if self.reference.contains(char::is_whitespace) {
            Some("the image's reference holds a space")
        } else {
            None
        }
    }

    /// Tells whether the content can change under the reference: no digest, and no tag or `latest`.
    #[must_use]
    pub fn is_floating(&self) -> bool {
        self.digest.is_none() && self.tag.as_deref().is_none_or(|tag| tag == "latest")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_taken_apart() {
        for (reference, registry, repository, tag, digest) in [
            ("ollama/ollama", None, "ollama/ollama", None, None),
            ("ollama/ollama:rocm", None, "ollama/ollama", Some("rocm"), None),
            ("quay.io/a/b/c:1", Some("quay.io"), "a/b/c", Some("1"), None),
            ("localhost:5000/x", Some("localhost:5000"), "x", None, None),
            ("host:5000/a/b:1@sha256:00", Some("host:5000"), "a/b", Some("1"), Some("sha256:00")),
            ("busybox@sha256:11", None, "busybox", None, Some("sha256:11")),
            ("", None, "", None, None),
        ] {
            let image = Image::parse(reference);
            assert_eq!(image.registry.as_deref(), registry, "{reference}");
            assert_eq!(image.repository, repository, "{reference}");
            assert_eq!(image.tag.as_deref(), tag, "{reference}");
            assert_eq!(image.digest.as_deref(), digest, "{reference}");
        }
    }

    #[test]
    fn troubles_are_named() {
        assert_eq!(Image::parse("a/b:1").trouble(), None);
        for reference in ["", ":1", "a/b:", "a/B:1", "a/b:1 ", "a@1234"] {
            assert!(Image::parse(reference).trouble().is_some(), "{reference}");
        }
        assert!(Image::parse("a").is_floating() && Image::parse("a:latest").is_floating());
        assert!(!Image::parse("a:latest@sha256:00").is_floating());
        assert!(!Image::parse("a:1").is_floating());
    }
}
