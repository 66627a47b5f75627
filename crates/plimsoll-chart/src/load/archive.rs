//! Chart archives: gzipped tar, read in memory and never unpacked.

use std::io::{self, Read};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use tar::EntryType;

use super::ChartFile;
use crate::{Error, ErrorKind};

/// Helm's limit for the files of one archive together, in bytes.
pub const MAX_CHART_BYTES: u64 = 100 * 1024 * 1024;

/// Helm's limit for one file, in bytes.
pub const MAX_FILE_BYTES: u64 = 5 * 1024 * 1024;

/// How many files, directories and other entries an archive may hold; Helm knows no such bound.
pub const MAX_ENTRIES: usize = 20_000;

/// How long an entry's path may be, in bytes.
const MAX_PATH: usize = 4096;

/// Bytes of the tar file that are looked at: the files, and a header with some padding for each.
const MAX_STREAM: u64 = MAX_CHART_BYTES + 2048 * MAX_ENTRIES as u64;

const BOM: &[u8] = b"\xEF\xBB\xBF";

impl ChartFile {
    /// Removes a UTF-8 byte order mark, as Helm does with each file of a chart.
    pub(super) fn without_bom(mut self) -> Self {
        if let Some(rest) = self.data.strip_prefix(BOM) {
            self.data = Arc::from(rest);
        }
        self
    }

    /// Reads the files of a chart archive, named relative to the chart's directory.
    ///
    /// Links become empty files, as in Helm; nothing is ever followed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Archive`] if it is no gzipped tar, is empty, or names files outside the
    /// chart's directory; [`ErrorKind::Limit`] beyond [`MAX_CHART_BYTES`] or [`MAX_FILE_BYTES`].
    pub fn read_archive(bytes: &[u8]) -> Result<Vec<Self>, Error> {
        if !bytes.starts_with(b"\x1F\x8B\x08") {
            let message = match bytes.len() {
                0 => "EOF",
                1..10 => "unexpected EOF",
                _ => "gzip: invalid header",
            };
            return Err(Error::new(ErrorKind::Archive, message));
        }
        let mut archive = tar::Archive::new(MultiGzDecoder::new(bytes).take(MAX_STREAM));
        let mut files = Vec::new();
        let mut left = MAX_CHART_BYTES;
        for (index, entry) in archive.entries().map_err(|e| unreadable(&e))?.enumerate() {
            let mut entry = entry.map_err(|e| unreadable(&e))?;
            let kind = entry.header().entry_type();
            let path = entry.path_bytes();
            if index >= MAX_ENTRIES || path.len() > MAX_PATH {
                return Err(Error::new(
                    ErrorKind::Limit,
                    format!(
                        "the archive holds more than {MAX_ENTRIES} entries, or one whose path is \
                         longer than {MAX_PATH} bytes"
                    ),
                ));
            }
            let path = String::from_utf8_lossy(&path).into_owned();
            if is_skipped(kind, &path) {
                continue;
            }
            let name = inner_name(&path)?;
            let size = if kind.is_file() { entry.size() } else { 0 };
            check_size(&path, size, left)?;
            let mut data = Vec::new();
            if size > 0 {
                entry.by_ref().take(size).read_to_end(&mut data).map_err(|e| unreadable(&e))?;
            }
            if (data.len() as u64) < size {
                return Err(Error::new(ErrorKind::Archive, "unexpected EOF"));
            }
            left -= size;
            if left == 0 {
                return Err(too_large());
            }
            files.push(Self { name, data: Arc::from(data) }.without_bom());
        }
        if files.is_empty() {
            return Err(Error::new(ErrorKind::Archive, "no files in chart archive"));
        }
        Ok(files)
    }
}

fn unreadable(error: &io::Error) -> Error {
    Error::new(ErrorKind::Archive, error.to_string())
}

fn too_large() -> Error {
    Error::new(
        ErrorKind::Limit,
        format!("decompressed chart is larger than the maximum size {MAX_CHART_BYTES}"),
    )
}

fn check_size(path: &str, size: u64, left: u64) -> Result<(), Error> {
    if size > left {
        return Err(too_large());
    }
    if size > MAX_FILE_BYTES {
        return Err(Error::new(
            ErrorKind::Limit,
            format!(
                "decompressed chart file {path:?} is larger than the maximum file size \
                 {MAX_FILE_BYTES}"
            ),
        ));
    }
    Ok(())
}

/// Tells whether an entry is no file: a directory or an extension header.
fn is_skipped(kind: EntryType, path: &str) -> bool {
    kind.is_dir()
        || kind.is_pax_global_extensions()
        || kind.is_pax_local_extensions()
        || (kind.is_file() && path.ends_with('/'))
}

/// Removes the first element of an entry's path and makes sure the rest stays inside the chart.
fn inner_name(path: &str) -> Result<String, Error> {
    let refuse = |message: &str| Err(Error::new(ErrorKind::Archive, message));
    let delimiter = if path.contains('\\') { '\\' } else { '/' };
    let (base, rest) = path.split_once(delimiter).unwrap_or((path, ""));
    let rest = rest.replace(delimiter, "/");
    if rest.starts_with('/') {
        return refuse("chart illegally contains absolute paths");
    }
    let name = clean(&rest);
    if name == "." {
        return refuse(&format!(
            "chart illegally contains content outside the base directory: {path:?}"
        ));
    }
    if name.starts_with("..") {
        return refuse("chart illegally references parent directory");
    }
    if has_drive(&name) {
        return refuse("chart contains illegally named files");
    }
    if base == "Chart.yaml" {
        return refuse("chart yaml not in base directory");
    }
    Ok(name)
}

/// Go's `path.Clean` for a relative path.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// Tells whether the name starts with a drive letter.
fn has_drive(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && bytes.next() == Some(b':')
        && bytes.next() == Some(b'/')
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn header(name: &str, size: usize, kind: EntryType) -> tar::Header {
        let mut header = tar::Header::new_ustar();
        // Written into the raw field: the crate's own setter refuses the paths under test.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(size as u64);
        header.set_mode(0o644);
        header.set_entry_type(kind);
        header.set_cksum();
        header
    }

    fn archive(files: &[(&str, &[u8], EntryType)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, data, kind) in files {
            builder.append(&header(name, data.len(), *kind), *data).unwrap();
        }
        gzip(&builder.into_inner().unwrap())
    }

    fn message(files: &[(&str, &[u8], EntryType)]) -> String {
        ChartFile::read_archive(&archive(files)).unwrap_err().to_string()
    }

    #[test]
    fn files_lose_their_first_directory_and_mark() {
        let files = ChartFile::read_archive(&archive(&[
            ("c/", b"", EntryType::Directory),
            ("c/Chart.yaml", b"\xEF\xBB\xBFname: c", EntryType::Regular),
            ("c/templates/./a.yaml", b"a", EntryType::Regular),
            ("c\\files\\b", b"b", EntryType::Regular),
            ("c/link", b"", EntryType::Symlink),
        ]))
        .unwrap();
        let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["Chart.yaml", "templates/a.yaml", "files/b", "link"]);
        assert_eq!(&*files[0].data, b"name: c");
    }

    #[test]
    fn paths_out_of_the_chart_are_refused() {
        let file = EntryType::Regular;
        assert_eq!(message(&[("c//etc/x", b"", file)]), "chart illegally contains absolute paths");
        assert_eq!(message(&[("Chart.yaml/x", b"", file)]), "chart yaml not in base directory");
        assert_eq!(
            message(&[("c/../../x", b"", file)]),
            "chart illegally references parent directory"
        );
        assert_eq!(
            message(&[("c", b"", file)]),
            "chart illegally contains content outside the base directory: \"c\""
        );
        assert_eq!(message(&[("c/c:/x", b"", file)]), "chart contains illegally named files");
        assert_eq!(message(&[("c/", b"", EntryType::Directory)]), "no files in chart archive");
    }

    #[test]
    fn limits_hold_before_anything_is_read() {
        let mut raw = header("c/big", 6 * 1024 * 1024, EntryType::Regular).as_bytes().to_vec();
        raw.extend([0; 1024]);
        let error = ChartFile::read_archive(&gzip(&raw)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert_eq!(
            error.to_string(),
            "decompressed chart file \"c/big\" is larger than the maximum file size 5242880"
        );
    }

    #[test]
    fn no_archive_is_an_error() {
        for bytes in [&b""[..], b"a: b\n", b"\x1F\x8B\x08garbage"] {
            assert_eq!(ChartFile::read_archive(bytes).unwrap_err().kind(), ErrorKind::Archive);
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
            let _ = ChartFile::read_archive(&bytes);
            let _ = ChartFile::read_archive(&gzip(&bytes));
        }

        #[test]
        fn damaged_archives_never_panic(at in 0_usize..2048, byte in any::<u8>()) {
            let mut builder = tar::Builder::new(Vec::new());
            let data = b"apiVersion: v2";
            builder
                .append(&header("c/Chart.yaml", data.len(), EntryType::Regular), &data[..])
                .unwrap();
            let mut raw = builder.into_inner().unwrap();
            let at = at % raw.len();
            raw[at] = byte;
            let _ = ChartFile::read_archive(&gzip(&raw));
        }
    }
}
