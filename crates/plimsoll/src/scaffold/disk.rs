//! Putting a new chart on disk: all of it or nothing.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::File;

/// Writes files below `directory`, which must not be there yet.
///
/// They are written beside it first, so that a failure leaves nothing behind.
///
/// # Errors
/// If the directory is there, or something cannot be written.
pub(crate) fn write(directory: &Path, files: &[File]) -> Result<()> {
    if fs::symlink_metadata(directory).is_ok() {
        bail!("{} is there already; choose another name, or move it away", directory.display());
    }
    let parent = match directory.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    let name = directory.file_name().context("the chart has no name")?.to_string_lossy();
    let beside = parent.join(format!(".{name}.{}.new", std::process::id()));
    let written = write_all(&beside, files).and_then(|()| {
        fs::rename(&beside, directory)
            .with_context(|| format!("cannot make {}", directory.display()))
    });
    if written.is_err() {
        // What was begun is of no use; the reason why it failed is.
        let _ = fs::remove_dir_all(&beside);
    }
    written
}

fn write_all(directory: &Path, files: &[File]) -> Result<()> {
    for (path, text) in files {
        let path = directory.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)
                .with_context(|| format!("cannot make {}", parent.display()))?;
        }
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_touched() {
        let place = std::env::temp_dir().join(format!("plimsoll-new-{}", std::process::id()));
        let files = [("a/b".to_owned(), "1".to_owned())];
        write(&place, &files).unwrap();
        let error = write(&place, &files).unwrap_err().to_string();
        assert!(error.contains("is there already"), "{error}");
        assert_eq!(fs::read_to_string(place.join("a/b")).unwrap(), "1");
        fs::remove_dir_all(&place).unwrap();
    }
}
