//! Reading files that may be anything: within bounds, and never waiting for a writer.

use std::fmt;
use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::buffer::spare_capacity;
use rustix::io::Errno;

use plimsoll_yaml::{LineIndex, Place, Span};

/// A file that cannot be read, in the words that Helm has for it where it has some.
#[derive(Clone, Debug)]
pub(crate) struct FileError {
    message: String,
    help: &'static str,
    place: Option<Place>,
}

impl FileError {
    pub(crate) fn new(message: impl Into<String>, help: &'static str) -> Self {
        Self { message: message.into(), help, place: None }
    }

    /// What the system says of `path`.
    pub(crate) fn io(verb: &str, path: &Path, error: &io::Error) -> Self {
        let help = match error.kind() {
            io::ErrorKind::NotFound if fs::symlink_metadata(path).is_ok() => {
                "it is a link to nothing: mend or remove it"
            }
            io::ErrorKind::NotFound => "check the path; it counts from the current directory",
            io::ErrorKind::PermissionDenied => "make it readable for this user",
            _ => "see what the system says about it",
        };
        Self::new(format!("{verb} {}: {}", path.display(), reason(error)), help)
    }

    /// What to do about it.
    pub(crate) const fn help(&self) -> &'static str {
        self.help
    }

    /// Where in the file it is, if anywhere.
    pub(crate) const fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FileError {}

/// The system's reason in lower case and without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// Reads a regular file of at most `limit` bytes. Anything else is refused without being opened:
/// opening a pipe would wait for somebody to write.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let metadata = fs::metadata(path).map_err(|error| FileError::io("open", path, &error))?;
    if metadata.is_dir() {
        return Err(FileError::new(
            format!("open {}: it is a directory, not a file", path.display()),
            "name a file",
        ));
    }
    if !metadata.is_file() {
        return Err(FileError::new(
            format!("open {}: it is no regular file", path.display()),
            "put a regular file in its place",
        ));
    }
    stream(path, limit, CHART_HELP)
}

/// Reads an open file of a chart, of at most `limit` bytes, into `bytes`, which are empty and have
/// room for most files: one call then reads all, and nobody need ask for the size.
pub(crate) fn read_open(
    file: &OwnedFd,
    path: impl FnOnce() -> PathBuf,
    limit: u64,
    bytes: &mut Vec<u8>,
) -> Result<(), FileError> {
    fill(bytes, file, path, limit, CHART_HELP)
}

/// Reads a regular file as text; a byte order mark is dropped.
pub(crate) fn read_regular_text(path: &Path, limit: u64) -> Result<String, FileError> {
    text(path, read(path, limit)?)
}

/// Reads a file that the user names as text: a regular file, a pipe, or `-` for standard input.
/// A byte order mark is dropped.
pub(crate) fn read_text(path: &Path, limit: u64) -> Result<String, FileError> {
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        fill(&mut bytes, io::stdin(), || path.to_owned(), limit, NAMED_HELP)?;
        bytes
    } else if path.is_dir() {
        read(path, limit)?
    } else {
        stream(path, limit, NAMED_HELP)?
    };
    text(path, bytes)
}

fn text(path: &Path, mut bytes: Vec<u8>) -> Result<String, FileError> {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|error| {
        let sound = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(&error.as_bytes()[..sound]).into_owned();
        let place = Place {
            file: path.display().to_string().into(),
            span: Span::new(sound, sound),
            position: LineIndex::new(&text).position(&text, sound),
        };
        FileError {
            message: format!("{} is not UTF-8", path.display()),
            help: "save it as UTF-8",
            place: Some(place),
        }
    })
}

/// What to do about a large file in a chart.
const CHART_HELP: &str = "move it out of the chart, or name it in .helmignore";

/// What to do about a large file that is named on the command line.
const NAMED_HELP: &str = "name a smaller file: it is read as a whole";

fn stream(path: &Path, limit: u64, help: &'static str) -> Result<Vec<u8>, FileError> {
    let file = fs::File::open(path).map_err(|error| FileError::io("open", path, &error))?;
    // A guess at the size; the file may be something that has none.
    let size = file.metadata().map_or(0, |metadata| metadata.len()).min(limit);
    // One byte more, so that the end is seen without room for another piece.
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    fill(&mut bytes, file, || path.to_owned(), limit, help)?;
    Ok(bytes)
}

/// Reads all that comes.
fn fill(
    bytes: &mut Vec<u8>,
    file: impl AsFd,
    path: impl FnOnce() -> PathBuf,
    limit: u64,
    help: &'static str,
) -> Result<(), FileError> {
    loop {
        if bytes.len() as u64 > limit {
            return Err(too_large(&path(), limit, help));
        }
        if bytes.len() == bytes.capacity() {
            bytes.reserve(bytes.len().max(1024));
        }
        match rustix::io::read(&file, spare_capacity(bytes)) {
            Ok(0) => return Ok(()),
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(FileError::io("read", &path(), &error.into())),
        }
    }
}

fn too_large(path: &Path, limit: u64, help: &'static str) -> FileError {
    let mib = limit / (1024 * 1024);
    let path = path.display();
    FileError::new(format!("{path} is larger than {mib} MiB, the most that one file may be"), help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_as_fragments() {
        let error = io::Error::from_raw_os_error(2);
        assert_eq!(reason(&error), "no such file or directory");
    }
}
