//! A folder of files, as the caller gives it.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};

use crate::{Error, ErrorKind, Result};

/// A file in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path below the folder, with `/`.
    pub path: String,
    /// Its length in bytes, of what a link leads to.
    pub bytes: u64,
}

/// No more is read without use.
pub(crate) const MAX_THROWN: u64 = 64 << 20;

/// A folder of files. The caller bounds how many entries it lists, and follows links.
pub trait Folder {
    /// Returns the files, sorted by path.
    fn entries(&self) -> &[Entry];

    /// Opens one of them.
    ///
    /// # Errors
    ///
    /// Where the system refuses.
    fn open(&self, path: &str) -> Result<Box<dyn Read + '_>>;

    /// Opens one of them at an offset. What is before it is read and thrown away where the caller
    /// knows no better.
    ///
    /// # Errors
    ///
    /// Where the system refuses, and `Limit` where more than 64 MiB would be thrown away.
    fn open_at(&self, path: &str, offset: u64) -> Result<Box<dyn Read + '_>> {
        let mut reader = self.open(path)?;
        if offset > MAX_THROWN {
            return Err(
                Error::limit(format!("{offset} bytes would have to be read first")).in_file(path)
            );
        }
        io::copy(&mut (&mut reader).take(offset), &mut io::sink())
            .map_err(|error| Error::from(error).in_file(path))?;
        Ok(reader)
    }

    /// Reads a file that must be short.
    ///
    /// # Errors
    ///
    /// Where the system refuses, and `Limit` where it is longer than `limit`.
    fn read_short(&self, path: &str, limit: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let reader = self.open(path)?;
        reader
            .take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Error::from(error).in_file(path))?;
        if bytes.len() as u64 > limit {
            return Err(Error::limit(format!("it is longer than {limit} bytes")).in_file(path));
        }
        Ok(bytes)
    }

    /// Returns the entry at a path.
    fn entry(&self, path: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.path == path)
    }
}

/// A folder in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryFolder {
    files: BTreeMap<String, Vec<u8>>,
    entries: Vec<Entry>,
}

impl MemoryFolder {
    /// Returns the folder with one more file, which may claim to be longer than its bytes.
    #[must_use]
    pub fn with(mut self, path: &str, bytes: Vec<u8>, length: Option<u64>) -> Self {
        let length = length.unwrap_or(bytes.len() as u64);
        self.entries.retain(|entry| entry.path != path);
        self.entries.push(Entry { path: path.to_owned(), bytes: length });
        self.entries.sort_by(|one, other| one.path.cmp(&other.path));
        self.files.insert(path.to_owned(), bytes);
        self
    }
}

impl Folder for MemoryFolder {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn open(&self, path: &str) -> Result<Box<dyn Read + '_>> {
        let bytes = self
            .files
            .get(path)
            .ok_or_else(|| Error::new(ErrorKind::Missing, "there is no such file").in_file(path))?;
        Ok(Box::new(Cursor::new(bytes.as_slice())))
    }
}
