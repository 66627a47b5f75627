//! Finds files by glob, as helm-unittest does with Go's `filepath.Glob` and `**`.

use std::fs;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use plimsoll_unittest::Problem;

use super::files::clean;

/// How many files a glob may find, and how deep it looks.
const MAX_FILES: usize = 20_000;
const MAX_DEPTH: usize = 32;

/// The suite files of the chart at `chart`, in the order of the globs and then of their names.
pub(super) fn suite_files(chart: &Path, globs: &[String]) -> Result<Vec<String>, Problem> {
    let base = format!("{}/", chart.display());
    let mut found = Vec::new();
    for pattern in globs {
        let path = Path::new(pattern);
        if path.is_absolute() {
            found.push(path.to_owned());
        } else if pattern.contains(&base) {
            expand(path, &mut found)?;
        } else {
            expand(&clean(&chart.join(path)), &mut found)?;
        }
    }
    let mut names: Vec<String> = Vec::new();
    for name in found.into_iter().map(|path| path.display().to_string()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// Values files for all suites, as absolute paths.
pub(super) fn values_files(globs: &[String]) -> Result<Vec<String>, Problem> {
    let mut found = Vec::new();
    for pattern in globs {
        let before = found.len();
        expand(&clean(Path::new(pattern)), &mut found)?;
        if found.len() == before {
            let message = format!("no values file is called {pattern}");
            return Err(Problem { message, place: None });
        }
    }
    let absolute = |path: PathBuf| fs::canonicalize(&path).unwrap_or(path).display().to_string();
    Ok(found.into_iter().map(absolute).collect())
}

/// Adds the files that a pattern stands for.
fn expand(pattern: &Path, found: &mut Vec<PathBuf>) -> Result<(), Problem> {
    let text = pattern.display().to_string();
    if !text.contains(['*', '?', '[', '{', '\\']) {
        if pattern.is_file() {
            found.push(pattern.to_owned());
        }
        return Ok(());
    }
    let refuse = |message: String| Problem { message, place: None };
    let matcher = GlobBuilder::new(&text)
        .literal_separator(true)
        .build()
        .map_err(|error| refuse(format!("{text} is no glob: {}", error.kind())))?
        .compile_matcher();
    let is_literal = |part: &Component<'_>| {
        !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{', '\\'])
    };
    let base: PathBuf = pattern.components().take_while(is_literal).collect();
    let start = found.len();
    walk(&base, &matcher, found, 0);
    if found.len() - start > MAX_FILES {
        return Err(refuse(format!("{text} stands for more than {MAX_FILES} files")));
    }
    found[start..].sort();
    Ok(())
}

fn walk(directory: &Path, matcher: &GlobMatcher, found: &mut Vec<PathBuf>, depth: usize) {
    let here = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let Ok(entries) = fs::read_dir(here) else { return };
    for entry in entries.flatten() {
        if found.len() > MAX_FILES {
            return;
        }
        let path = directory.join(entry.file_name());
        if path.is_dir() {
            // A link to a directory above would never end.
            let is_link = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink());
            if depth < MAX_DEPTH && !is_link {
                walk(&path, matcher, found, depth + 1);
            }
        } else if matcher.is_match(&path) && path.is_file() {
            found.push(path);
        }
    }
}
