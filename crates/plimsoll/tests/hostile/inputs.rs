//! What is named on the command line, or comes in by standard input.

use std::process::Command;

use plimsoll_size::{Recipe, catalogue};

use crate::case::{Case, Setting};

const VALUES: &[&str] = &["render", "r", "c", "--values", "v"];
const SIZE: &[&str] = &["size", "m.gguf"];

/// The length of the largest models' files.
const MODEL: u64 = 400 * 1000 * 1000 * 1000;

pub(crate) const CASES: &[Case] = &[
    Case::rendered(
        "set-many",
        "fifty thousand arguments of --set",
        |s| s.template("a: {{ len .Values.a }}"),
        "a: 25000",
    )
    .with_many(|| many(|number| format!("a.k{number}=1"))),
    Case::refused(
        "set-far",
        "lists that are set at their last possible element, again and again",
        |s| s.template("a: {{ len .Values }}"),
        "fill lists with more than",
    )
    .with_many(|| many(|number| format!("a{number}[65536]=1"))),
    Case::refused(
        "set-deep",
        "a value set at a path of sixty thousand names",
        |s| s.template("a: 1"),
        "nested level is greater than",
    )
    .exits(2)
    .with_many(|| vec!["--set".to_owned(), format!("{}a=1", "a.".repeat(60_000))]),
    Case::refused(
        "set-json-deep",
        "JSON nested sixty thousand deep",
        |s| s.template("a: 1"),
        "recursion limit exceeded",
    )
    .exits(2)
    .with_many(|| vec!["--set-json".to_owned(), format!("a={}", "[".repeat(60_000))]),
    Case::refused(
        "values-deep",
        "a values file nested a million deep",
        |s| s.write("v", "[".repeat(1_000_000)),
        "exceeded max depth",
    )
    .with(VALUES),
    Case::refused(
        "values-alias-bomb",
        "a values file of aliases of aliases",
        |s| s.write("v", crate::values::alias_bomb()),
        "excessive aliasing",
    )
    .with(VALUES),
    Case::refused(
        "values-sparse",
        "a values file of a gigabyte",
        |s| s.sparse("v", 1_000_000_000),
        "larger than 5 MiB",
    )
    .with(VALUES),
    Case::refused(
        "values-directory",
        "a values file that is a directory",
        |s| s.write("v/a", ""),
        "is a directory",
    )
    .with(VALUES),
    Case::refused(
        "values-device",
        "a values file that never ends",
        |s| s.template("a: 1"),
        "larger than 5 MiB",
    )
    .with(&["render", "r", "c", "--values", "/dev/zero"]),
    Case::refused(
        "values-pipe",
        "a values file that is a pipe without end",
        |s| endless(s, "v"),
        "larger than 5 MiB",
    )
    .with(VALUES),
    Case::refused(
        "values-input",
        "values from a standard input that never ends",
        |s| s.template("a: 1"),
        "larger than 5 MiB",
    )
    .with(&["render", "r", "c", "--values", "-"])
    .fed("/dev/zero"),
    Case::refused(
        "set-file-device",
        "a value from a file that never ends",
        |s| s.template("a: 1"),
        "is no regular file",
    )
    .with(&["render", "r", "c", "--set-file", "a=/dev/zero"])
    .exits(2),
    Case::refused(
        "set-file-pipe",
        "a value from a pipe that nobody writes to",
        |s| s.pipe("v"),
        "is no regular file",
    )
    .with(&["render", "r", "c", "--set-file", "a=v"])
    .exits(2),
    Case::refused(
        "chart-pipe",
        "a pipe in place of a chart",
        |s| s.pipe("p"),
        "is no regular file",
    )
    .with(&["render", "r", "p"]),
    Case::refused(
        "chart-device",
        "an endless device in place of a chart",
        |s| s.template("a: 1"),
        "is no regular file",
    )
    .with(&["render", "r", "/dev/zero"]),
    Case::rendered(
        "model-large",
        "a whole model of 404 gigabytes: not hostile, only large",
        |s| {
            let known = catalogue().iter().find(|known| known.title == "DeepSeek V3").unwrap();
            let (header, length) = known.gguf_header(Recipe::named("Q4_K_M").unwrap()).unwrap();
            assert!(length > MODEL);
            s.write("m.gguf", header);
            let file = std::fs::File::options().write(true).open(s.path().join("m.gguf"));
            file.unwrap().set_len(length).unwrap();
        },
        "fits",
    )
    .with(&["size", "m.gguf", "--gpu", "H200-SXM", "--gpus", "8"])
    .within(50, 30_000_000),
    Case::refused(
        "model-empty",
        "a model of 400 gigabytes that holds nothing",
        |s| s.sparse("m.gguf", MODEL),
        "",
    )
    .with(SIZE)
    .exits(3),
    Case::refused(
        "model-claims-much",
        "a model that claims as many keys and tensors as there are numbers",
        |s| {
            s.write("m.gguf", [&b"GGUF\x03\0\0\0"[..], &[0xff; 16], &[0x7f; 1000]].concat());
        },
        "",
    )
    .with(SIZE)
    .exits(3),
    Case::refused(
        "model-of-long-texts",
        "a model with a vocabulary of as many words as there are numbers",
        |s| {
            let mut header = b"GGUF\x03\0\0\0".to_vec();
            header.extend([0_u64, 1, 1].iter().flat_map(|number| number.to_le_bytes()));
            header.extend(*b"a");
            header.extend([9_u32, 8].iter().flat_map(|number| number.to_le_bytes()));
            header.extend(u64::MAX.to_le_bytes());
            s.write("m.gguf", header);
            let file = std::fs::File::options().write(true).open(s.path().join("m.gguf"));
            file.unwrap().set_len(MODEL).unwrap();
        },
        "",
    )
    .with(SIZE)
    .exits(3),
    Case::refused(
        "model-header-long",
        "a safetensors file whose header is the whole of it",
        |s| {
            s.write("m.safetensors", (MODEL - 8).to_le_bytes());
            let file = std::fs::File::options().write(true).open(s.path().join("m.safetensors"));
            file.unwrap().set_len(MODEL).unwrap();
        },
        "",
    )
    .with(&["size", "m.safetensors"])
    .exits(3),
    Case::refused("model-pipe", "a pipe in place of a model", |s| s.pipe("m.gguf"), "")
        .with(SIZE)
        .exits(3),
    Case::refused(
        "model-device",
        "an endless device in place of a model",
        |s| s.template("a: 1"),
        "",
    )
    .with(&["size", "/dev/zero"])
    .exits(3),
];

/// Many arguments of `--set`. Linux takes two million bytes of them.
fn many(argument: impl Fn(usize) -> String) -> Vec<String> {
    (0..25_000).flat_map(|number| ["--set".to_owned(), argument(number)]).collect()
}

/// A pipe into which somebody writes for as long as somebody reads.
fn endless(s: &Setting, name: &str) {
    s.pipe(name);
    let path = s.path().join(name);
    let mut writer = Command::new("sh");
    writer.arg("-c").arg("exec cat /dev/zero > \"$0\"").arg(path);
    // It ends with its reader.
    drop(writer.stderr(std::process::Stdio::null()).spawn().unwrap());
}
