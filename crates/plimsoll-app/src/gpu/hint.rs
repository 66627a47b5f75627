//! Which vendor's GPUs an image is made for, as its name tells.

use crate::Image;

use super::Vendor;

/// What an image's name tells of the GPUs that it is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageHint {
    /// Vendors whose GPUs it can use; empty for CPU only.
    pub vendors: &'static [Vendor],
    /// The part of the name that tells it, such as `rocm`.
    pub word: &'static str,
}

/// Words of repositories and tags that tell the vendor. Of several the one in the tag counts, then
/// the order here: a compute library is a stronger hint than a publisher's name.
const WORDS: [(&str, &[Vendor]); 17] = [
    ("rocm", &[Vendor::Amd]),
    ("hip", &[Vendor::Amd]),
    ("gaudi", &[Vendor::Gaudi]),
    ("hpu", &[Vendor::Gaudi]),
    ("habana", &[Vendor::Gaudi]),
    ("neuron", &[Vendor::Neuron]),
    ("neuronx", &[Vendor::Neuron]),
    ("tpu", &[Vendor::Tpu]),
    ("xpu", &[Vendor::Intel]),
    ("ipex", &[Vendor::Intel]),
    ("sycl", &[Vendor::Intel]),
    ("oneapi", &[Vendor::Intel]),
    ("openvino", &[Vendor::Intel]),
    ("cuda", &[Vendor::Nvidia]),
    ("cudnn", &[Vendor::Nvidia]),
    ("vulkan", &[Vendor::Nvidia, Vendor::Amd, Vendor::Intel]),
    ("cpu", &[]),
];

/// Returns what the image's name tells of the GPUs that it is made for; nothing where it tells
/// nothing. It is a hint of the name alone; engines know their own images better.
///
/// Source: names of images that the vendors publish: `rocm/*`, `nvidia/cuda`, `intel/*-xpu`,
/// `habanalabs` and the variants that engines tag after them, read in 2026.
#[must_use]
pub fn image_hint(image: &Image) -> Option<ImageHint> {
    let tag = image.tag.as_deref().unwrap_or("");
    let registry = image.registry.as_deref().unwrap_or("");
    let by_word = words_hint(tag).or_else(|| words_hint(&image.repository));
    by_word.or_else(|| {
        let is_nvidia = registry == "nvcr.io" || image.repository.starts_with("nvidia/");
        is_nvidia.then_some(ImageHint { vendors: &[Vendor::Nvidia], word: "nvidia" })
    })
}

fn words_hint(text: &str) -> Option<ImageHint> {
    let words: Vec<String> = text
        .split(|char: char| !char.is_ascii_alphanumeric())
        .map(str::to_ascii_lowercase)
        .collect();
    WORDS.iter().find_map(|(word, vendors)| {
        let is_there = words.iter().any(|own| {
            let rest = own.strip_prefix(word);
            rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
        });
        is_there.then_some(ImageHint { vendors, word })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_vendor() {
        for (reference, vendors) in [
            ("ollama/ollama:rocm", Some(vec![Vendor::Amd])),
            ("ollama/ollama:0.9.0-rocm", Some(vec![Vendor::Amd])),
            ("rocm/pytorch:latest", Some(vec![Vendor::Amd])),
            ("pytorch/pytorch:2.9-cuda12.8-cudnn9-devel", Some(vec![Vendor::Nvidia])),
            ("nvcr.io/nvidia/pytorch:25.01-py3", Some(vec![Vendor::Nvidia])),
            ("ghcr.io/ggml-org/llama.cpp:server-cuda13", Some(vec![Vendor::Nvidia])),
            ("x/vllm:cpu", Some(vec![])),
            ("x/llm-xpu:1", Some(vec![Vendor::Intel])),
            ("vault.habana.ai/gaudi-docker/x:1", Some(vec![Vendor::Gaudi])),
            ("a/microprocmon:hipster", None),
            ("ollama/ollama", None),
        ] {
            let hint = image_hint(&Image::parse(reference));
            assert_eq!(hint.map(|hint| hint.vendors.to_vec()), vendors, "{reference}");
        }
    }
}
