//! The next step for each sort of trouble.

use std::path::Path;

use plimsoll_chart::ErrorKind;

use crate::suggest;

/// Says what to do about an error with this kind and message.
pub(super) fn of(kind: ErrorKind, message: &str, chart: &Path) -> String {
    let chart = chart.display();
    match kind {
        ErrorKind::NotAChart => "name the directory in which the Chart.yaml lies".to_owned(),
        ErrorKind::Archive => {
            "package the chart anew with `helm package`; names in it must not leave the chart's \
             directory"
                .to_owned()
        }
        ErrorKind::Limit => "look for templates that call themselves, for lists without end, and \
                             for files that are no part of the chart"
            .to_owned(),
        ErrorKind::Yaml => yaml(message).to_owned(),
        ErrorKind::Metadata => "mend Chart.yaml: apiVersion, name and version are required, and \
                                the version follows semver"
            .to_owned(),
        ErrorKind::Ignore => "mend the pattern in .helmignore; `**` is not supported".to_owned(),
        ErrorKind::Values => "values are mappings of keys, and flags take key=value".to_owned(),
        ErrorKind::MissingDependency => format!(
            "run `helm dependency build {chart}`, or use charts of this repository with --siblings; \
             `plimsoll deps {chart}` says where each could come from, and nothing is fetched here"
        ),
        ErrorKind::Schema => {
            "give the value what values.schema.json asks for, or mend the schema".to_owned()
        }
        ErrorKind::KubeVersion => {
            "name a version with --kube-version, or widen kubeVersion in Chart.yaml".to_owned()
        }
        ErrorKind::ReleaseName => {
            "use lower-case letters, digits and dashes, at most 53 characters".to_owned()
        }
        ErrorKind::NotInstallable => {
            "render a chart that uses this one; a library renders nothing by itself".to_owned()
        }
        ErrorKind::Manifest => {
            "quote the value, or mend the indentation: the template writes what is no manifest"
                .to_owned()
        }
        ErrorKind::ShowOnly => {
            "name the template as the `# Source:` lines do, without the chart's name".to_owned()
        }
        _ => template(message),
    }
}

fn yaml(message: &str) -> &'static str {
    if message.contains("invalid leading UTF-8") {
        "save the file as UTF-8"
    } else if message.contains("Go value of type map[string]interface") {
        "write keys and values there, and nothing else"
    } else if message.contains("json: cannot unmarshal") {
        "give the field the type that Helm expects there"
    } else {
        "mend the YAML near this place: quotes, indentation by spaces, and brackets in pairs"
    }
}

/// Hints by what Go's template engine says.
const HINTS: [(&str, &str); 9] = [
    (
        "nil pointer evaluating",
        "a value on the way is not set: set it, or guard it with `with`, `dig` or `default`",
    ),
    ("unclosed action", "close the action with `}}`"),
    ("unexpected EOF", "close `if`, `range`, `with` or `define` with `{{ end }}`"),
    ("unexpected {{end}}", "there is one `{{ end }}` too many"),
    ("exceeded maximum template depth", "a template calls itself without end: stop it"),
    ("nested reference", "a template calls itself without end: stop it"),
    ("no template", "define the template, or mend its name"),
    ("wrong type for value", "set the value to the type that the template expects"),
    ("is no UTF-8", "save the file as UTF-8, or move it out of templates/"),
];

fn template(message: &str) -> String {
    if message.starts_with("execution error at") {
        return "the chart itself asks for this: set the values that it names, for a check in \
                ci/*-values.yaml"
            .to_owned();
    }
    if let Some(name) = between(message, "function \"", "\" not defined") {
        let functions = plimsoll_chart::functions();
        let names = functions.iter().map(|function| function.name);
        return match suggest::closest(name, names) {
            Some(close) => format!("there is no such function; `{close}` is close to it"),
            None => "there is no such function in Helm; docs/FUNCTIONS.md lists them".to_owned(),
        };
    }
    if let Some(name) = between(message, "wrong number of args for ", ":") {
        let functions = plimsoll_chart::functions();
        if let Some(function) = functions.iter().find(|function| function.name == name) {
            return format!("call it as {name}{}", function.parameters);
        }
    }
    let hint = HINTS.iter().find(|(said, _)| message.contains(said));
    let hint =
        hint.map_or("look at the template there, and at the values it reads", |(_, help)| help);
    hint.to_owned()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.rsplit_once(before)?;
    rest.split_once(after).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(message: &str) -> String {
        of(ErrorKind::Template, message, Path::new("c"))
    }

    #[test]
    fn hints_name_the_next_step() {
        for (message, said) in [
            ("parse error at (t:1): function \"toYml\" not defined", "`toYaml` is close"),
            ("function \"zzzzzzzzzz\" not defined", "docs/FUNCTIONS.md"),
            ("wrong number of args for trunc: want 2 got 0", "call it as trunc(int, string)"),
            ("execution error at (t:1:1): set x", "the chart itself"),
            ("nil pointer evaluating interface {}.c", "is not set"),
            ("something new", "look at the template"),
        ] {
            assert!(hint(message).contains(said), "{message}: {}", hint(message));
        }
    }
}
