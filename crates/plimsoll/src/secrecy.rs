//! What is never shown.

use plimsoll_yaml::{FieldPath, Step};

/// What stands in for a secret.
pub(crate) const HIDDEN: &str = "(hidden)";

/// Words in a key that make its value a secret.
const KEYS: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "token",
    "secret",
    "apikey",
    "api_key",
    "api-key",
    "credential",
    "master",
    "privatekey",
    "private_key",
];

/// Keys that name a secret without holding it.
const REFERENCES: [&str; 6] =
    ["secretname", "secretkeyref", "secretref", "secretstoreref", "existingsecret", "secretkey"];

/// Tells whether a key's own name says that its value is a secret.
pub(crate) fn names_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    KEYS.iter().any(|word| key.contains(word)) && !REFERENCES.iter().any(|name| key.ends_with(name))
}

/// Tells whether the value at `path` of an object may be a secret: whatever a Secret holds, and
/// whatever stands under a key that says so.
pub(crate) fn is_secret(path: &FieldPath, is_secret_object: bool) -> bool {
    let keys: Vec<&str> = path
        .0
        .iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
        .collect();
    if is_secret_object && matches!(keys.first(), Some(&("data" | "stringData"))) {
        return true;
    }
    let is_reference = keys.iter().any(|key| {
        let key = key.to_ascii_lowercase();
        key.ends_with("ref") || REFERENCES.contains(&key.as_str())
    });
    !is_reference && keys.last().is_some_and(|key| names_secret(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_shown_and_values_are_not() {
        for (path, hidden) in [
            ("spec.password", true),
            ("data.config", false),
            ("spec.secretName", false),
            ("spec.env[0].valueFrom.secretKeyRef.key", false),
            ("spec.masterKey", true),
        ] {
            assert_eq!(is_secret(&path.parse().unwrap(), false), hidden, "{path}");
        }
        assert!(is_secret(&"data.config".parse().unwrap(), true));
    }
}
