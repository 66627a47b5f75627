//! Where a missing dependency could come from.

use plimsoll_chart::{Dependency, Fit};

use super::Candidate;
use crate::secrecy;
use crate::siblings::Local;

/// A place that a dependency could come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) kind: OriginKind,
    /// A URL, a path, or a sentence where there is neither.
    pub(crate) place: String,
    /// The version there, if it is known, and whether it fits.
    pub(crate) version: Option<(String, bool)>,
}

/// What sort of place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OriginKind {
    /// A chart repository behind a URL.
    Repository,
    /// A chart in a registry.
    Registry,
    /// A repository that the user's Helm knows by a name.
    Named,
    /// A `file://` path.
    Path,
    /// Another chart of the same repository.
    Sibling,
    /// Nowhere but `charts/`.
    Charts,
}

impl OriginKind {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Repository => "repository",
            Self::Registry => "registry",
            Self::Named => "named repository",
            Self::Path => "path",
            Self::Sibling => "sibling",
            Self::Charts => "charts",
        }
    }
}

/// The places that are declared, then siblings.
pub(super) fn of(declared: &Dependency, local: Local, candidates: &[Candidate]) -> Vec<Origin> {
    let repository = secrecy::said(&declared.repository);
    let origin = |kind, place: String| Origin { kind, place, version: None };
    let named = repository.strip_prefix('@').or_else(|| repository.strip_prefix("alias:"));
    let mut origins = vec![match local {
        Local::Chart(sibling) => Origin {
            kind: OriginKind::Path,
            version: Some((sibling.version.clone(), declared.fit(&sibling.version) == Fit::Fits)),
            place: sibling.path.display().to_string(),
        },
        Local::Missing => origin(OriginKind::Path, format!("{repository}, where no chart is")),
        Local::Outside => {
            origin(OriginKind::Path, format!("{repository}, which leads out of the repository"))
        }
        Local::NoPath if repository.is_empty() => origin(
            OriginKind::Charts,
            format!("charts/{}: no repository is declared", declared.name),
        ),
        Local::NoPath if repository.starts_with("oci://") => {
            let base = repository.trim_end_matches('/');
            origin(OriginKind::Registry, format!("{base}/{}", declared.name))
        }
        Local::NoPath => match named {
            Some(name) => origin(
                OriginKind::Named,
                format!("the repository that `helm repo list` calls {name}"),
            ),
            None => origin(OriginKind::Repository, repository.clone()),
        },
    }];
    for (sibling, fit) in candidates {
        let place = sibling.path.display().to_string();
        if origins.iter().all(|old| old.place != place) {
            let version = Some((sibling.version.clone(), *fit == Fit::Fits));
            origins.push(Origin { kind: OriginKind::Sibling, place, version });
        }
    }
    origins
}
