//! Values as they stand in a values file, and other values for them.

use plimsoll_yaml::{Content, FieldPath, Node, Span, Step};

use crate::setting::Setting;

/// A value in a values file.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub(crate) file: String,
    pub(crate) span: Span,
    /// In that file.
    pub(crate) path: FieldPath,
    /// The values paths by which scalars of the rendering know it.
    pub(crate) seen_as: Vec<String>,
    pub(crate) content: Content,
}

/// Another value for a leaf.
#[derive(Clone, Debug)]
pub(crate) struct Other {
    /// As JSON.
    pub(crate) json: String,
    /// Whether it has the type of the old one, and nothing about it is special.
    pub(crate) is_alike: bool,
}

impl Other {
    fn alike(json: String) -> Self {
        Self { json, is_alike: true }
    }

    fn unlike(json: impl Into<String>) -> Self {
        Self { json: json.into(), is_alike: false }
    }
}

/// How many values that templates mention are tried for one leaf.
const MOST_MENTIONED: usize = 6;

/// All values of a values file, those that hold others too.
pub(crate) fn leaves(file: &str, text: &str) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    let Ok(parsed) = plimsoll_yaml::parse_one(text) else { return leaves };
    parsed.root.walk(&mut |path, node| {
        if !path.0.is_empty() {
            leaves.push(Leaf {
                file: file.to_owned(),
                span: node.span,
                path: path.clone(),
                seen_as: Vec::new(),
                content: node.content.clone(),
            });
        }
    });
    leaves
}

impl Leaf {
    pub(crate) fn is_scalar(&self) -> bool {
        match &self.content {
            Content::Sequence(items) => items.is_empty(),
            Content::Mapping(entries) => entries.is_empty(),
            _ => true,
        }
    }

    /// The values to try instead, the plainest first.
    pub(crate) fn others(&self, setting: &Setting) -> Vec<Other> {
        let mut others = match &self.content {
            Content::Null => {
                ["\"set\"", "true", "3", "{\"k\":\"v\"}", "[\"x\"]"].map(Other::unlike).to_vec()
            }
            Content::Bool(value) => {
                vec![Other::alike((!value).to_string()), Other::unlike("\"yes\"")]
            }
            Content::Number(number) => {
                let more = number.as_f64() + 1.0;
                vec![Other::alike(more.to_string()), Other::unlike("0"), Other::unlike("\"abc\"")]
            }
            Content::String(text) => {
                let kept = text.trim_end();
                let end = &text[kept.len()..];
                let shorter: String = kept.chars().skip(1).collect();
                let mut others = vec![
                    Other::alike(quoted(&format!("{kept}x{end}"))),
                    Other::alike(quoted("other")),
                ];
                others.extend(["\"\"", "7"].map(Other::unlike));
                others.push(Other::unlike(quoted(&shorter)));
                others
            }
            Content::Sequence(items) if items.is_empty() => {
                ["[\"x\"]", "[{\"name\":\"x\"}]"].map(Other::unlike).to_vec()
            }
            Content::Mapping(entries) if entries.is_empty() => {
                ["{\"k\":\"v\"}", "{\"enabled\":true}"].map(Other::unlike).to_vec()
            }
            Content::Sequence(_) => vec![Other::unlike("[]")],
            Content::Mapping(_) => vec![Other::unlike("{}")],
        };
        others.push(Other::unlike("null"));
        others.extend(self.mentioned(setting));
        others
    }

    /// Texts and numbers in lines of templates that mention the leaf's key: conditions compare
    /// with them.
    fn mentioned(&self, setting: &Setting) -> Vec<Other> {
        let key = self.path.0.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        });
        let mut found: Vec<String> = Vec::new();
        for line in key.into_iter().flat_map(|key| setting.mentions(key)) {
            for text in line.split('"').skip(1).step_by(2) {
                let json = quoted(text);
                if text.len() < 40 && !found.contains(&json) {
                    found.push(json);
                }
            }
        }
        found.truncate(MOST_MENTIONED);
        found.into_iter().map(Other::unlike).collect()
    }

    /// The text of the values file with another value at this leaf alone; nothing where it is not
    /// so easily changed, such as below an anchor.
    pub(crate) fn changed(&self, text: &str, other: &Other) -> Option<String> {
        let old = self.span.of(text);
        let (before, after) = (&text[..self.span.start], &text[self.span.end..]);
        let gap = if before.ends_with([' ', '\n']) { "" } else { " " };
        let end = if old.ends_with('\n') { "\n" } else { "" };
        let new = format!("{before}{gap}{}{end}{after}", other.json);
        let was = plimsoll_yaml::parse_one(text).ok()?.root;
        let is = plimsoll_yaml::parse_one(&new).ok()?.root;
        let wanted = plimsoll_yaml::parse_one(&other.json).ok()?.root;
        let fits = is_same_but(&was, &is, &self.path.0, &wanted);
        (fits && !is_same(&was, &is)).then_some(new)
    }
}

pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Tells whether `is` is `was` with `wanted` at `path`.
fn is_same_but(was: &Node, is: &Node, path: &[Step], wanted: &Node) -> bool {
    let Some((first, rest)) = path.split_first() else { return is_same(is, wanted) };
    match (&was.content, &is.content, first) {
        (Content::Mapping(olds), Content::Mapping(news), Step::Key(key)) => {
            olds.len() == news.len()
                && olds.iter().zip(news).all(|(old, new)| {
                    old.key == new.key
                        && if *old.key == **key {
                            is_same_but(&old.value, &new.value, rest, wanted)
                        } else {
                            is_same(&old.value, &new.value)
                        }
                })
        }
        (Content::Sequence(olds), Content::Sequence(news), Step::Index(index)) => {
            olds.len() == news.len()
                && olds.iter().zip(news).enumerate().all(|(at, (old, new))| {
                    if at == *index {
                        is_same_but(old, new, rest, wanted)
                    } else {
                        is_same(old, new)
                    }
                })
        }
        _ => false,
    }
}

fn is_same(a: &Node, b: &Node) -> bool {
    match (&a.content, &b.content) {
        (Content::Mapping(a), Content::Mapping(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, b)| a.key == b.key && is_same(&a.value, &b.value))
        }
        (Content::Sequence(a), Content::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (a, b) => a == b,
    }
}
