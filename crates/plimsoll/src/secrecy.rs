//! What is never shown: passwords, keys and tokens, wherever they stand.
//!
//! A value counts as a secret by what it is called, by the object that holds it, or by its own
//! form. Showing too little is the smaller mistake.

mod document;
mod line;

pub(crate) use document::Hidden;
pub(crate) use line::{literals, merged, spans};

use plimsoll_rules::credential;
use plimsoll_yaml::Span;

/// What stands in for a secret value.
pub(crate) const HIDDEN: &str = "(hidden)";

/// What stands in for a secret part of a line; its length tells nothing.
const STARS: &str = "********";

/// Words in a name that make its value a secret, besides those that rules go by.
const WORDS: [&str; 14] = [
    "APIKEY",
    "APIKEYS",
    "AUTHORIZATION",
    "BEARER",
    "CREDENTIAL",
    "CREDENTIALS",
    "HTPASSWD",
    "PASSPHRASE",
    "PASSWD",
    "PASSWORD",
    "PASSWORDS",
    "SECRET",
    "SECRETS",
    "TOKEN",
];

/// First words of names that hold a switch or a number.
const SWITCHES: [&str; 20] = [
    "ALLOW",
    "AUTOMOUNT",
    "CREATE",
    "DISABLE",
    "ENABLE",
    "ENABLED",
    "EXISTING",
    "EXTERNAL",
    "GENERATE",
    "HAS",
    "IS",
    "MAX",
    "MIN",
    "MOUNT",
    "NEEDS",
    "NO",
    "NUM",
    "REQUIRE",
    "SKIP",
    "USE",
];

/// Last words of names that say where a secret is, or something about it.
const REFERENCES: [&str; 38] = [
    "ANNOTATIONS",
    "CLASS",
    "COUNT",
    "DIR",
    "DIRECTORY",
    "ENABLED",
    "FILE",
    "FORMAT",
    "HEADER",
    "HOURS",
    "INTERVAL",
    "KIND",
    "LABELS",
    "LENGTH",
    "LIMIT",
    "MINUTES",
    "MODE",
    "MOUNT",
    "NAME",
    "NAMES",
    "NAMESPACE",
    "PATH",
    "PATHS",
    "POLICY",
    "PREFIX",
    "REF",
    "REFS",
    "REQUIRED",
    "SECONDS",
    "SELECTOR",
    "SIZE",
    "STORE",
    "STORES",
    "SUFFIX",
    "TEMPLATE",
    "TTL",
    "TYPE",
    "VERSION",
];

/// Tells whether a name says that its value is a secret: `apiKey`, `HF_TOKEN`, `--password`.
pub(crate) fn names_secret(name: &str) -> bool {
    let words = credential::words(name);
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    let pulls = words.windows(2).any(|pair| pair[0] == "PULL" && pair[1].starts_with("SECRET"));
    if pulls || SWITCHES.contains(&first.as_str()) || REFERENCES.contains(&last.as_str()) {
        return false;
    }
    credential::is_name(name)
        || words.iter().any(|word| WORDS.contains(&word.as_str()))
        || ["TOKEN", "PASSWORD", "SECRET", "APIKEY"].iter().any(|end| last.ends_with(end))
}

/// A text that stands for a value which is elsewhere: `$(DB_PASSWORD)`, `os.environ/KEY`.
fn is_reference(text: &str) -> bool {
    let names_variable = |inside: &str| {
        inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && credential::spans(inside).is_empty()
    };
    let wrapped = [("$(", ")"), ("${", "}")];
    wrapped
        .iter()
        .filter_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))
        .chain(text.strip_prefix("os.environ/"))
        .any(names_variable)
}

/// Returns `text` without the secrets that show in its lines.
pub(crate) fn masked(text: &str) -> String {
    mask(text, &spans(text), Span::default()).0
}

/// Replaces the stretches `secrets`, which are in order, by stars; also returns where `span` lies
/// in what comes out.
pub(crate) fn mask(text: &str, secrets: &[Span], span: Span) -> (String, Span) {
    let mut shown = String::with_capacity(text.len());
    let mut copied = 0;
    let (mut start, mut end) = (None, None);
    for secret in secrets {
        let secret = Span::new(secret.start.max(copied), secret.end.min(text.len()));
        if secret.is_empty() {
            continue;
        }
        let before = shown.len();
        shown.push_str(text.get(copied..secret.start).unwrap_or_default());
        let place = |at: usize, found: &mut Option<usize>, is_end: bool| {
            if found.is_none() && at < secret.end {
                let inside = at > secret.start;
                *found = Some(match (inside, is_end) {
                    (true, true) => shown.len() + STARS.len(),
                    (true, false) => shown.len(),
                    (false, _) => before + at.saturating_sub(copied),
                });
            }
        };
        place(span.start, &mut start, false);
        place(span.end, &mut end, true);
        shown.push_str(STARS);
        copied = secret.end;
    }
    let before = shown.len();
    shown.push_str(text.get(copied..).unwrap_or_default());
    let rest = |at: usize| (before + at.saturating_sub(copied)).min(shown.len());
    let span =
        Span::new(start.unwrap_or_else(|| rest(span.start)), end.unwrap_or_else(|| rest(span.end)));
    (shown, span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_told_from_names_about_secrets() {
        for name in [
            "password",
            "apiKey",
            "HF_TOKEN",
            "WEBUI_SECRET_KEY",
            "master_key",
            "--api-key",
            "HFToken",
            "db.password",
            "clientSecret",
            "passphrase",
            "credentials",
            "Authorization",
        ] {
            assert!(names_secret(name), "{name}");
        }
        for name in [
            "",
            "secretName",
            "existingSecret",
            "imagePullSecrets",
            "secretKeyRef",
            "automountServiceAccountToken",
            "tokenExpirationSeconds",
            "max_tokens",
            "tokenizer",
            "key",
            "master",
            "secretStoreRef",
            "passwordFile",
            "image",
        ] {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn spans_follow_what_is_masked() {
        let text = "key: abc # x";
        for (span, covered) in [
            (Span::new(5, 8), STARS),
            (Span::new(6, 7), STARS),
            (Span::new(0, 3), "key"),
            (Span::new(9, 12), "# x"),
            (Span::new(3, 9), ": ******** "),
            (Span::new(12, 12), ""),
        ] {
            let (shown, span) = mask(text, &[Span::new(5, 8)], span);
            assert_eq!(shown, "key: ******** # x");
            assert_eq!(span.of(&shown), covered);
        }
        let two = mask("ab cd", &[Span::new(0, 2), Span::new(3, 5)], Span::new(3, 5));
        assert_eq!(two.0, "******** ********");
        assert_eq!(two.1, Span::new(9, 17));
    }
}
