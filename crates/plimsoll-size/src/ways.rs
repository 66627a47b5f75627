//! What would make a model fit that does not: changes of its setting, alone and together, each of
//! which is computed before it is named.

use crate::fit::smallest;
use crate::{
    Engine, Gpu, KvType, Method, Model, Quant, Recipe, Setting, estimate, max_context,
    max_parallel, smallest_gpu,
};

/// A change of a setting that makes a model fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The flags of `plimsoll size` to add.
    pub flags: String,
    /// What they do.
    pub effect: String,
}

/// More would not be read.
const MOST: usize = 5;

/// How many sequences at once are enough for a small server.
const FEW: u64 = 64;

/// A shorter context than this serves nobody.
const SHORT: u64 = 2048;

/// Returns changes of a setting each of which makes the model fit, the least painful first, and at
/// most five; nothing where it fits already or no GPU was named.
///
/// `stored` gives the model with its weights stored in another way, where that can be computed.
#[must_use]
pub fn ways(model: &Model, setting: &Setting, stored: impl Fn(Quant) -> Option<Model>) -> Vec<Way> {
    let Some(gpu) = setting.gpu else { return Vec::new() };
    let plain = Attempt::new(model, setting);
    if plain.fits() {
        return Vec::new();
    }
    let bases = plain.cheapest_first();
    let mut found: Vec<Attempt<'_>> = Vec::new();
    found.extend(bases.iter().skip(1).find(|attempt| attempt.fits()).cloned());
    found.extend(more_gpus(&bases));
    found.extend(other_gpu(&plain, gpu));
    if setting.engine == Engine::Training {
        found.extend(smaller_training(&plain));
    } else {
        found.extend(fewer_sequences(&bases).or_else(|| shorter(&bases)));
    }
    let smaller: Vec<(Quant, Model)> = coarser(model, setting)
        .into_iter()
        .filter_map(|quant| Some((quant, stored(quant)?)))
        .filter(|(_, other)| other.weights.total() < model.weights.total())
        .collect();
    found.extend(smaller.iter().find_map(|(quant, other)| coarse(&bases, *quant, other)));
    if setting.engine.is_llama() {
        found.extend(beside_the_processor(&bases));
    }
    found.truncate(MOST);
    found.into_iter().map(Attempt::way).collect()
}

/// A setting on the way to one that fits.
#[derive(Clone)]
struct Attempt<'a> {
    model: &'a Model,
    setting: Setting,
    flags: Vec<String>,
    effects: Vec<String>,
}

impl<'a> Attempt<'a> {
    fn new(model: &'a Model, setting: &Setting) -> Self {
        Self { model, setting: setting.clone(), flags: Vec::new(), effects: Vec::new() }
    }

    fn fits(&self) -> bool {
        estimate(self.model, &self.setting).is_ok_and(|found| found.fits() == Some(true))
    }

    fn and(
        &self,
        flag: impl Into<String>,
        effect: impl Into<String>,
        change: impl FnOnce(&mut Setting),
    ) -> Self {
        let mut next = self.clone();
        change(&mut next.setting);
        next.flags.push(flag.into());
        next.effects.push(effect.into());
        next
    }

    fn way(self) -> Way {
        Way { flags: self.flags.join(" "), effect: self.effects.join(", ") }
    }

    /// This one, and what costs hardly anything: fewer sequences at once in vLLM, a cache in eight
    /// bits, and both.
    fn cheapest_first(&self) -> Vec<Self> {
        let mut all = vec![self.clone()];
        let setting = &self.setting;
        if setting.engine == Engine::Training || self.model.architecture.is_encoder() {
            return all;
        }
        if setting.engine == Engine::Vllm && setting.max_sequences() > FEW {
            all.push(self.and(
                format!("--max-num-seqs {FEW}"),
                "fewer sequences at once",
                |setting| setting.max_sequences = Some(FEW),
            ));
        }
        let short = if setting.engine.is_llama() { KvType::Q8_0 } else { KvType::FP8 };
        let is_longer = |kind: KvType| kind.of(1024) > short.of(1024);
        if is_longer(setting.key) && is_longer(setting.value) {
            let shortened: Vec<Self> = all
                .iter()
                .map(|attempt| {
                    attempt.and(
                        format!("--kv-type {}", short.name),
                        "keys and values in eight bits",
                        |setting| (setting.key, setting.value) = (short, short),
                    )
                })
                .collect();
            all.extend(shortened);
        }
        all
    }

    /// The same on so many GPUs, spread as `--gpus` spreads them.
    fn on(&self, gpus: u64) -> Self {
        let is_training = self.setting.engine == Engine::Training;
        let (flag, effect) = if is_training && self.setting.training.stage < 3 {
            (format!("--gpus {gpus} --zero 3"), "more GPUs that share the states")
        } else {
            (format!("--gpus {gpus}"), "more GPUs")
        };
        self.and(flag, effect, |setting| {
            spread(setting, gpus);
            if is_training {
                setting.training.stage = 3;
            }
        })
    }
}

/// vLLM spreads layers over all GPUs unless it was told otherwise.
fn spread(setting: &mut Setting, gpus: u64) {
    if setting.engine == Engine::Vllm && setting.tensor_parallel == setting.gpus {
        setting.tensor_parallel = gpus;
    }
    setting.gpus = gpus;
}

fn more_gpus<'a>(bases: &[Attempt<'a>]) -> Option<Attempt<'a>> {
    let now = bases.first()?.setting.gpus;
    let more = [2, 4, 8].into_iter().filter(|gpus| *gpus > now);
    more.flat_map(|gpus| bases.iter().map(move |base| base.on(gpus))).find(Attempt::fits)
}

/// The smallest common GPU that holds it as it is, where it is not the one that was named.
fn other_gpu<'a>(plain: &Attempt<'a>, named: Gpu) -> Option<Attempt<'a>> {
    // Memory that was named belongs to the GPU that was named.
    if Gpu::named(named.name).ok()? != named {
        return None;
    }
    let (gpu, gpus) = smallest_gpu(plain.model, &plain.setting).ok()??;
    if gpu == named {
        return None;
    }
    let mut flag = format!("--gpu {}", gpu.name.replace(' ', "-"));
    if gpus != 1 {
        flag.push_str(&format!(" --gpus {gpus}"));
    } else if plain.setting.gpus != 1 {
        flag.push_str(" --gpus 1");
    }
    let effect = format!("another GPU, of {} GiB", gpu.memory_gib);
    let found = plain.and(flag, effect, |setting| {
        setting.gpu = Some(gpu);
        spread(setting, gpus);
    });
    Some(found).filter(Attempt::fits)
}

/// Fewer sequences, where there are several: with a cache in eight bits if that keeps more of them.
fn fewer_sequences<'a>(bases: &[Attempt<'a>]) -> Option<Attempt<'a>> {
    let wanted = bases.first()?.setting.parallel;
    if wanted < 2 {
        return None;
    }
    let (base, parallel) =
        most(bases, wanted, |base| max_parallel(base.model, &base.setting).ok().flatten())?;
    Some(base.and(format!("--parallel {parallel}"), "fewer sequences", |setting| {
        setting.parallel = parallel;
    }))
}

fn shorter<'a>(bases: &[Attempt<'a>]) -> Option<Attempt<'a>> {
    let wanted = bases.first()?.setting.context;
    let (base, context) =
        most(bases, wanted, |base| max_context(base.model, &base.setting).ok().flatten())?;
    if context < SHORT.min(wanted) {
        return None;
    }
    Some(base.and(format!("--ctx {context}"), "a shorter context", |setting| {
        setting.context = context;
    }))
}

/// The first of the bases that leaves half of what was wanted; else the one that leaves most. What
/// leaves all of it fits without this change.
fn most<'b, 'a>(
    bases: &'b [Attempt<'a>],
    wanted: u64,
    left: impl Fn(&Attempt<'a>) -> Option<u64>,
) -> Option<(&'b Attempt<'a>, u64)> {
    let mut best = None;
    for base in bases {
        let Some(left) = left(base).filter(|left| *left < wanted) else { continue };
        if left >= wanted / 2 {
            return Some((base, left));
        }
        if best.is_none_or(|(_, most)| left > most) {
            best = Some((base, left));
        }
    }
    best
}

fn smaller_training<'a>(plain: &Attempt<'a>) -> Vec<Attempt<'a>> {
    let training = plain.setting.training;
    let mut found = Vec::new();
    let mut methods = Vec::new();
    if training.batch > 1 {
        let fewer = plain.and("--train-batch 1", "one sequence at once", |setting| {
            setting.training.batch = 1;
        });
        found.extend(Some(fewer).filter(Attempt::fits));
    }
    if training.method == Method::Full {
        methods.push(("lora", Method::Lora, "only adapters are trained"));
    }
    if training.method != Method::Qlora {
        methods.push(("qlora", Method::Qlora, "only adapters, beside weights in four bits"));
    }
    let trained = |(name, method, effect)| {
        plain.and(format!("--train {name}"), effect, |setting| setting.training.method = method)
    };
    let mut bases = vec![plain.clone()];
    bases.extend(methods.into_iter().map(trained));
    found.extend(bases.iter().skip(1).find(|attempt| attempt.fits()).cloned());
    found.extend(shorter(&bases));
    found
}

/// Ways to store weights, each coarser than the one before.
fn coarser(model: &Model, setting: &Setting) -> Vec<Quant> {
    const RECIPES: &[&str] = &["Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M", "Q2_K"];
    match setting.engine {
        Engine::LlamaCpp | Engine::Ollama | Engine::OllamaRunner => {
            RECIPES.iter().filter_map(|name| Recipe::named(name)).map(Quant::Gguf).collect()
        }
        // What is quantised already is not quantised again.
        Engine::Vllm if ["BF16", "F16", "F32"].contains(&model.format.as_str()) => {
            vec![Quant::Fp8, Quant::Awq]
        }
        Engine::Vllm | Engine::Tei | Engine::Training => Vec::new(),
    }
}

fn coarse<'a>(bases: &[Attempt<'a>], quant: Quant, other: &'a Model) -> Option<Attempt<'a>> {
    let effect = match quant {
        Quant::Fp8 => "weights in eight bits (vLLM's --quantization fp8)".to_owned(),
        Quant::Awq => "weights in four bits, from a repository in AWQ".to_owned(),
        Quant::Gguf(_) => format!("{} of weights, coarser", other.weights.total()),
    };
    bases
        .iter()
        .map(|base| {
            let mut next = base.and(format!("--quant {}", quant.name()), effect.clone(), |_| ());
            next.model = other;
            next
        })
        .find(Attempt::fits)
}

/// Experts, or whole layers, that stay with the processor.
fn beside_the_processor<'a>(bases: &[Attempt<'a>]) -> Option<Attempt<'a>> {
    let plain = bases.first()?;
    let layers = plain.model.architecture.layers.len() as u64;
    if plain.model.architecture.experts.is_some() {
        let with = |base: &Attempt<'a>, count: u64| {
            base.and(
                format!("--cpu-moe {count}"),
                "the experts of so many layers with the processor, slower",
                |setting| setting.cpu_experts = count,
            )
        };
        let experts = bases.iter().find_map(|base| {
            let count = smallest(layers, |count| Ok(with(base, count).fits())).ok()??;
            Some(with(base, count))
        });
        if experts.is_some() {
            return experts;
        }
    }
    if plain.setting.gpu_layers.is_some() {
        return None;
    }
    let with = |left: u64| {
        let on_gpu = layers + 1 - left;
        plain.and(
            format!("--gpu-layers {on_gpu}"),
            "the other layers with the processor, much slower",
            |setting| setting.gpu_layers = Some(on_gpu),
        )
    };
    let left = smallest(layers, |left| Ok(with(left).fits())).ok()??;
    Some(with(left))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reference;

    fn found(reference: &str, setting: &Setting) -> Vec<String> {
        let reference: Reference = reference.parse().unwrap();
        let model = reference.from_catalogue().unwrap();
        let ways = ways(&model, setting, |quant| reference.quantised(quant).ok());
        ways.into_iter().map(|way| way.flags).collect()
    }

    fn on(engine: Engine, gpu: &str, context: u64) -> Setting {
        Setting { gpu: Some(Gpu::named(gpu).unwrap()), ..Setting::new(engine, context) }
    }

    #[test]
    fn changes_are_found_alone_and_together() {
        let of = |reference: &str, setting: &Setting, parts: &[&str]| {
            let found = found(reference, setting);
            for part in parts {
                assert!(found.iter().any(|flags| flags.starts_with(part)), "{part}: {found:?}");
            }
            assert!(found.len() <= MOST, "{found:?}");
        };
        let long = on(Engine::LlamaCpp, "RTX 4090", 131_072);
        of("qwen3:30b", &long, &["--kv-type q8_0 --ctx ", "--cpu-moe ", "--gpus 2", "--gpu L40S"]);
        let both = ["--kv-type q8_0 --ctx ", "--kv-type q8_0 --quant Q3_K_M", "--gpus 2"];
        of("gemma3:27b", &long, &both);
        let card = on(Engine::LlamaCpp, "RTX 4060 Ti 16 GB", 131_072);
        assert_eq!(found("llama3.1:8b", &card)[0], "--kv-type q8_0");
        let several = Setting { parallel: 4, ..on(Engine::Ollama, "L4", 32_768) };
        of("mistral-small", &several, &["--kv-type q8_0 --parallel 3", "--gpus 2"]);
        let vllm = on(Engine::Vllm, "H100 SXM", 8192);
        const FP8: &str = "--max-num-seqs 64 --kv-type fp8 --quant fp8";
        of("hf://meta-llama/Llama-3.3-70B-Instruct", &vllm, &["--gpu B200", FP8]);
        let training = on(Engine::Training, "L4", 8192);
        of("hf://meta-llama/Llama-3.1-8B", &training, &["--train qlora", "--ctx ", "--gpus "]);
        assert!(found("llama3.2:1b", &long).is_empty());
    }

    #[test]
    fn experts_move_no_further_than_they_must() {
        let setting = on(Engine::LlamaCpp, "RTX 4090", 131_072);
        let model = "qwen3:30b".parse::<Reference>().unwrap().from_catalogue().unwrap();
        let count: u64 = found("qwen3:30b", &setting)
            .iter()
            .find_map(|flag| flag.strip_prefix("--cpu-moe "))
            .and_then(|count| count.parse().ok())
            .unwrap();
        let fits = |cpu_experts: u64| {
            let setting = Setting { cpu_experts, ..setting.clone() };
            estimate(&model, &setting).unwrap().fits()
        };
        assert_eq!((fits(count), fits(count - 1)), (Some(true), Some(false)));
        // Nothing helps on so small a card but another one, or leaving nearly all to the processor.
        let found = found("llama3.1:405b", &on(Engine::LlamaCpp, "Arc A380", 4096));
        let is_known =
            |flag: &String| flag.starts_with("--gpu-layers") || flag.starts_with("--gpu ");
        assert!(!found.is_empty() && found.iter().all(is_known), "{found:?}");
    }
}
