//! Versions of Kubernetes and Helm as templates see them.

use super::record::{Field, Record, text};
use crate::profile::Package;
use crate::trace::Trace;
use crate::value::{Data, Text, Value};
use crate::{Error, ErrorKind, Profile};

/// A Kubernetes version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersion {
    /// In full, such as `v1.33.4-gke.1245000`.
    pub version: String,
    /// What constraints are checked against, such as `v1.33.4`.
    pub normalized: String,
    /// Such as `1`.
    pub major: String,
    /// Such as `33`.
    pub minor: String,
}

/// How Helm was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelmVersion {
    /// Such as `v4.2`.
    pub version: String,
    /// Commit; empty unless a release was built from one.
    pub git_commit: String,
    /// `clean`, `dirty` or empty.
    pub git_tree_state: String,
    /// Such as `go1.26.8`.
    pub go_version: String,
    /// Kubernetes client that it was built with; Helm 3 does not tell.
    pub kube_client_version: String,
}

impl KubeVersion {
    /// Reads `--kube-version`, such as `1.33` or `v1.33.4-gke.1245000`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KubeVersion`] if it does not start with two numbers.
    pub fn parse(text: &str, profile: Profile) -> Result<Self, Error> {
        let refuse = |reason: String| {
            let message = format!("invalid kube version '{text}': {reason}");
            Err(Error::new(ErrorKind::KubeVersion, message))
        };
        let quoted = crate::go::quote::quote(text);
        let bare = text.trim_start_matches([' ', '\t', '\n', '\u{c}', '\r']);
        let bare = bare.strip_prefix('v').unwrap_or(bare);
        let numbers = leading_numbers(bare);
        if numbers.is_empty() {
            return refuse(format!("could not parse {quoted} as version"));
        }
        let mut components = Vec::new();
        for (index, part) in numbers.split('.').enumerate() {
            if index == 0 && part.starts_with('0') && part != "0" {
                let part = crate::go::quote::quote(part);
                return refuse(format!(
                    "illegal zero-prefixed version component {part} in {quoted}"
                ));
            }
            let Ok(number) = part.parse::<u64>() else {
                let part = crate::go::quote::quote(part);
                return refuse(format!(
                    "illegal non-numeric version component {part} in {quoted}: strconv.ParseUint: parsing {part}: value out of range"
                ));
            };
            components.push(number.to_string());
        }
        let [major, minor, ..] = components.as_slice() else {
            return refuse(format!("illegal version string {quoted}"));
        };
        let normalized = format!("v{}", components.join("."));
        let version = if !profile.keeps_version_suffix() {
            normalized.clone()
        } else if text.starts_with('v') {
            text.to_owned()
        } else {
            format!("v{text}")
        };
        Ok(Self { version, normalized, major: major.clone(), minor: minor.clone() })
    }

    pub(super) fn object(&self, profile: Profile, trace: &mut Trace) -> Value {
        let version = text(trace, "Capabilities.KubeVersion.Version", self.version.as_str());
        let major = text(trace, "Capabilities.KubeVersion.Major", self.major.as_str());
        let minor = text(trace, "Capabilities.KubeVersion.Minor", self.minor.as_str());
        let shown =
            if profile.shows_normalized_version() { &self.normalized } else { &self.version };
        let shown = Value::of(Data::Str(Text::plain(shown.as_str())), version.origin);
        let mut fields = vec![Field::plain("Version", version.clone())];
        if profile.shows_normalized_version() {
            fields.push(Field::private(shown.clone()));
        }
        fields.extend([Field::plain("Major", major), Field::plain("Minor", minor)]);
        let record = Record {
            type_name: match profile.package_of_values() {
                Package::Chartutil => "chartutil.KubeVersion",
                Package::Common => "common.KubeVersion",
            },
            kind: "struct",
            embedded: None,
            fields,
            methods: vec![("String", shown), ("GitVersion", version)],
        };
        record.into_value(trace, "Capabilities.KubeVersion")
    }
}

/// Splits off numbers with dots between.
fn leading_numbers(text: &str) -> &str {
    let mut end = 0;
    loop {
        let rest = &text[end..];
        let rest = if end == 0 { Some(rest) } else { rest.strip_prefix('.') };
        let Some(rest) = rest else { return &text[..end] };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return &text[..end];
        }
        end = text.len() - rest.len() + digits;
    }
}

impl HelmVersion {
    pub(super) fn object(&self, profile: Profile, trace: &mut Trace) -> Value {
        let mut field = |name: &'static str, json: &'static str, value: &str| {
            let value = text(trace, format!("Capabilities.HelmVersion.{name}"), value);
            Field::tagged(name, json, name != "KubeClientVersion", value)
        };
        let mut fields = vec![
            field("Version", "version", &self.version),
            field("GitCommit", "git_commit", &self.git_commit),
            field("GitTreeState", "git_tree_state", &self.git_tree_state),
            field("GoVersion", "go_version", &self.go_version),
        ];
        if profile.is_called_helm_4() {
            fields.push(field(
                "KubeClientVersion",
                "kube_client_version",
                &self.kube_client_version,
            ));
        }
        let record = Record {
            type_name: "version.BuildInfo",
            kind: "struct",
            embedded: None,
            fields,
            methods: Vec::new(),
        };
        record.into_value(trace, "Capabilities.HelmVersion")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, profile: Profile) -> (String, String) {
        let version = KubeVersion::parse(text, profile).unwrap();
        (version.version, version.normalized)
    }

    #[test]
    fn kube_versions_read_as_in_helm() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(parse("1.33", Profile::Helm4), pair("v1.33", "v1.33"));
        assert_eq!(
            parse("v1.33.4-gke.1245000", Profile::Helm4),
            pair("v1.33.4-gke.1245000", "v1.33.4")
        );
        assert_eq!(parse("v1.33.4-gke.1245000", Profile::Helm3), pair("v1.33.4", "v1.33.4"));
        assert_eq!(parse("1.33+", Profile::Helm4), pair("v1.33+", "v1.33"));
    }

    #[test]
    fn wrong_kube_versions_are_refused() {
        for (text, reason) in [
            ("abc", "could not parse \"abc\" as version"),
            ("1", "illegal version string \"1\""),
            ("01.2", "illegal zero-prefixed version component \"01\" in \"01.2\""),
        ] {
            assert_eq!(
                KubeVersion::parse(text, Profile::Helm4).unwrap_err().to_string(),
                format!("invalid kube version '{text}': {reason}")
            );
        }
    }
}
