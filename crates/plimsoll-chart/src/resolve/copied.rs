//! Whether a rendered scalar is the very value that a file or flag sets.

use plimsoll_yaml::Content;

/// Tells whether two texts hold the same scalar: alike as they are written, or as YAML reads them.
///
/// Numbers count by what they are, since Helm writes them in its own way, and texts without white
/// space around them. What holds no scalar cannot be told apart.
pub(super) fn is_same(written: &str, set: &str) -> bool {
    if written.trim() == set.trim() {
        return true;
    }
    match (Scalar::read(written), Scalar::read(set)) {
        // An argument such as `--set a=b` is no YAML: it escapes commas with backslashes.
        (Some(written), Some(set)) => {
            written.number.is_some() && written.number == set.number
                || written.text == set.text
                || written.text == set.text.replace('\\', "")
        }
        // A part of a list or map that has no place of its own.
        (Some(_), None) => false,
        _ => true,
    }
}

struct Scalar {
    text: String,
    number: Option<f64>,
}

impl Scalar {
    fn read(text: &str) -> Option<Self> {
        let parsed = plimsoll_yaml::parse_one(text).ok()?;
        let number = match &parsed.root.content {
            Content::Number(number) => Some(number.as_f64()),
            Content::Sequence(_) | Content::Mapping(_) => return None,
            _ => None,
        };
        let text = match &parsed.root.content {
            Content::String(text) => text.trim().to_owned(),
            Content::Null => String::new(),
            Content::Bool(value) => value.to_string(),
            _ => parsed.root.span.of(text).trim().to_owned(),
        };
        Some(Self { text, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_compared_as_they_are_meant() {
        for (written, set) in [
            ("80", "80"),
            ("\"80\"", "80"),
            ("80", "'80'"),
            ("1e+06", "1000000"),
            ("\"a\\nb\"", "|\n  a\n  b\n"),
            ("true", "yes"),
            ("\"\"", ""),
            ("a,b", "a\\,b"),
        ] {
            assert!(is_same(written, set), "{written} {set}");
        }
        for (written, set) in
            [("80", "81"), ("a", "A"), ("true", "\"no\""), ("YQ==", "a"), ("a", "ab")]
        {
            assert!(!is_same(written, set), "{written} {set}");
        }
    }
}
