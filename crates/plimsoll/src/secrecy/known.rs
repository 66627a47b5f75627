//! Secrets whose text is known, wherever else it turns up.

use std::collections::BTreeSet;

use plimsoll_rules::credential;
use plimsoll_yaml::{Content, Span};

use super::{Hidden, mask, merged};

/// Shorter texts turn up everywhere without being the secret.
const SHORTEST: usize = 6;

/// The secrets of a chart's values, so that a message that repeats one can be shown without it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    texts: BTreeSet<String>,
}

impl Known {
    /// Remembers the secrets of a values file; of any other text nothing.
    pub(crate) fn learn(&mut self, text: &str) {
        for parsed in plimsoll_yaml::documents(text).map_while(Result::ok) {
            let hidden = Hidden::of(&parsed.root);
            parsed.root.walk(&mut |_, node| {
                if let Content::String(text) = &node.content
                    && hidden.holds(node)
                {
                    let texts = std::iter::once(&**text).chain(as_names(text));
                    self.texts
                        .extend(texts.filter(|text| text.len() >= SHORTEST).map(ToOwned::to_owned));
                }
            });
        }
    }

    /// Returns a message without the secrets that are known, and without what has a credential's
    /// form.
    pub(crate) fn masked(&self, message: &str) -> String {
        let mut spans = credential::spans(message);
        for text in &self.texts {
            let found = message.match_indices(text.as_str());
            let spans_found = found.map(|(at, text)| Span::new(at, at + text.len()));
            spans
                .extend(spans_found.filter(|span| {
                    !names_template(message, *span) && !names_chart(message, *span)
                }));
        }
        mask(message, &merged(spans), Span::default()).0
    }
}

/// What an error may repeat of a text that a template wrote without quotes, so that YAML took it for an
/// alias, an anchor or a tag.
fn as_names(text: &str) -> impl Iterator<Item = &str> {
    let is_mark = |c: char| "*&!".contains(c);
    let text = if text.starts_with(is_mark) { text } else { "" };
    text.split(move |c: char| is_mark(c) || !(c.is_ascii_graphic() || c.is_alphanumeric()))
        .flat_map(|word| {
            let name =
                word.split(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c))).next();
            [Some(word), name].into_iter().flatten()
        })
}

/// Tells whether `span` is the name of a chart above what its schema says of values: all of a line
/// but for the colon after it.
fn names_chart(message: &str, span: Span) -> bool {
    message.contains("the specifications of the schema(s)")
        && message[..span.start].ends_with('\n')
        && message[span.end..].starts_with(":\n")
}

/// Tells whether `span` lies in the name of a template. The names of a chart and of its files are no
/// secret, even where somebody's password is the same word.
fn names_template(message: &str, span: Span) -> bool {
    let in_path = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let before = message[..span.start].trim_end_matches(in_path).len();
    let after = message[span.end..].trim_start_matches(in_path).len();
    message[before..message.len() - after].contains("/templates/")
        && message[span.start..span.end].chars().all(in_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_repeat_no_secret() {
        let mut known = Known::default();
        known.learn("apiKey: hunter2\nname: visible\npassword: abc\n");
        known.learn("{{ not: yaml");
        assert_eq!(known.masked("bad hunter2, bad visible"), "bad ********, bad visible");
        assert_eq!(known.masked("- at '/apiKey': got number"), "- at '/apiKey': got number");
        assert_eq!(known.masked("hunter2hunter2"), "****************");
        assert_eq!(
            known.masked("(hunter2/templates/a-hunter2.yaml:1:2): hunter2/a"),
            "(hunter2/templates/a-hunter2.yaml:1:2): ********/a"
        );
        let refused =
            "values don't meet the specifications of the schema(s) in these:\nhunter2:\n- hunter2";
        assert_eq!(known.masked(refused), refused.replace("- hunter2", "- ********"));
        assert_eq!(known.masked("in\nhunter2:\n"), "in\n********:\n");
        assert_eq!(known.masked("a://u:xyz@h abc"), "a://u:********@h abc");
    }

    #[test]
    fn a_secret_that_yaml_takes_for_a_name_is_not_repeated() {
        let mut known = Known::default();
        known.learn(
            "password: '*hunter-2 x'\ntoken: '!local/two'\napiKey: '!!int three33'\nname: '*visible'\n",
        );
        assert_eq!(
            known.masked("unknown anchor 'hunter-2' referenced, 'visible'"),
            "unknown anchor '********' referenced, 'visible'"
        );
        assert_eq!(known.masked("a tag !local/two"), "a tag ********");
        assert_eq!(known.masked("`three33` as a !!int"), "`********` as a !!int");
    }
}
