//! Running templates, and the origins of what they write.

use plimsoll_chart::{Profile, ValuesSet};

use super::SEPARATOR;
use super::rendering::{check, file};

const CHART: &str = "apiVersion: v2\nname: c\nversion: 1.2.3\nappVersion: '4'\n";

/// Renders a chart of a template, its values, and a file of partial templates.
///
/// The number of parts says which Helm is followed: an empty part at the end means Helm 3.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut parts: Vec<&str> = text.splitn(4, SEPARATOR).collect();
    let profile = if parts.len() == 4 { Profile::Helm3 } else { Profile::Helm4 };
    parts.resize(3, "");
    let files = vec![
        file("Chart.yaml", CHART),
        file("values.yaml", parts[1]),
        file("files/a.txt", "one\ntwo\n"),
        file("files/b.bin", b"\xff\x00"),
        file("templates/_p.tpl", parts[2]),
        file("templates/t.yaml", parts[0]),
        file("templates/NOTES.txt", "{{ .Release.Name }}"),
    ];
    check(files, &ValuesSet::new(profile), profile, &[]);
}
