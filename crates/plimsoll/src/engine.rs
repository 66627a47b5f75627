//! Rendering with the files and flags of this machine.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use plimsoll_chart::{
    Capabilities, Chart, MAX_FILE_BYTES, Options, Profile, Release, Rendered, ValuesSet,
};

use crate::file;
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

/// Reads a values set that holds one file of a chart, or none.
pub(crate) fn values_of(file: Option<&Path>, profile: Profile) -> Result<ValuesSet> {
    let mut values = ValuesSet::new(profile);
    if let Some(file) = file {
        let text = file::read_regular_text(file, MAX_FILE_BYTES)?;
        values.add_file(&file.display().to_string(), &text)?;
    }
    Ok(values)
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
