//! Which templates a suite means, and which of their documents an assertion looks at.

use std::collections::BTreeMap;

use plimsoll_chart::GoRegex;

use crate::manifest::Manifest;
use crate::suite::Selector;

/// Documents by template.
pub(crate) type Documents<'m> = BTreeMap<String, Vec<&'m Manifest>>;

/// Returns the template's path in its chart: names that start with no known directory are taken
/// to lie in `templates/`.
pub(crate) fn in_chart(name: &str) -> String {
    let known = ["templates", "charts", "crds", "**"];
    if known.iter().any(|start| name.starts_with(start)) {
        name.to_owned()
    } else {
        format!("templates/{name}")
    }
}

/// Returns the template's full name below a chart's route.
pub(crate) fn full_name(route: &str, name: &str) -> String {
    join(route, &in_chart(name))
}

/// Joins two paths and cleans the result, as Go's `filepath.Join` does.
pub(crate) fn join(directory: &str, name: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(name.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The templates that a suite names.
#[derive(Debug)]
pub(crate) struct Templates {
    takes: Vec<GoRegex>,
    leaves: Vec<GoRegex>,
}

impl Templates {
    pub(crate) fn new(route: &str, names: &[String], excluded: &[String]) -> Self {
        let compile = |names: &[String]| -> Vec<GoRegex> {
            let pattern = |name: &String| GoRegex::new(&pattern(&full_name(route, name))).ok();
            names.iter().filter_map(pattern).collect()
        };
        Self { takes: compile(names), leaves: compile(excluded) }
    }

    /// Tells whether a template is one of them; the name is matched anywhere, as upstream.
    pub(crate) fn take(&self, name: &str) -> bool {
        let matches = |regexes: &[GoRegex]| regexes.iter().any(|regex| regex.is_match(name));
        matches(&self.takes) && !matches(&self.leaves)
    }
}

/// Returns the expression for a name with wildcards.
fn pattern(name: &str) -> String {
    let mut pattern = name.to_owned();
    for c in ['.', '+', '[', ']'] {
        pattern = pattern.replace(c, &format!("\\{c}"));
    }
    pattern = pattern.replace("**", "[0-9a-zA-Z_\\-/\\.]+");
    // The plus sign above ends up as it is: no star is left in it.
    pattern = pattern.replace('*', "[0-9a-zA-Z_\\-_/\\.]*");
    for c in ['?', '(', ')', '|', '{', '}', '^', '$'] {
        pattern = pattern.replace(c, &format!("\\{c}"));
    }
    pattern
}

/// Keeps the documents that a selector means.
pub(crate) fn by_selector<'m>(
    selector: &Selector,
    documents: &Documents<'m>,
) -> Result<Documents<'m>, String> {
    let mut selected = Documents::new();
    let mut count = 0;
    for (template, manifests) in documents {
        let mut own = Vec::new();
        for manifest in manifests {
            if matches(selector, manifest)? {
                own.push(*manifest);
            }
        }
        count += own.len();
        if !selector.match_many && count > 1 {
            return Err(
                "the document selector matches several documents; `matchMany: true` allows that"
                    .to_owned(),
            );
        }
        if own.is_empty() && !selector.skip_empty_templates {
            return Err(format!("the document selector matches nothing in {template}"));
        }
        if !own.is_empty() {
            selected.insert(template.clone(), own);
        }
    }
    Ok(selected)
}

fn matches(selector: &Selector, manifest: &Manifest) -> Result<bool, String> {
    let found = manifest
        .at(&selector.path)
        .map_err(|error| format!("the document selector's path cannot be followed: {error}"))?;
    Ok(found.iter().any(|value| selector.value.as_ref().is_none_or(|wanted| wanted == value)))
}

/// Keeps the document of that index of each template.
pub(crate) fn by_index<'m>(index: i64, documents: &Documents<'m>) -> Result<Documents<'m>, String> {
    let mut selected = Documents::new();
    for (template, manifests) in documents {
        let found = usize::try_from(index).ok().and_then(|index| manifests.get(index));
        let Some(manifest) = found else {
            let count = manifests.len();
            return Err(format!("document {index} is asked for, and {template} has {count}"));
        };
        selected.insert(template.clone(), vec![*manifest]);
    }
    Ok(selected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_completed_and_cleaned() {
        assert_eq!(full_name("c", "a.yaml"), "c/templates/a.yaml");
        assert_eq!(full_name("c", "templates/x/../a.yaml"), "c/templates/a.yaml");
        assert_eq!(full_name("c", "charts/d/templates/a.yaml"), "c/charts/d/templates/a.yaml");
        assert_eq!(full_name("c", "**"), "c/**");
    }

    #[test]
    fn wildcards_reach_into_directories() {
        let names =
            |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let takes = |wanted: &[&str], left: &[&str], name: &str| {
            Templates::new("c", &names(wanted), &names(left)).take(name)
        };
        assert!(takes(&["a.yaml"], &[], "c/templates/a.yaml"));
        assert!(!takes(&["a.yaml"], &[], "c/templates/aXyaml"));
        assert!(takes(&["*.yaml"], &[], "c/templates/x/a.yaml"));
        assert!(takes(&["**"], &[], "c/charts/d/templates/a.yaml"));
        assert!(!takes(&["**"], &["a.yaml"], "c/templates/a.yaml"));
        assert!(takes(&["(a)?{b}.yaml"], &[], "c/templates/(a)?{b}.yaml"));
    }
}
