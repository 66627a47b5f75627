//! `.Release`

use super::record::builtin;
use crate::trace::Trace;
use crate::value::{Data, IntKind, Map, Text, Value};
use crate::{Error, ErrorKind, Profile};

/// What is installed where: the facts behind `.Release`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The release's name.
    pub name: String,
    /// The namespace it goes to.
    pub namespace: String,
    /// Counts installations and upgrades, from 1.
    pub revision: i64,
    /// Whether this is an upgrade rather than an installation.
    pub is_upgrade: bool,
}

impl Default for Release {
    /// What `helm template` assumes.
    fn default() -> Self {
        Self {
            name: "release-name".to_owned(),
            namespace: "default".to_owned(),
            revision: 1,
            is_upgrade: false,
        }
    }
}

/// The longest release name that Helm allows, in bytes.
const MAX_NAME: usize = 53;

impl Release {
    /// Checks the name (Helm's `ValidateReleaseName`).
    pub(crate) fn check(&self, profile: Profile) -> Result<(), Error> {
        let name = &self.name;
        let problem = if name.is_empty() {
            "no name provided"
        } else if name.len() > MAX_NAME || !is_dns_name(name) {
            "invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53"
        } else {
            return Ok(());
        };
        let name = crate::go::quote::quote(name);
        let error = Error::new(ErrorKind::ReleaseName, format!("release name {name}: {problem}"));
        Err(if profile.speaks_helm_4() { error.within("release name check failed") } else { error })
    }

    /// The object that templates see.
    pub(super) fn object(&self, trace: &mut Trace) -> Value {
        let map = Map::new();
        for (field, data) in [
            ("Release.Name", Data::Str(Text::plain(self.name.as_str()))),
            ("Release.Namespace", Data::Str(Text::plain(self.namespace.as_str()))),
            ("Release.IsUpgrade", Data::Bool(self.is_upgrade)),
            ("Release.IsInstall", Data::Bool(!self.is_upgrade)),
            ("Release.Revision", Data::Int(self.revision, IntKind::Int)),
            ("Release.Service", Data::Str(Text::plain("Helm"))),
        ] {
            let origin = builtin(trace, field);
            let name = field.trim_start_matches("Release.");
            map.insert(name, Value::of(data, origin));
        }
        Value::of(Data::Map(map), builtin(trace, "Release"))
    }
}

/// Tells whether all parts between dots are made of lower-case letters, digits and inner dashes.
fn is_dns_name(name: &str) -> bool {
    name.split('.').all(|part| {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !part.is_empty()
            && part.bytes().all(allowed)
            && !part.starts_with('-')
            && !part.ends_with('-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_dns_names_of_53_bytes() {
        let check = |name: &str| {
            Release { name: name.to_owned(), ..Release::default() }.check(Profile::Helm3)
        };
        for name in ["a", "a-b.c0", &"a".repeat(53)] {
            assert!(check(name).is_ok(), "{name}");
        }
        for name in ["", "A", "-a", "a-", "a..b", "a_b", &"a".repeat(54)] {
            assert_eq!(check(name).unwrap_err().kind(), ErrorKind::ReleaseName, "{name}");
        }
        assert_eq!(check("").unwrap_err().to_string(), "release name \"\": no name provided");
    }
}
