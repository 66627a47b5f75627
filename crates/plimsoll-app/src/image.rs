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
