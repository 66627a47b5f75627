use plimsoll_app::gpu::{Vendor, image_hint};
use plimsoll_app::{Container, Image};

use crate::rule::rule;
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
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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
        let Some(vendor) = gpu.vendor.filter(|vendor| !able.contains(vendor)) else { continue };
        if reaches_by_vulkan(container, vendor) {
            continue;
        }
        let built = match able {
            [] => "the CPU only".to_owned(),
            some => some.iter().map(|one| one.name()).collect::<Vec<_>>().join(" and "),
        };
        report
            .at(
                &image.at,
                format!("an image for {built} is given {} GPU", article(vendor)),
                "the engine cannot use the card that the pod holds: it exits at the start, or \
                 falls back to the CPU without any event",
                format!("use the image or tag for {}", vendor.name()),
            )
            .related(format!("{} is asked for here", gpu.name.value), gpu.spot());
    }
}

fn article(vendor: Vendor) -> String {
    let name = vendor.name();
    let vowel = name.starts_with(['A', 'I', 'a']);
    format!("{} {name}", if vowel { "an" } else { "a" })
}

/// Tells whether the image reaches the vendor's cards through Vulkan, which Ollama tries only when
/// it is told to.
///
/// Source: ollama/ollama envconfig/config.go, `OLLAMA_VULKAN`, 0.33-rc.
fn reaches_by_vulkan(container: &Container, vendor: Vendor) -> bool {
    let may = container.engine.as_ref().is_some_and(|one| one.maybe_vendors.contains(&vendor));
    let told = container.env_literal("OLLAMA_VULKAN");
    may && told.is_some_and(|value| matches!(value.value.as_str(), "1" | "true"))
}

/// Returns the vendors that the image is built for, nothing where that is not known: what is known
/// of the engine's images first, then what the name tells.
fn vendors(container: &Container, image: &Image) -> Option<&'static [Vendor]> {
    let known = container.engine.as_ref().and_then(|engine| engine.vendors.as_ref());
    known.map(|known| known.value).or_else(|| image_hint(image).map(|hint| hint.vendors))
}
