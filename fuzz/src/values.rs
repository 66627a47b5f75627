//! The grammars of flags that set values.

use plimsoll_chart::{Flag, Profile, ValuesSet};

use super::SEPARATOR;
use super::rendering::{check, file};

const CHART: &str = "apiVersion: v2\nname: c\nversion: 1.2.3\n";
const TEMPLATE: &str = "{{ toYaml .Values }}";

/// Sets values by a values file, and then by arguments whose first letters say what flags they
/// belong to. An even number of arguments follows Helm 4.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.split(SEPARATOR);
    let base = parts.next().unwrap_or_default();
    let arguments: Vec<&str> = parts.collect();
    let profile = if arguments.len().is_multiple_of(2) { Profile::Helm4 } else { Profile::Helm3 };
    let mut values = ValuesSet::new(profile);
    let mut sources = vec![("user.yaml", base)];
    let ended = format!("{base}\n");
    sources.push(("user.yaml", &ended));
    if values.add_file("user.yaml", base).is_err() {
        return;
    }
    for argument in arguments {
        let mut letters = argument.chars();
        let flag = match letters.next() {
            Some('j') => Flag::Json,
            Some('s') => Flag::String,
            Some('f') => Flag::File,
            Some('l') => Flag::Literal,
            _ => Flag::Set,
        };
        let argument = letters.as_str();
        let mut read = |name: &str| match name.len() {
            0 => Err("no such file".to_owned()),
            1 => Ok(vec![0xff]),
            _ => Ok(name.as_bytes().to_vec()),
        };
        if values.add_flag(flag, argument, &mut read).is_ok() {
            sources.push((flag.name(), argument));
        }
    }
    let files = vec![
        file("Chart.yaml", CHART),
        file("values.yaml", "a: {b: [1, {c: d}], e: null}\nl: [1, 2]\n"),
        file("templates/t.yaml", TEMPLATE),
    ];
    check(files, &values, profile, &sources);
}
