use std::collections::BTreeSet;

use super::*;
use crate::config::family::FAMILIES;

#[test]
fn every_row_can_be_used() {
    let mut names = BTreeSet::new();
    for known in catalogue() {
        let config = known.config().unwrap_or_else(|error| panic!("{}: {error}", known.title));
        assert!(config.architecture().is_ok(), "{}", known.title);
        let recipe = Recipe::named(&known.quant);
        assert!(known.gguf(recipe.expect(&known.title)).is_ok(), "{}", known.title);
        assert!(known.safetensors().is_ok(), "{}", known.title);
        assert!(!known.source.is_empty());
        for name in known.ollama.iter().chain(&known.hub) {
            assert!(names.insert(name), "{name} stands twice");
        }
    }
    assert!(catalogue().len() >= 50);
}

/// The page of examples has a line for each family that the catalogue has a model of.
#[test]
fn every_family_has_a_model() {
    let missing: Vec<&str> = FAMILIES
        .iter()
        .filter(|family| {
            catalogue().iter().all(|known| known.config().unwrap().family.gguf != family.gguf)
        })
        .map(|family| family.gguf)
        .collect();
    assert_eq!(missing, ["granite", "modern-bert"], "docs/SIZING.md names these two");
}

#[test]
fn what_sees_has_its_makers_parameters() {
    let known = by_hub("Qwen/Qwen2.5-VL-7B-Instruct").unwrap();
    assert_eq!(known.safetensors().unwrap().weights.parameters, 8_292_166_656);
    // In half precision beside the weights, as Ollama keeps it.
    assert_eq!(known.projector().unwrap().unwrap().bytes, Bytes(2 * 676_550_144));
}

#[test]
fn names_are_found() {
    let title = |known: Option<&'static Known>| known.map(|known| known.title.as_str());
    assert_eq!(title(by_ollama("llama3.1", "8b")), Some("Llama 3.1 8B"));
    assert_eq!(title(by_hub("openai/gpt-oss-20b")), Some("gpt-oss 20B"));
    assert_eq!(title(by_hub("bartowski/Meta-Llama-3.1-8B-Instruct-GGUF")), Some("Llama 3.1 8B"));
    assert_eq!(title(by_hub("nobody/nothing")), None);
}
