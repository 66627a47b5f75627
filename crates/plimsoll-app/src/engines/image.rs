//! What an engine's image tells: whose GPUs it can use, and where its user is at home.

use crate::gpu::{Vendor, image_hint};
use crate::{Container, Field, Image, Spot, Workload};

use super::{Engine, EngineFacts, GpuNeed, ImageFact};

/// Returns the home directory of the container's user.
///
/// Source: containerd pkg/oci, `WithUser`, and its like in CRI-O: the runtime takes HOME from the
/// image's `/etc/passwd`, and `/` for a user that is not listed there.
pub(super) fn home(
    facts: &EngineFacts,
    fact: Option<&ImageFact>,
    workload: &Workload,
    container: &Container,
) -> Field<String> {
    let at = container.image.as_ref().map_or(&container.at, |image| &image.at);
    let own = fact.map(|image| image.home).filter(|home| !home.is_empty());
    let stock = own.unwrap_or(facts.home);
    let user = container.security.run_as_user.as_ref();
    let user = user.or(workload.pod.security.run_as_user.as_ref());
    match user {
        Some(user) if user.value != 0 && !facts.home_is_fixed => {
            let listed = facts.users.iter().find(|(number, _)| *number == user.value);
            let home = listed.map_or("/", |(_, home)| home);
            Field::default_in(home.to_owned(), user.at.clone())
        }
        _ => Field::default_in(stock.to_owned(), at.clone()),
    }
}

/// Fills in whose GPUs the image can use: a fact about this very tag counts most, then a word of the
/// name, then what is known of the repository.
pub(super) fn set_vendors(
    engine: &mut Engine,
    fact: Option<&ImageFact>,
    image: Option<&Field<Image>>,
) {
    let Some(image) = image else { return };
    let hint = image_hint(&image.value);
    let at = |vendors: &'static [Vendor], at: &Spot| Some(Field::written(vendors, at.clone()));
    match (fact, hint) {
        (Some(fact), hint) if !fact.tag.is_empty() || hint.is_none() => {
            engine.vendors = fact.vendors.and_then(|vendors| at(vendors, &image.at));
            engine.gpu = fact.gpu;
        }
        (fact, Some(hint)) => {
            engine.vendors = at(hint.vendors, &image.at);
            engine.gpu = match fact {
                Some(_) if hint.vendors.is_empty() => GpuNeed::None,
                Some(fact) => fact.gpu,
                None => engine.facts.gpu,
            };
        }
        (_, None) => {}
    }
}

impl ImageFact {
    /// Tells whether an image is of this kind.
    #[must_use]
    pub fn matches(&self, image: &Image) -> bool {
        let has_tag = self.tag.is_empty()
            || image.tag.as_deref().is_some_and(|tag| {
                let mut words = tag.split(|char: char| !char.is_ascii_alphanumeric());
                words.any(|word| {
                    word.strip_prefix(self.tag)
                        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
                })
            });
        has_tag && self.has_repository(&image.repository)
    }

    fn has_repository(&self, repository: &str) -> bool {
        let (own, is_open) = match self.repository.strip_suffix('*') {
            Some(own) => (own, true),
            None => (self.repository, false),
        };
        let starts = std::iter::once(0).chain(repository.match_indices('/').map(|(at, _)| at + 1));
        starts.into_iter().any(|start| {
            let rest = repository[start..].strip_prefix(own);
            rest.is_some_and(|rest| rest.is_empty() || (is_open && !rest.contains('/')))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::container;

    fn engine(fields: &str) -> Option<Engine> {
        container(fields).first().1.engine.clone()
    }

    #[test]
    fn the_image_tells_whose_gpus_it_can_use() {
        use Vendor::{Amd, Gaudi, Intel, Nvidia};
        for (image, vendors, gpu) in [
            ("ollama/ollama:0.33.0", Some(vec![Nvidia]), GpuNeed::Optional),
            ("ollama/ollama:0.33.0-rocm", Some(vec![Amd]), GpuNeed::Optional),
            ("x/ollama:1", None, GpuNeed::Optional),
            ("vllm/vllm-openai:v1", Some(vec![Nvidia]), GpuNeed::Required),
            ("vllm/vllm-openai-rocm:v1", Some(vec![Amd]), GpuNeed::Required),
            ("rocm/vllm-dev:x", Some(vec![Amd]), GpuNeed::Required),
            ("vllm/vllm-openai:v1-xpu", Some(vec![Intel]), GpuNeed::Required),
            ("substratusai/vllm:v0.10-cpu", Some(vec![]), GpuNeed::None),
            ("ghcr.io/ggml-org/llama.cpp:server", Some(vec![]), GpuNeed::None),
            (
                "ghcr.io/ggml-org/llama.cpp:server-cuda13-b7000",
                Some(vec![Nvidia]),
                GpuNeed::Optional,
            ),
            ("ghcr.io/ggml-org/llama.cpp:server-intel", Some(vec![Intel]), GpuNeed::Optional),
            (
                "ghcr.io/huggingface/text-embeddings-inference:hopper-1.9",
                Some(vec![Nvidia]),
                GpuNeed::Required,
            ),
            (
                "ghcr.io/huggingface/text-embeddings-inference:cpu-arm64-1.9",
                Some(vec![]),
                GpuNeed::None,
            ),
            (
                "ghcr.io/huggingface/text-embeddings-inference:hpu-1.9",
                Some(vec![Gaudi]),
                GpuNeed::Required,
            ),
            ("ghcr.io/open-webui/open-webui:cuda", Some(vec![Nvidia]), GpuNeed::Optional),
            ("ghcr.io/berriai/litellm:main", Some(vec![]), GpuNeed::None),
            ("quay.io/jupyter/pytorch-notebook:cuda12-2026", Some(vec![Nvidia]), GpuNeed::Unknown),
            ("quay.io/jupyter/base-notebook", None, GpuNeed::Unknown),
        ] {
            let engine = engine(&format!("image: '{image}'")).unwrap();
            assert_eq!(engine.vendors.map(|own| own.value.to_vec()), vendors, "{image}");
            assert_eq!(engine.gpu, gpu, "{image}");
        }
    }

    #[test]
    fn a_repository_is_known_by_the_end_of_its_path() {
        let fact = |repository| ImageFact {
            repository,
            tag: "",
            vendors: None,
            maybe: &[],
            gpu: GpuNeed::Unknown,
            serves: true,
            home: "",
            source: crate::Source::read("this test", "1"),
        };
        for (pattern, repository, matches) in [
            ("a/b", "a/b", true),
            ("a/b", "x/a/b", true),
            ("a/b", "xa/b", false),
            ("a/b", "a/b/c", false),
            ("a/b*", "a/bc", true),
            ("a/b*", "a/bc/d", false),
            ("b", "a/b", true),
            ("b", "ab", false),
        ] {
            let image = Image::parse(repository);
            assert_eq!(fact(pattern).matches(&image), matches, "{pattern} {repository}");
        }
    }
}
