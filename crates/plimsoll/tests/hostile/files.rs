//! Directories that hold what no chart may hold.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixListener;

use crate::case::Case;

const CHECK: &[&str] = &["check", "c"];

pub(crate) const CASES: &[Case] = &[
    Case::refused(
        "link-out",
        "a template that is a link out of the chart",
        |s| s.link("c/templates/t.yaml", "../../outside/secret.yaml"),
        "is a link out of the chart",
    ),
    Case::refused(
        "link-out-of-directory",
        "a directory that is a link out of the chart",
        |s| s.link("c/files", "../outside"),
        "is a link out of the chart",
    ),
    Case::refused(
        "link-out-as-values",
        "values that are a link out of the chart",
        |s| s.link("c/values.yaml", "../outside/secret.yaml"),
        "is a link out of the chart",
    ),
    Case::refused(
        "link-out-as-metadata",
        "a Chart.yaml that is a link out of the chart",
        |s| {
            fs::remove_file(s.path().join("c/Chart.yaml")).unwrap();
            s.link("c/Chart.yaml", "../outside/secret.yaml");
        },
        "is a link out of the chart",
    ),
    Case::refused(
        "link-out-as-helmignore",
        "a .helmignore that is a link out of the chart",
        |s| s.link("c/.helmignore", "../outside/secret.yaml"),
        "is a link out of the chart",
    ),
    Case::refused(
        "link-out-as-ci-values",
        "values for tests that are an ignored link out of the chart",
        |s| {
            s.write("c/.helmignore", "ci\n");
            s.link("c/ci/a-values.yaml", "../../outside/secret.yaml");
        },
        "is a link out of the chart",
    )
    .with(CHECK),
    Case::refused(
        "link-to-itself",
        "a link to itself",
        |s| s.link("c/templates/t.yaml", "t.yaml"),
        "Error: ",
    ),
    Case::refused(
        "link-in-a-circle",
        "a directory that is a link to the chart",
        |s| s.link("c/files", "."),
        "too many levels of symbolic links",
    ),
    Case::refused(
        "socket",
        "a socket",
        |s| drop(UnixListener::bind(s.path().join("c/s")).unwrap()),
        "is no regular file",
    ),
    Case::refused(
        "pipe",
        "a pipe that nobody writes to",
        |s| s.pipe("c/templates/t.yaml"),
        "is no regular file",
    ),
    Case::refused(
        "pipe-as-metadata",
        "a Chart.yaml that is such a pipe",
        |s| {
            fs::remove_file(s.path().join("c/Chart.yaml")).unwrap();
            s.pipe("c/Chart.yaml");
        },
        "holds no Chart.yaml",
    ),
    Case::refused(
        "pipe-as-helmignore",
        "a .helmignore that is such a pipe",
        |s| s.pipe("c/.helmignore"),
        "is no regular file",
    ),
    Case::refused(
        "pipe-as-ci-values",
        "values for tests that are such a pipe, left out of the chart",
        |s| {
            s.write("c/.helmignore", "ci\n");
            s.pipe("c/ci/a-values.yaml");
        },
        "is no regular file",
    )
    .with(CHECK),
    Case::refused(
        "pipe-as-suite",
        "a suite of tests that is such a pipe",
        |s| s.pipe("c/tests/a_test.yaml"),
        "",
    )
    .with(&["unittest", "c"]),
    Case::refused(
        "directory-as-metadata",
        "a Chart.yaml that is a directory",
        |s| {
            fs::remove_file(s.path().join("c/Chart.yaml")).unwrap();
            s.write("c/Chart.yaml/a", "");
        },
        "holds no Chart.yaml",
    ),
    Case::refused(
        "device",
        "a link to an endless device",
        |s| s.link("c/zero", "/dev/zero"),
        "is a link out of the chart",
    ),
    Case::refused(
        "name-not-utf8",
        "a file whose name is no text",
        |s| {
            let name = std::ffi::OsStr::from_bytes(b"a\xff");
            fs::write(s.path().join("c").join(name), "").unwrap();
        },
        "has a name that is not UTF-8",
    ),
    Case::refused(
        "name-that-repaints",
        "a template whose name repaints the terminal",
        |s| s.write("c/templates/\u{1b}[2J.yaml", "{{ fail \"no\" }}"),
        "execution error",
    ),
    Case::refused(
        "template-not-utf8",
        "a template that is no text",
        |s| s.write("c/templates/t.yaml", b"\xff{{ 1 }}"),
        "UTF-8",
    ),
    Case::refused(
        "file-too-large",
        "a file of six million bytes",
        |s| s.write("c/f", "x".repeat(6_000_000)),
        "larger than 5 MiB",
    ),
    Case::refused(
        "directories-deep",
        "directories nested a hundred deep",
        |s| s.write(&format!("c/{}f", "d/".repeat(100)), ""),
        "nests directories more than",
    ),
    Case::refused(
        "helmignore-huge",
        "a hundred thousand patterns to leave out",
        |s| s.write("c/.helmignore", "*a*a*a*a*a*a*a*a*b\n".repeat(100_000)),
        "longer than 16384 bytes",
    ),
    Case::rendered(
        "crds-many",
        "many large definitions of resources",
        |s| {
            for number in 0..10 {
                s.write(&format!("c/crds/{number}.yaml"), "a: b\n---\n".repeat(100_000));
            }
        },
        "",
    ),
    Case::rendered(
        "hook-without-end",
        "a hook of a hundred thousand events",
        |s| {
            s.template(
                "kind: Pod\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: \"{{ repeat \
                 100000 \"pre-install,\" }}pre-install\"\n",
            );
        },
        "kind: Pod",
    ),
    Case::rendered(
        "notes",
        "notes that repaint the terminal",
        |s| s.write("c/templates/NOTES.txt", "\u{1b}[2J{{ \"\\x1b[2J\" }}"),
        "",
    ),
];
