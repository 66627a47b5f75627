//! The other way round: the largest setting that still fits, and the GPUs that hold a model.

use crate::{
    Bytes, Engine, Estimate, GPUS, Gpu, MAX_CONTEXT, MAX_PARALLEL, Model, Place, Result, Setting,
    estimate,
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

/// The smallest number from 1 to `most` that holds, where all above one that holds do.
pub(crate) fn smallest(
    most: u64,
    mut holds: impl FnMut(u64) -> Result<bool>,
) -> Result<Option<u64>> {
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
const COMMON: &[&str] = &["T4", "L4", "L40S", "A100 SXM 80 GB", "H100 SXM", "H200 SXM", LARGEST];

/// The largest of them.
const LARGEST: &str = "B200";

/// Returns the smallest of the common GPUs, and how many of it, that hold the model; nothing where
/// eight of the largest do not.
///
/// # Errors
///
/// As [`estimate`], where the setting makes no sense for any number of GPUs.
pub fn smallest_gpu(model: &Model, setting: &Setting) -> Result<Option<(Gpu, u64)>> {
    check(model, setting)?;
    let mut rows = Vec::new();
    for (rank, name) in COMMON.iter().enumerate() {
        let row = row(model, setting, Gpu::named(name)?);
        rows.extend(row.gpus.map(|gpus| (gpus, rank, row.gpu)));
    }
    let least = rows.into_iter().min_by_key(|(gpus, rank, _)| (*gpus, *rank));
    Ok(least.map(|(gpus, _, gpu)| (gpu, gpus)))
}

/// What the engine refuses on one GPU it refuses on any number of any.
fn check(model: &Model, setting: &Setting) -> Result<()> {
    let gpu = Some(Gpu::named(LARGEST)?);
    let setting = Setting { gpu, gpus: 1, tensor_parallel: 1, ..setting.clone() };
    estimate(model, &setting).map(|_| ())
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
    check(model, setting)?;
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
