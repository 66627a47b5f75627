use plimsoll_app::gpu::Vendor;
use plimsoll_app::{Container, Image};

use crate::rule::rule;
use crate::words::vendor as name_of;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A container asks for a GPU of one vendor, and its image is built for another one, or for
    /// none.
    ///
    /// ## Why
    /// The pod is scheduled and holds the card, but the engine cannot use it: it exits at the
    /// start, or falls back to the CPU and is twenty times slower without any event.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: llm
    /// spec:
    ///   containers:
    ///     - name: server
    ///       image: ghcr.io/ggml-org/llama.cpp:server-cuda
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ///       resources:
    ///         limits:
    ///           amd.com/gpu: 1
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: llm
    /// spec:
    ///   containers:
    ///     - name: server
    ///       image: ghcr.io/ggml-org/llama.cpp:server-rocm
    ///       resources:
    ///         limits:
    ///           amd.com/gpu: 1
    /// ```
    ///
    /// ## Fix
    /// Choose the image or tag for the vendor whose resource is asked for; best let one value
    /// switch both.
    ///
    /// ## Sources
    /// - ggml-org/llama.cpp docs/docker.md; ollama/ollama docs/gpu.mdx; vllm-project/vllm docs/deployment/docker.md
    /// - ollama/ollama#3211, otwld/ollama-helm#88
    slug: "image-vendor-mismatch",
    level: Error,
    guidelines: ["G02", "G04"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for (_, container) in cx.app.containers() {
        let Some(image) = &container.image else { continue };
        let Some(able) = vendors(container, &image.value) else { continue };
        let Some(gpu) = container.gpus.iter().find(|gpu| gpu.is_compute()) else { continue };
        if able.contains(&gpu.vendor) {
            continue;
        }
        let built = match able.as_slice() {
            [] => "the CPU only".to_owned(),
            some => some.iter().map(|one| name_of(*one)).collect::<Vec<_>>().join(" and "),
        };
        report
            .at(
                &image.at,
                format!("an image for {built} is given {} GPU", article(gpu.vendor)),
                "the engine cannot use the card that the pod holds: it exits at the start, or \
                 falls back to the CPU without any event",
                format!("use the image or tag for {}", name_of(gpu.vendor)),
            )
            .related(format!("{} is asked for here", gpu.name.value), &gpu.at);
    }
}

fn article(vendor: Vendor) -> String {
    let name = name_of(vendor);
    let vowel = name.starts_with(['A', 'I', 'a']);
    format!("{} {name}", if vowel { "an" } else { "a" })
}

/// Returns the vendors that the image is built for, nothing where that is not known: what is known
/// of the engine's images first, then what the tag says.
fn vendors(container: &Container, image: &Image) -> Option<Vec<Vendor>> {
    if let Some(engine) = &container.engine {
        if let Some(known) = &engine.vendors {
            return Some(known.value.to_vec());
        }
    }
    let mut told: Vec<Vendor> = image
        .reference
        .to_ascii_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter_map(vendor_of_word)
        .collect();
    told.dedup();
    (told.len() == 1).then_some(told)
}

/// Returns the vendor that a word of an image's name tells: the name of its software, perhaps with
/// a version behind it.
fn vendor_of_word(word: &str) -> Option<Vendor> {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    match stem {
        "cuda" | "cu" if stem.len() < word.len() || stem == "cuda" => Some(Vendor::Nvidia),
        "tensorrt" => Some(Vendor::Nvidia),
        "rocm" => Some(Vendor::Amd),
        "ipex" | "xpu" | "oneapi" => Some(Vendor::Intel),
        "gaudi" | "habana" | "habanalabs" => Some(Vendor::Gaudi),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_tells_a_vendor_only_as_the_name_of_its_software() {
        for (word, vendor) in [
            ("cuda", Some(Vendor::Nvidia)),
            ("cuda12", Some(Vendor::Nvidia)),
            ("cu124", Some(Vendor::Nvidia)),
            ("cu", None),
            ("rocm6", Some(Vendor::Amd)),
            ("xpu", Some(Vendor::Intel)),
            ("gaudi2", Some(Vendor::Gaudi)),
            ("barracuda", None),
            ("intel", None),
        ] {
            assert_eq!(vendor_of_word(word), vendor, "{word}");
        }
    }
}
