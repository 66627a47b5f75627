//! Archives that climb out, lie about their size, or never end.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::case::{Case, Setting};

const BLOCK: usize = 512;
const ARCHIVE: &[&str] = &["render", "r", "c.tgz"];
const METADATA: Entry<'static> =
    (b'0', "c/Chart.yaml", b"apiVersion: v2\nname: c\nversion: 1.0.0\n");

/// A kind of entry, its path and its contents.
type Entry<'e> = (u8, &'e str, &'e [u8]);

pub(crate) const CASES: &[Case] = &[
    Case::refused(
        "archive-parent",
        "an entry above the chart",
        |s| archive(s, &[METADATA, (b'0', "c/../../x", b"a")]),
        "references parent directory",
    )
    .with(ARCHIVE),
    Case::refused(
        "archive-parent-backslash",
        "the same with backslashes",
        |s| archive(s, &[METADATA, (b'0', "c\\..\\..\\x", b"a")]),
        "references parent directory",
    )
    .with(ARCHIVE),
    Case::refused(
        "archive-absolute",
        "an entry with an absolute path",
        |s| archive(s, &[METADATA, (b'0', "c//etc/x", b"a")]),
        "absolute paths",
    )
    .with(ARCHIVE),
    Case::rendered(
        "archive-links",
        "links and devices as templates",
        |s| {
            archive(
                s,
                &[
                    METADATA,
                    (b'2', "c/templates/a.yaml", b""),
                    (b'1', "c/templates/b.yaml", b""),
                    (b'3', "c/templates/c.yaml", b""),
                    (b'4', "c/templates/d.yaml", b""),
                    (b'6', "c/templates/e.yaml", b""),
                    (b'0', "c/templates/f.yaml", b"a: 1"),
                ],
            );
        },
        "a: 1",
    )
    .with(ARCHIVE),
    Case::rendered(
        "archive-duplicates",
        "one file twice",
        |s| {
            archive(
                s,
                &[
                    METADATA,
                    (b'0', "c/templates/t.yaml", b"a: 1"),
                    (b'0', "c/templates/t.yaml", b"a: 2"),
                ],
            );
        },
        "a: 2",
    )
    .with(ARCHIVE),
    Case::refused(
        "archive-lies",
        "a file that says it is of eight gigabytes",
        |s| {
            let mut tar = header(b'0', "c/Chart.yaml", 0o77_777_777_777).to_vec();
            tar.resize(4 * BLOCK, 0);
            s.write("c.tgz", gzip(&tar));
        },
        "larger than the maximum",
    )
    .with(ARCHIVE),
    Case::refused(
        "archive-truncated",
        "half an archive",
        |s| {
            let whole = gzip(&tar(&[METADATA]));
            s.write("c.tgz", &whole[..whole.len() / 2]);
        },
        "cannot read c.tgz as a chart archive",
    )
    .with(ARCHIVE),
    Case::refused(
        "archive-bomb",
        "files of two hundred million bytes in a few thousand",
        |s| {
            let zeros = vec![0; 5 * 1024 * 1024];
            let member = gzip(&entry((b'0', "c/f", &zeros)));
            s.write("c.tgz", member.repeat(40));
        },
        "larger than the maximum size",
    )
    .with(ARCHIVE),
    Case::refused(
        "archive-long-name",
        "a name of many million letters",
        |s| {
            let letters = vec![b'a'; 1024 * 1024];
            let mut stream = gzip(&header(b'L', "././@LongLink", 120 * 1024 * 1024));
            let member = gzip(&letters);
            stream.extend(member.repeat(120));
            stream.extend(gzip(&tar(&[METADATA])));
            s.write("c.tgz", stream);
        },
        "longer than 4096 bytes",
    )
    .with(ARCHIVE),
    Case::refused(
        "archive-many-entries",
        "a million entries",
        |s| {
            let thousand = entry((b'0', "c/f", b"")).repeat(1000);
            s.write("c.tgz", gzip(&thousand).repeat(1000));
        },
        "more than 20000 entries",
    )
    .with(ARCHIVE),
    Case::refused(
        "archive-many-directories",
        "a million directories",
        |s| {
            let thousand = entry((b'5', "c/d/", b"")).repeat(1000);
            s.write("c.tgz", gzip(&thousand).repeat(1000));
        },
        "more than 20000 entries",
    )
    .with(ARCHIVE),
    Case::refused(
        "archive-in-archive",
        "archives in archives in archives",
        |s| {
            let mut inner = gzip(&tar(&[METADATA]));
            for _ in 0..40 {
                inner = gzip(&tar(&[METADATA, (b'0', "c/charts/c.tgz", &inner)]));
            }
            s.write("c.tgz", inner);
        },
        "more than 32 deep",
    )
    .with(ARCHIVE),
    Case::refused(
        "archives-of-archives",
        "a hundred archives that each hold much",
        |s| {
            let zeros = vec![b' '; 5 * 1024 * 1024];
            let inner = gzip(&tar(&[METADATA, (b'0', "c/f", &zeros)]));
            for number in 0..100 {
                s.write(&format!("c/charts/s{number}.tgz"), &inner);
            }
        },
        "the archives in charts/ hold more than",
    ),
];

fn archive(s: &Setting, entries: &[Entry<'_>]) {
    s.write("c.tgz", gzip(&tar(entries)));
}

fn tar(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut out: Vec<u8> = entries.iter().flat_map(|one| entry(*one)).collect();
    out.resize(out.len() + 2 * BLOCK, 0);
    out
}

fn entry((kind, path, contents): Entry<'_>) -> Vec<u8> {
    let mut out = header(kind, path, contents.len() as u64).to_vec();
    out.extend(contents);
    out.resize(out.len().next_multiple_of(BLOCK), 0);
    out
}

/// A header with raw fields: the tar crate refuses to write such paths.
fn header(kind: u8, path: &str, size: u64) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    header[..path.len()].copy_from_slice(path.as_bytes());
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    header[136..148].copy_from_slice(b"00000000000\0");
    header[156] = kind;
    let magic: &[u8] = if kind == b'L' { b"ustar  \0" } else { b"ustar\x0000" };
    header[257..265].copy_from_slice(magic);
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
