//! The state of a dependency in the words of `helm dependency list`.

use std::fs;
use std::path::Path;

use plimsoll_chart::{
    Chart, ChartFile, Dependency, Fit, MAX_CHART_BYTES, ParsedTemplates, Profile,
};

use crate::file;

/// What `helm dependency list` says (Helm 3.21 and 4.2, `pkg/action/dependency.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// An archive with a version that fits.
    Ok,
    /// A directory, or an archive of another name, with a version that fits.
    Unpacked,
    Missing,
    WrongVersion,
    /// The version or the constraint cannot be read.
    InvalidVersion,
    /// Several archives have the name of this dependency and a version in it.
    TooManyMatches,
    Corrupt,
    /// The archive holds another chart than its name says.
    Misnamed,
    /// The name is no pattern that can be looked for.
    BadPattern,
}

/// A chart that is there.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// The directory or archive.
    pub(crate) path: String,
    pub(crate) version: String,
}

impl Status {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unpacked => "unpacked",
            Self::Missing => "missing",
            Self::WrongVersion => "wrong version",
            Self::InvalidVersion => "invalid version",
            Self::TooManyMatches => "too many matches",
            Self::Corrupt => "corrupt",
            Self::Misnamed => "misnamed",
            Self::BadPattern => "bad pattern",
        }
    }

    pub(crate) const fn is_good(self) -> bool {
        matches!(self, Self::Ok | Self::Unpacked)
    }

    const fn of_fit(fit: Fit, good: Self) -> Self {
        match fit {
            Fit::Fits => good,
            Fit::Wrong => Self::WrongVersion,
            Fit::Invalid => Self::InvalidVersion,
        }
    }
}

/// The state of a dependency that `chart`, which lies at `path`, declares. Of a chart that is an
/// archive, or lies in one, no file on disk is looked at, as in Helm.
pub(super) fn of(declared: &Dependency, chart: &Chart, path: &Path) -> (Status, Option<Found>) {
    let Some(archives) = archives(declared, path) else { return (Status::BadPattern, None) };
    let dated: Vec<&String> = match archives.as_slice() {
        [_] => archives.iter().collect(),
        several => several.iter().filter(|name| has_version(declared, name)).collect(),
    };
    match dated.as_slice() {
        [] => {}
        [one] => {
            if let Some(status) = of_archive(declared, &path.join("charts").join(one)) {
                return status;
            }
        }
        _ => return (Status::TooManyMatches, None),
    }
    // Of several charts with the name the last one counts.
    let mut subs = chart.subcharts().iter().rev();
    let Some(sub) = subs.find(|sub| sub.metadata().name == declared.name) else {
        return (Status::Missing, None);
    };
    let version = sub.metadata().version.to_string();
    let status = Status::of_fit(declared.fit(&version), Status::Unpacked);
    (status, Some(Found { path: sub.label().to_owned(), version }))
}

/// The archives in `charts/` that have the dependency's name; absent if that is no pattern.
fn archives(declared: &Dependency, path: &Path) -> Option<Vec<String>> {
    declared.names_archive("")?;
    let Ok(entries) = fs::read_dir(path.join("charts")) else { return Some(Vec::new()) };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> =
        names.filter(|name| declared.names_archive(name) == Some(true)).collect();
    names.sort();
    Some(names)
}

/// Tells whether what follows the dependency's name is a version in full.
fn has_version(declared: &Dependency, archive: &str) -> bool {
    let rest = archive.strip_suffix(".tgz").unwrap_or(archive);
    let rest = rest.strip_prefix(&format!("{}-", declared.name)).unwrap_or(rest);
    plimsoll_chart::is_strict_version(rest)
}

fn of_archive(declared: &Dependency, path: &Path) -> Option<(Status, Option<Found>)> {
    fs::metadata(path).ok()?;
    let label = path.display().to_string();
    let loaded = file::read(path, MAX_CHART_BYTES)
        .ok()
        .and_then(|bytes| ChartFile::read_archive(&bytes).ok())
        .and_then(|files| {
            Chart::load_subchart(&ParsedTemplates::default(), files, &label, Profile::Helm4).ok()
        });
    let Some(chart) = loaded else { return Some((Status::Corrupt, None)) };
    let metadata = chart.metadata();
    let found = Found { path: label, version: metadata.version.to_string() };
    let status = if metadata.name == declared.name {
        Status::of_fit(declared.fit(&metadata.version), Status::Ok)
    } else {
        Status::Misnamed
    };
    Some((status, Some(found)))
}
