//! Replays the corpus of the fuzzers, which once found trouble or led to new code.

#[expect(unreachable_pub, reason = "the fuzzers use it as a crate of its own")]
#[path = "../../../fuzz/src/lib.rs"]
mod fuzz;

use std::fs;
use std::path::Path;

#[test]
fn the_corpus_passes_all_targets() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, run) in fuzz::TARGETS {
        let mut files: Vec<_> =
            fs::read_dir(root.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty(), "{name} has no corpus");
        for file in files {
            run(&fs::read(&file).unwrap());
        }
    }
}
