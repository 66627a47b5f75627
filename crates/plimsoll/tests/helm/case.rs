//! The cases under `tests/helm/cases`, and the charts that they are about.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A chart and how to render it. The format is described in `tests/helm/README.md`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// In a file its own name; here with the topic before it, such as `trim/comments`.
    pub(crate) name: String,
    #[serde(rename = "about")]
    _about: Option<String>,
    template: Option<String>,
    helpers: Option<String>,
    values: Option<String>,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    binary: BTreeMap<String, String>,
    chart: Option<String>,
    release: Option<String>,
    #[serde(default)]
    pub(crate) args: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    case: Vec<Case>,
}

/// The directory `tests/helm` of the repository.
pub(crate) fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/helm").canonicalize().unwrap()
}

/// Reads all cases, in the order of their names.
pub(crate) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(home().join("cases")).unwrap() {
        let path = entry.unwrap().path();
        let topic: Topic = toml::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap();
        cases.extend(
            topic
                .case
                .into_iter()
                .map(|case| Case { name: format!("{stem}/{}", case.name), ..case }),
        );
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

impl Case {
    /// Returns the chart's directory, which a chart written in the case gets below `scratch`.
    pub(crate) fn chart(&self, scratch: &Path) -> PathBuf {
        if let Some(chart) = &self.chart {
            return home().join("charts").join(chart);
        }
        let directory = scratch.join(&self.name).join("c");
        for (path, content) in self.content() {
            let file = directory.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
        directory
    }

    pub(crate) fn content(&self) -> BTreeMap<&str, Vec<u8>> {
        let mut content = BTreeMap::new();
        content.insert("Chart.yaml", b"apiVersion: v2\nname: c\nversion: 0.1.0\n".to_vec());
        let named = [
            ("templates/t.yaml", &self.template),
            ("templates/_h.tpl", &self.helpers),
            ("values.yaml", &self.values),
        ];
        for (path, text) in named {
            if let Some(text) = text {
                content.insert(path, text.clone().into_bytes());
            }
        }
        content.extend(self.files.iter().map(|(path, text)| (&**path, text.clone().into_bytes())));
        content.extend(self.binary.iter().map(|(path, text)| (&**path, base64(text))));
        content
    }

    /// Returns the release's name, if one is given, and the chart.
    pub(crate) fn what(&self, chart: &Path) -> Vec<String> {
        let release = self.release.as_deref().unwrap_or("rel");
        let name = Some(release).filter(|name| !name.is_empty()).map(str::to_owned);
        name.into_iter().chain([chart.display().to_string()]).collect()
    }

    /// Returns the case's own arguments.
    pub(crate) fn arguments(&self, chart: &Path) -> Vec<String> {
        let chart = chart.display().to_string();
        self.args.iter().map(|argument| argument.replace("$CHART", &chart)).collect()
    }
}

/// Reads padded base64 (RFC 4648, section 4).
fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0, 0);
    for digit in text.trim().trim_end_matches('=').chars() {
        held = held << 6 | ALPHABET.find(digit).expect("the cases hold base64 only");
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}
