//! What to write where so that a field holds something else.

use plimsoll_yaml::{FieldPath, Input, Origin, Step};

/// How many values a piece of advice names.
const MOST: usize = 3;

/// What can be done about a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Advice {
    /// The field is made of these values: set the first.
    Set(Vec<String>),
    /// No value holds what the field says, but these decide on it.
    Decide(Vec<String>),
    /// No value has a say.
    Edit,
}

impl Advice {
    pub(super) fn of(origin: &Origin) -> Self {
        let mut made_of = paths(&origin.inputs);
        let mut decided_by = paths(&origin.decided_by);
        if !made_of.is_empty() {
            // A tag that is left empty decides on an image beside its repository.
            let parents: Vec<String> = made_of.iter().filter_map(|path| parent(path)).collect();
            decided_by.retain(|path| {
                !made_of.contains(path)
                    && parent(path).is_some_and(|above| parents.contains(&above))
            });
            made_of.extend(decided_by);
            return Self::Set(made_of);
        }
        // Conditions come outermost first, and the innermost says most.
        decided_by.reverse();
        if decided_by.is_empty() { Self::Edit } else { Self::Decide(decided_by) }
    }

    /// The values paths to set.
    pub(super) fn paths(&self) -> &[String] {
        match self {
            Self::Set(paths) | Self::Decide(paths) => paths,
            Self::Edit => &[],
        }
    }

    /// The advice in lines for people.
    pub(super) fn lines(&self) -> Vec<String> {
        match self {
            Self::Edit => vec!["edit the template: no value has a say".to_owned()],
            Self::Decide(paths) => {
                let mut shown = paths.clone();
                shown.truncate(MOST);
                vec![format!("edit the template, or set what decides: {}", shown.join(", "))]
            }
            Self::Set(paths) => {
                let Some((first, others)) = paths.split_first() else { return Vec::new() };
                let mut lines = snippet(first);
                lines.push(format!("in a values file (-f), or --set {}", flag(first)));
                if !others.is_empty() {
                    let mut shown = others.to_vec();
                    shown.truncate(MOST);
                    lines.push(format!("or likewise {}", shown.join(", ")));
                }
                lines
            }
        }
    }
}

fn parent(path: &str) -> Option<String> {
    path.rsplit_once('.').map(|(parent, _)| parent.to_owned())
}

fn paths(inputs: &[Input]) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for input in inputs {
        if let Input::Value { path, .. } | Input::Unset { path } = input
            && !path.is_empty()
            && !paths.contains(path)
        {
            paths.push(path.clone());
        }
    }
    paths
}

/// A values path as YAML, with an ellipsis for the value.
fn snippet(path: &str) -> Vec<String> {
    let Ok(path) = path.parse::<FieldPath>() else { return vec![path.to_owned()] };
    let mut lines = Vec::new();
    for (depth, step) in path.0.iter().enumerate() {
        let Step::Key(key) = step else {
            // A list in a values file replaces the one below it.
            if let Some(line) = lines.last_mut() {
                *line = format!("{line} [\u{2026}]  # all of the list");
            }
            return lines;
        };
        lines.push(format!("{}{key}:", "  ".repeat(depth)));
    }
    if let Some(line) = lines.last_mut() {
        line.push_str(" \u{2026}");
    }
    lines
}

/// A values path as `--set` takes it.
fn flag(path: &str) -> String {
    let Ok(steps) = path.parse::<FieldPath>() else { return format!("{path}=\u{2026}") };
    let mut text = String::new();
    for step in &steps.0 {
        match step {
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&key.replace('.', "\\."));
            }
            Step::Index(index) => text.push_str(&format!("[{index}]")),
        }
    }
    let quote = if text.contains(['[', '\\', ' ']) { "'" } else { "" };
    format!("{quote}{text}=\u{2026}{quote}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unset(path: &str) -> Input {
        Input::Unset { path: path.to_owned() }
    }

    #[test]
    fn advice_is_something_to_write() {
        let mut origin = Origin::unknown();
        assert_eq!(Advice::of(&origin).lines(), ["edit the template: no value has a say"]);
        origin.decided_by = vec![unset("a.enabled"), unset("b")];
        assert_eq!(
            Advice::of(&origin).lines(),
            ["edit the template, or set what decides: b, a.enabled"]
        );
        origin.inputs = vec![unset("image.tag")];
        origin.decided_by.push(unset("image.name"));
        assert_eq!(
            Advice::of(&origin).lines(),
            [
                "image:",
                "  tag: \u{2026}",
                "in a values file (-f), or --set image.tag=\u{2026}",
                "or likewise image.name"
            ]
        );
        origin.inputs = vec![unset("args[0].name")];
        assert_eq!(
            Advice::of(&origin).lines(),
            [
                "args: [\u{2026}]  # all of the list",
                "in a values file (-f), or --set 'args[0].name=\u{2026}'"
            ]
        );
        origin.inputs = vec![unset("labels[\"a.b/c\"]")];
        assert_eq!(
            Advice::of(&origin).lines(),
            [
                "labels:",
                "  a.b/c: \u{2026}",
                "in a values file (-f), or --set 'labels.a\\.b/c=\u{2026}'"
            ]
        );
    }
}
