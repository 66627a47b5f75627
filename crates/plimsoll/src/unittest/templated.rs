//! Suites that a chart of their own writes.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use plimsoll_chart::{Capabilities, Chart, Options, Release, Selection, ValuesSet};
use plimsoll_unittest::{Problem, Suite};

use super::Wanted;
use crate::chart_dir;
use crate::world::System;

/// A file of suites, or why it is none.
type Written = (String, Result<Vec<Suite>, Problem>);

/// Renders the chart at `path` and reads what its templates write as suites; nothing where there
/// is no such directory.
pub(super) fn suites(path: &Path, wanted: &Wanted<'_>) -> Vec<Written> {
    if !path.exists() {
        return Vec::new();
    }
    let label = path.display().to_string();
    match rendered(path, &label, wanted) {
        Ok(mut written) => {
            written.sort_by(|a, b| a.0.cmp(&b.0));
            written
        }
        Err(error) => {
            let place = error
                .downcast_ref::<plimsoll_chart::Error>()
                .and_then(|error| error.place().cloned());
            let message = format!("cannot render the chart of suites: {error:#}");
            vec![(label, Err(Problem { message, place }))]
        }
    }
}

fn rendered(path: &Path, label: &str, wanted: &Wanted<'_>) -> Result<Vec<Written>> {
    let chart = Chart::load(chart_dir::read(path)?.files, label, wanted.profile)?;
    let options = Options {
        release: Release {
            name: "TEST-SUITE-RELEASE".to_owned(),
            namespace: "NAMESPACE".to_owned(),
            revision: 1,
            is_upgrade: false,
        },
        capabilities: Capabilities::assumed(wanted.profile),
        profile: wanted.profile,
        skip_schema: false,
    };
    let selection =
        Selection { takes: &|_| true, version: "", app_version: "", checks_release_name: false };
    let values = ValuesSet::new(wanted.profile);
    let rendered = chart.render_some(&values, &options, &selection, Arc::new(System))?;
    let name = &chart.metadata().name;
    let files = rendered.templates.iter().map(|template| {
        let inside = template.name.strip_prefix(&**name).unwrap_or(&template.name);
        let file = format!("{label}{inside}");
        let suites = Suite::parse_rendered(&file, &template.text, wanted.strict);
        (file, suites)
    });
    Ok(files.collect())
}
