//! What was fetched before: pieces of files that cannot change, named by what they are.

use std::env;
use std::fs;
use std::path::PathBuf;

use super::client::hash;

/// Pieces of files below `$XDG_CACHE_HOME/plimsoll/models`. It may be deleted at any time.
#[derive(Debug)]
pub(super) struct Cache {
    /// Nothing where nothing is kept.
    root: Option<PathBuf>,
}

impl Cache {
    pub(super) const fn none() -> Self {
        Self { root: None }
    }

    /// The cache of this user; none where there is no home.
    pub(super) fn at_home() -> Self {
        let absolute =
            |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let base =
            absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
        Self { root: base.map(|base| base.join("plimsoll/models")) }
    }

    /// A piece that was kept, if it has the length that it must have.
    pub(super) fn get(&self, key: &str, start: u64, length: u64) -> Option<Vec<u8>> {
        let bytes = fs::read(self.path(key, start, length)?).ok()?;
        (bytes.len() as u64 == length).then_some(bytes)
    }

    /// Keeps a piece. What cannot be kept is fetched again next time.
    pub(super) fn put(&self, key: &str, start: u64, bytes: &[u8]) {
        let Some(path) = self.path(key, start, bytes.len() as u64) else { return };
        let Some(folder) = path.parent() else { return };
        // Others may write the same piece: it gets its name when it is whole.
        let draft = folder.join(format!("draft-{}-{start}", std::process::id()));
        let kept = fs::create_dir_all(folder)
            .and_then(|()| fs::write(&draft, bytes))
            .and_then(|()| fs::rename(&draft, &path));
        if kept.is_err() {
            drop(fs::remove_file(&draft));
        }
    }

    fn path(&self, key: &str, start: u64, length: u64) -> Option<PathBuf> {
        let root = self.root.as_ref()?;
        Some(root.join(hash(key.as_bytes())).join(format!("{start}-{length}")))
    }
}
