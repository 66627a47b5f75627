//! A chart under one values set, whose values texts can be changed and rendered again.

use std::sync::Arc;

use plimsoll_chart::{
    Capabilities, Chart, ChartFile, Flag, Instant, Options, Profile, Release, ValuesSet, World,
};
use plimsoll_yaml::Document;

/// A world in which nothing differs from one rendering to the next.
#[derive(Debug)]
struct Still;

impl World for Still {
    fn now(&self) -> Instant {
        Instant { seconds: 1_700_000_000, nanoseconds: 0 }
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill(42);
    }
}

/// What the chart's directory is called in places.
const ROOT: &str = "chart";

/// What is rendered.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) files: Vec<ChartFile>,
    /// Name and text of one more values file.
    pub(crate) extra: Option<(String, String)>,
    pub(crate) profile: Profile,
}

impl Setting {
    /// Renders, with an argument for `--set-json` on top.
    pub(crate) fn render(&self, argument: Option<&str>) -> Result<Vec<Document>, String> {
        let chart = Chart::load(self.files.clone(), ROOT, self.profile);
        let chart = chart.map_err(|error| error.to_string())?;
        let mut values = ValuesSet::new(self.profile);
        if let Some((name, text)) = &self.extra {
            values.add_file(name, text).map_err(|error| error.to_string())?;
        }
        if let Some(argument) = argument {
            let mut read = |_: &str| Err("no file".to_owned());
            values.add_flag(Flag::Json, argument, &mut read).map_err(|error| error.to_string())?;
        }
        let capabilities = Capabilities::assumed(self.profile);
        let options = Options {
            release: Release {
                name: "rel".to_owned(),
                namespace: "ns".to_owned(),
                revision: 1,
                is_upgrade: false,
            },
            capabilities,
            profile: self.profile,
            skip_schema: true,
        };
        let rendered = chart.render(&values, &options, Arc::new(Still));
        Ok(rendered.map_err(|error| error.to_string())?.documents())
    }

    /// The values files that count, by the names that places give them.
    pub(crate) fn values_files(&self) -> Vec<(String, String)> {
        let own = self.files.iter().filter(|file| {
            file.name == "values.yaml"
                || (file.name.starts_with("charts/") && file.name.ends_with("/values.yaml"))
        });
        let own = own.filter_map(|file| {
            let text = String::from_utf8(file.data.to_vec()).ok()?;
            Some((format!("{ROOT}/{}", file.name), text))
        });
        own.chain(self.extra.clone()).collect()
    }

    /// The same with another text of one values file.
    pub(crate) fn with(&self, name: &str, text: String) -> Self {
        let mut other = self.clone();
        if let Some((_, extra)) = other.extra.as_mut().filter(|(extra, _)| extra == name) {
            *extra = text;
            return other;
        }
        let inner = name.strip_prefix(ROOT).and_then(|name| name.strip_prefix('/'));
        if let Some(file) = other.files.iter_mut().find(|file| Some(&*file.name) == inner) {
            file.data = text.into_bytes().into();
        }
        other
    }

    /// The lines of all templates that mention `key`.
    pub(crate) fn mentions(&self, key: &str) -> Vec<&str> {
        let templates = self.files.iter().filter(|file| file.name.contains("templates/"));
        templates
            .filter_map(|file| std::str::from_utf8(&file.data).ok())
            .flat_map(str::lines)
            .filter(|line| line.contains("{{") && line.contains(key))
            .collect()
    }
}
