//! Puts the charts that ship into the program, for `plimsoll new`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Directories of charts, as seen from the repository.
const SHELVES: [&str; 3] = ["charts/library", "charts/ai", "charts/patterns"];

/// Parts of a chart that a new one does not begin with: what others depend on, examples and tests
/// of the old one, and what is composed into `values.schema.json`.
const LEFT_OUT: [&str; 5] = ["charts", "ci", "tests", "Chart.lock", "values.own.schema.json"];

fn main() -> io::Result<()> {
    let crate_dir = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default());
    let root = crate_dir.join("../..").canonicalize()?;
    let mut rows = String::new();
    for shelf in SHELVES {
        println!("cargo::rerun-if-changed={}", root.join(shelf).display());
        for chart in children(&root.join(shelf))? {
            if chart.join("Chart.yaml").is_file() {
                let mut files = Vec::new();
                for part in children(&chart)? {
                    if !LEFT_OUT.iter().any(|name| part.ends_with(name)) {
                        walk(&part, &mut files)?;
                    }
                }
                let name = chart.file_name().unwrap_or_default().to_string_lossy().into_owned();
                for file in files {
                    let inside = file.strip_prefix(&chart).unwrap_or(&file).display().to_string();
                    let path = file.display().to_string();
                    let _ = writeln!(rows, "    ({name:?}, {inside:?}, include_str!({path:?})),");
                }
            }
        }
    }
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join("shelf.rs");
    fs::write(out, format!("&[\n{rows}]\n"))
}

/// What lies directly in a directory, in order.
fn children(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths =
        fs::read_dir(directory)?.map(|one| Ok(one?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn walk(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for child in children(path)? {
            walk(&child, files)?;
        }
    } else {
        files.push(path.to_path_buf());
    }
    Ok(())
}
