//! Whole charts: metadata, dependencies, schemas, manifests, hooks and patterns of ignored files.

use plimsoll_chart::{IgnoreRules, Profile, ValuesSet};

use super::SEPARATOR;
use super::rendering::{check, file};

const CHART: &str = "apiVersion: v2\nname: c\nversion: 1.2.3\n";

/// Renders a chart of files, each a name up to a line break and then the contents. `user.yaml` is
/// what the user sets, and a `.helmignore` says which files to leave out.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (mut files, mut user, mut ignored) = (Vec::new(), "", IgnoreRules::default());
    let mut profile = Profile::Helm4;
    for part in text.split(SEPARATOR) {
        let (name, contents) = part.split_once('\n').unwrap_or((part, ""));
        match name {
            "" => profile = Profile::Helm3,
            "user.yaml" => user = contents,
            ".helmignore" => ignored = IgnoreRules::parse(contents).unwrap_or_default(),
            _ => files.push(file(name, contents)),
        }
    }
    files.retain(|file| !ignored.ignores(&file.name, false));
    if files.iter().all(|file| file.name != "Chart.yaml") {
        files.push(file("Chart.yaml", CHART));
    }
    let mut values = ValuesSet::new(profile);
    if values.add_file("user.yaml", user).is_ok() {
        let ended = format!("{user}\n");
        check(files, &values, profile, &[("user.yaml", user), ("user.yaml", &ended)]);
    }
}
