//! Rendering with the files and flags of this machine.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use plimsoll_chart::{
    Capabilities, Chart, MAX_FILE_BYTES, Options, Profile, Release, Rendered, ValuesSet,
};

use crate::chart_dir;
use crate::world::Seeded;

/// Which major version of Helm to render like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum HelmProfile {
    /// Helm 3.21.
    #[value(name = "3")]
    Three,
    /// Helm 4.2.
    #[value(name = "4")]
    Four,
}

impl From<HelmProfile> for Profile {
    fn from(profile: HelmProfile) -> Self {
        match profile {
            HelmProfile::Three => Self::Helm3,
            HelmProfile::Four => Self::Helm4,
        }
    }
}

/// The release and cluster that charts are judged for when nobody names any.
pub(crate) fn options(profile: Profile) -> Options {
    Options {
        release: Release {
            name: "release-name".to_owned(),
            namespace: "default".to_owned(),
            revision: 1,
            is_upgrade: false,
        },
        capabilities: Capabilities::assumed(profile),
        profile,
        skip_schema: false,
    }
}

/// Reads a values set that holds one file, or none.
pub(crate) fn values_of(file: Option<&Path>, profile: Profile) -> Result<ValuesSet> {
    let mut values = ValuesSet::new(profile);
    if let Some(file) = file {
        add_file(&mut values, file)?;
    }
    Ok(values)
}

/// Adds a values file.
pub(crate) fn add_file(values: &mut ValuesSet, file: &Path) -> Result<()> {
    let text = read_text(file)?;
    let name = file.display().to_string();
    Ok(values.add_file(&name, &text)?)
}

/// Reads a file that must be UTF-8, without its byte order mark.
pub(crate) fn read_text(file: &Path) -> Result<String> {
    let mut bytes = chart_dir::read_bounded(file, MAX_FILE_BYTES)?;
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).with_context(|| format!("{} is not UTF-8", file.display()))
}

/// Renders a chart for judging, where chance is fixed by `seed`.
pub(crate) fn render(
    chart: &Chart,
    values: &ValuesSet,
    profile: Profile,
    seed: u64,
) -> Result<Rendered> {
    Ok(chart.render(values, &options(profile), Arc::new(Seeded(seed)))?)
}
