//! Archives of charts.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use plimsoll_chart::{ChartFile, MAX_CHART_BYTES, MAX_FILE_BYTES, Profile, ValuesSet};

use super::SEPARATOR;
use super::rendering::check;

const BLOCK: usize = 512;

/// Reads the bytes as an archive: as they are if they start like gzip, as a tar file after a `!`,
/// and else as a list of entries, from which a tar file is made whose checksums are right.
pub fn run(data: &[u8]) {
    let archive = match data {
        [0x1f, 0x8b, ..] => data.to_vec(),
        [b'!', tar @ ..] => gzip(tar),
        entries => gzip(&tar(entries)),
    };
    let Ok(files) = ChartFile::read_archive(&archive) else { return };
    let mut sum = 0;
    for file in &files {
        let size = file.data.len() as u64;
        sum += size;
        assert!(size <= MAX_FILE_BYTES && sum <= MAX_CHART_BYTES);
        let name = &file.name;
        assert!(!name.starts_with('/') && !name.is_empty(), "{name:?}");
        assert!(name.split('/').all(|part| part != ".." && part != "." && !part.is_empty()));
    }
    check(files, &ValuesSet::new(Profile::Helm4), Profile::Helm4, &[]);
}

/// Makes a tar file of entries: a letter for the kind, the path up to a line break, the contents.
fn tar(entries: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for entry in entries.split(|byte| char::from(*byte) == SEPARATOR) {
        let Some((kind, rest)) = entry.split_first() else { continue };
        let cut = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let (path, contents) = (&rest[..cut], rest.get(cut + 1..).unwrap_or_default());
        out.extend(header(*kind, path, contents.len()));
        out.extend(contents);
        out.resize(out.len().next_multiple_of(BLOCK), 0);
    }
    out.resize(out.len() + 2 * BLOCK, 0);
    out
}

fn header(kind: u8, path: &[u8], size: usize) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    let (name, prefix) = if path.len() > 100 { path.split_at(100) } else { (path, &b""[..]) };
    header[..name.len()].copy_from_slice(name);
    let prefix = &prefix[..prefix.len().min(155)];
    header[345..345 + prefix.len()].copy_from_slice(prefix);
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    header[136..148].copy_from_slice(b"00000000000\0");
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}
