//! The other way round: the largest setting that still fits, and the GPUs that hold a model.

use crate::{
    Bytes, Engine, Estimate, GPUS, Gpu, KvType, MAX_CONTEXT, MAX_PARALLEL, Model, Place, Result,
    Setting, estimate,
};

/// Returns the largest context that fits, in whole steps of 256 tokens, up to the one that the
/// model was trained for; nothing where even the smallest does not.
///
/// # Errors
///
/// As [`estimate`].
pub fn max_context(model: &Model, setting: &Setting) -> Result<Option<u64>> {
    const STEP: u64 = 256;
    let most = model.architecture.context.unwrap_or(MAX_CONTEXT).clamp(STEP, MAX_CONTEXT);
    let steps = largest(most / STEP, |steps| {
        let setting = Setting { context: steps * STEP, ..setting.clone() };
        Ok(estimate(model, &setting)?.fits() == Some(true))
    })?;
    Ok(steps.map(|steps| steps * STEP))
}

/// Returns the largest number of sequences at once that fits; nothing where even one does not.
///
/// # Errors
///
/// As [`estimate`].
pub fn max_parallel(model: &Model, setting: &Setting) -> Result<Option<u64>> {
    // llama.cpp takes 256 sequences.
    let most = if setting.engine.is_llama() { 256 } else { MAX_PARALLEL };
    largest(most, |parallel| {
        let setting = Setting { parallel, ..setting.clone() };
        Ok(estimate(model, &setting)?.fits() == Some(true))
    })
}

/// The largest number from 1 to `most` that holds, where all below one that holds do.
fn largest(most: u64, mut holds: impl FnMut(u64) -> Result<bool>) -> Result<Option<u64>> {
    if !holds(1)? {
        return Ok(None);
    }
    let (mut low, mut high) = (1, most + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(Some(low))
}

/// A change that makes a model fit that does not: the flag, and what it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The flags to add.
    pub flags: String,
    /// What they do.
    pub effect: &'static str,
}

/// Returns single changes of a setting each of which makes the model fit, the least painful first;
/// nothing where it fits already or no GPU was named.
#[must_use]
pub fn ways(model: &Model, setting: &Setting) -> Vec<Way> {
    let fits =
        |setting: &Setting| estimate(model, setting).is_ok_and(|found| found.fits() == Some(true));
    if setting.gpu.is_none() || fits(setting) || setting.engine == Engine::Training {
        return Vec::new();
    }
    let is_llama = setting.engine.is_llama();
    let layers = model.architecture.layers.len() as u64;
    let mut ways = Vec::new();
    let mut add = |flags: String, effect: &'static str| ways.push(Way { flags, effect });
    if setting.engine == Engine::Vllm
        && fits(&Setting { max_sequences: Some(64), ..setting.clone() })
    {
        add("--max-num-seqs 64".to_owned(), "fewer sequences at once");
    }
    let short = if is_llama { KvType::Q8_0 } else { KvType::FP8 };
    if fits(&Setting { key: short, value: short, ..setting.clone() }) {
        add(format!("--kv-type {}", short.name), "keys and values in eight bits");
    }
    if let Ok(Some(context)) = max_context(model, setting) {
        add(format!("--ctx {context}"), "a shorter context");
    }
    let experts = |count: u64| Setting { cpu_experts: count, ..setting.clone() };
    if is_llama
        && model.architecture.experts.is_some()
        && let Ok(Some(count)) = smallest(layers, |count| Ok(fits(&experts(count))))
    {
        add(
            format!("--cpu-moe {count}"),
            "the experts of so many layers with the processor, slower",
        );
    }
    let wider = [2, 4, 8].into_iter().filter(|gpus| *gpus > setting.gpus).find(|gpus| {
        let tensor_parallel = if is_llama { 1 } else { *gpus };
        fits(&Setting { gpus: *gpus, tensor_parallel, ..setting.clone() })
    });
    if let Some(gpus) = wider {
        add(format!("--gpus {gpus}"), "more GPUs");
    }
    let split = |left: u64| Setting { gpu_layers: Some(layers + 1 - left), ..setting.clone() };
    if is_llama
        && setting.gpu_layers.is_none()
        && let Ok(Some(left)) = smallest(layers, |left| Ok(fits(&split(left))))
    {
        let flags = format!("--gpu-layers {}", layers + 1 - left);
        add(flags, "the other layers with the processor, much slower");
    }
    ways
}

/// The smallest number from 1 to `most` that holds, where all above one that holds do.
fn smallest(most: u64, mut holds: impl FnMut(u64) -> Result<bool>) -> Result<Option<u64>> {
    if most == 0 || !holds(most)? {
        return Ok(None);
    }
    let (mut low, mut high) = (0, most);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(Some(high))
}

/// GPUs that clouds and data centres commonly have, by memory.
const COMMON: &[&str] = &["T4", "L4", "L40S", "A100 SXM 80 GB", "H100 SXM", "H200 SXM", "B200"];

/// Returns the smallest of the common GPUs, and how many of it, that hold the model; nothing where
/// eight of the largest do not.
///
/// # Errors
///
/// As [`estimate`], where the setting makes no sense for any number of GPUs.
pub fn smallest_gpu(model: &Model, setting: &Setting) -> Result<Option<(Gpu, u64)>> {
    setting.check()?;
    let mut rows = Vec::new();
    for (rank, name) in COMMON.iter().enumerate() {
        let row = row(model, setting, Gpu::named(name)?);
        rows.extend(row.gpus.map(|gpus| (gpus, rank, row.gpu)));
    }
    let least = rows.into_iter().min_by_key(|(gpus, rank, _)| (*gpus, *rank));
    Ok(least.map(|(gpus, _, gpu)| (gpu, gpus)))
}

/// What a GPU of the catalogue is to a model.
#[derive(Clone, Debug, PartialEq)]
pub struct GpuRow {
    /// The GPU.
    pub gpu: Gpu,
    /// How many of them hold the model at the setting's context: 1, 2, 4 or 8; nothing where eight
    /// do not.
    pub gpus: Option<u64>,
    /// The largest context on so many.
    pub max_context: Option<u64>,
    /// What the fullest of them holds.
    pub used: Bytes,
    /// What one can give.
    pub usable: Bytes,
    /// Tokens a second at most, by bandwidth.
    pub tokens_per_second: Option<f64>,
}

/// Returns a row for each GPU of the catalogue: those that need the fewest first, then by how
/// little is left over.
///
/// # Errors
///
/// As [`estimate`], where the setting makes no sense for any number of GPUs.
pub fn gpu_table(model: &Model, setting: &Setting) -> Result<Vec<GpuRow>> {
    setting.check()?;
    let mut rows: Vec<GpuRow> = GPUS.iter().map(|gpu| row(model, setting, *gpu)).collect();
    rows.sort_by_key(|row| (row.gpus.unwrap_or(u64::MAX), row.usable.less(row.used), row.gpu.name));
    Ok(rows)
}

fn row(model: &Model, setting: &Setting, gpu: Gpu) -> GpuRow {
    let usable = gpu.usable();
    for gpus in [1, 2, 4, 8] {
        let tensor_parallel = if setting.engine == Engine::Vllm { gpus } else { 1 };
        let setting = Setting { gpu: Some(gpu), gpus, tensor_parallel, ..setting.clone() };
        // A number of GPUs over which the heads or layers cannot be spread is none that holds it.
        let Ok(found) = estimate(model, &setting) else { continue };
        if found.fits() == Some(true) {
            return GpuRow {
                gpu,
                gpus: Some(gpus),
                max_context: max_context(model, &setting).ok().flatten(),
                used: used(&found),
                usable,
                tokens_per_second: found.tokens_per_second,
            };
        }
    }
    GpuRow { gpu, gpus: None, max_context: None, used: Bytes(0), usable, tokens_per_second: None }
}

fn used(estimate: &Estimate) -> Bytes {
    estimate.total(Place::Gpu)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reference;

    fn model(reference: &str) -> Model {
        reference.parse::<Reference>().unwrap().from_catalogue().unwrap()
    }

    #[test]
    fn the_largest_setting_is_the_last_that_fits() {
        let model = model("llama3.1:8b-instruct-q4_K_M");
        let gpu = Some(Gpu::named("T4").unwrap());
        for engine in [Engine::LlamaCpp, Engine::Vllm] {
            let setting = Setting { gpu, ..Setting::new(engine, 4096) };
            let context = max_context(&model, &setting).unwrap().unwrap();
            assert!((4096..131_072).contains(&context), "{context}");
            let fits = |context| {
                let setting = Setting { context, ..setting.clone() };
                estimate(&model, &setting).unwrap().fits()
            };
            assert_eq!((fits(context), fits(context + 256)), (Some(true), Some(false)));
            let parallel = max_parallel(&model, &setting).unwrap().unwrap();
            assert!(parallel > 1);
            let over = Setting { parallel: parallel + 1, ..setting.clone() };
            assert_eq!(estimate(&model, &over).unwrap().fits(), Some(false));
        }
        let small = Setting {
            gpu: Some(Gpu::named("RTX 4060").unwrap()),
            ..Setting::new(Engine::LlamaCpp, 512)
        };
        let large = self::model("llama3.1:70b");
        assert_eq!(max_context(&large, &small).unwrap(), None);
        assert_eq!(max_parallel(&large, &small).unwrap(), None);
    }

    #[test]
    fn ways_make_it_fit() {
        let gpu = Some(Gpu::named("RTX 4090").unwrap());
        let setting = Setting { gpu, ..Setting::new(Engine::LlamaCpp, 131_072) };
        let flags = |reference: &str, setting: &Setting| -> Vec<String> {
            ways(&model(reference), setting).into_iter().map(|way| way.flags).collect()
        };
        let found = flags("qwen3:30b", &setting);
        for part in ["--ctx ", "--cpu-moe ", "--gpus 2", "--gpu-layers "] {
            assert!(found.iter().any(|flag| flag.starts_with(part)), "{part}: {found:?}");
        }
        let count: u64 = found
            .iter()
            .find_map(|flag| flag.strip_prefix("--cpu-moe "))
            .and_then(|count| count.parse().ok())
            .unwrap();
        let fits = |cpu_experts: u64| {
            let setting = Setting { cpu_experts, ..setting.clone() };
            estimate(&model("qwen3:30b"), &setting).unwrap().fits()
        };
        assert_eq!((fits(count), fits(count - 1)), (Some(true), Some(false)));
        assert!(flags("llama3.2:1b", &setting).is_empty());
        // Nothing helps on so small a card but leaving nearly all with the processor.
        let small = Gpu::named("Arc A380").unwrap();
        let setting = Setting { gpu: Some(small), ..Setting::new(Engine::LlamaCpp, 4096) };
        let found = flags("llama3.1:405b", &setting);
        assert!(found.iter().all(|flag| flag.starts_with("--gpu-layers")), "{found:?}");
    }

    #[test]
    fn the_table_puts_what_holds_the_model_first() {
        let rows =
            gpu_table(&model("llama3.3:70b"), &Setting::new(Engine::LlamaCpp, 8192)).unwrap();
        assert_eq!(rows.len(), GPUS.len());
        let of = |name: &str| rows.iter().find(|row| row.gpu.name == name).unwrap();
        assert_eq!(of("H100 SXM").gpus, Some(1));
        assert_eq!(of("RTX 4090").gpus, Some(2));
        assert_eq!(of("RTX 4060").gpus, Some(8));
        assert_eq!(of("Arc A380").gpus, None);
        assert!(of("H100 SXM").tokens_per_second > of("A40").tokens_per_second);
        let numbers: Vec<u64> = rows.iter().map(|row| row.gpus.unwrap_or(9)).collect();
        assert!(numbers.is_sorted());
    }
}
