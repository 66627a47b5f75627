//! What a model needs, as values of the chart that serves it.

use anyhow::{Context as _, Result, bail};
use plimsoll_size::{Bytes, Engine, Estimate, Gpu, Model, Place, Setting, estimate, gpu_table};

use super::order::Vendor;
use crate::{model_source, online};

/// What a prompt cache may grow to; the server's own default is eight times as much.
const PROMPT_CACHE_MIB: u64 = 1024;

/// The least that a start is given: pulling images and checking volumes come on top.
const LEAST_BUDGET: u64 = 120;

/// A longer start than this is no start.
const MOST_BUDGET: u64 = 14_400;

/// What every hop waits by default.
const PROXY_TIMEOUT: u64 = 900;

/// A model on a GPU, or on none.
#[derive(Debug)]
pub(crate) struct Figures {
    reference: String,
    model: Model,
    setting: Setting,
    estimate: Estimate,
}

impl Figures {
    /// Computes what the model needs. Of a vendor without a named GPU, the smallest card that
    /// holds the model is taken.
    ///
    /// # Errors
    /// If the reference is unknown, or no such GPU holds the model.
    pub(crate) fn new(
        reference: &str,
        engine: Engine,
        context: Option<u64>,
        parallel: u64,
        gpu: Wanted,
        online: &online::Options,
    ) -> Result<Self> {
        let mut models = model_source::open(reference, None, None, online)?;
        if models.len() != 1 {
            bail!("{reference} holds {} models; name one", models.len());
        }
        let model = models.remove(0);
        let trained = model.architecture.context.unwrap_or(8192).max(1);
        let mut setting = Setting::new(engine, context.unwrap_or(8192.min(trained)));
        setting.parallel = parallel;
        setting.cache_ram = Bytes::mib(PROMPT_CACHE_MIB);
        let setting = on(&model, setting, gpu)?;
        let estimate = estimate(&model, &setting)?;
        if estimate.fits() == Some(false) {
            let gpu = setting.gpu.map_or("", |gpu| gpu.name);
            bail!(
                "{} needs {} of GPU memory and {} × {gpu} give {}; take more with --gpus, another \
                 with --gpu, or less with --ctx",
                model.name,
                estimate.total(Place::Gpu),
                setting.gpus,
                estimate.taken.or(estimate.usable).unwrap_or_default(),
            );
        }
        Ok(Self { reference: reference.to_owned(), model, setting, estimate })
    }

    /// How many GPUs it is spread over.
    pub(crate) fn gpus(&self) -> u64 {
        if self.setting.gpu.is_some() { self.setting.gpus } else { 1 }
    }

    /// The card that it was sized for.
    pub(crate) fn gpu(&self) -> Option<Gpu> {
        self.setting.gpu
    }

    /// The host memory that its pod is given.
    pub(crate) fn host_memory(&self) -> Bytes {
        Bytes::mib(self.estimate.host_limit().ceil_gib() * 1024)
    }

    fn budget(&self) -> u64 {
        let startup = &self.estimate.startup;
        (startup.period_seconds * startup.failure_threshold).clamp(LEAST_BUDGET, MOST_BUDGET)
    }

    /// Keys, joined by dots, and values.
    pub(super) fn values(&self) -> Vec<(&'static str, String)> {
        let Self { setting, estimate, .. } = self;
        let memory = format!("{}Gi", estimate.host_limit().ceil_gib());
        let mut values = vec![
            ("resources.requests.memory", memory.clone()),
            ("resources.limits.memory", memory),
            ("persistence.models.size", format!("{}Gi", estimate.volume.ceil_gib())),
            ("modelLoad.budgetSeconds", self.budget().to_string()),
        ];
        let context = setting.context.to_string();
        let parallel = setting.parallel.to_string();
        match setting.engine {
            Engine::Vllm => {
                values.push(("engine.maxModelLen", context));
                values.push(("engine.maxNumSeqs", parallel));
            }
            Engine::LlamaCpp => {
                // The server divides its context among the slots.
                values.push((
                    "engine.contextLength",
                    (setting.context * setting.parallel).to_string(),
                ));
                values.push(("engine.parallelRequests", parallel));
                values.push(("engine.promptCacheMiB", PROMPT_CACHE_MIB.to_string()));
            }
            Engine::Ollama => {
                values.push(("engine.contextLength", context));
                values.push(("engine.parallelRequests", parallel));
                values.push(("engine.promptCacheMiB", PROMPT_CACHE_MIB.to_string()));
                values.push(("models", format!("- name: {}", self.reference)));
            }
            _ => {}
        }
        if self.budget() > PROXY_TIMEOUT {
            values.push(("proxy.timeoutSeconds", self.budget().to_string()));
        }
        values
    }

    /// Whether the chart brings the model by its name alone.
    pub(crate) fn is_fetched_by_name(&self) -> bool {
        self.setting.engine == Engine::Ollama
    }

    /// A sentence and a table for the README.
    pub(super) fn describe(&self) -> String {
        let Self { model, setting, estimate, reference, .. } = self;
        let gpu = match setting.gpu {
            Some(gpu) => format!(
                "{} of {} on {} × {}",
                estimate.total(Place::Gpu),
                estimate.usable.unwrap_or_default(),
                setting.gpus,
                gpu.name
            ),
            None => "none".to_owned(),
        };
        format!(
            "Sized for `{reference}` ({}, {}), {} tokens × {}, by the arithmetic of `plimsoll size`:\n\n\
             | what | computed | how sure |\n|---|---|---|\n\
             | GPU memory | {gpu} | ± {:.0} % |\n\
             | host memory | {} | ± {:.0} % |\n\
             | volume | {} | {} |\n\
             | start | {:.0} s, given {} s | a guess: it depends on storage |\n",
            model.name,
            model.format,
            setting.context,
            setting.parallel,
            estimate.band(Place::Gpu) * 100.0,
            estimate.host_limit(),
            estimate.band(Place::Host) * 100.0,
            estimate.volume,
            model.confidence.word(),
            estimate.startup.seconds,
            self.budget(),
        )
    }
}

/// Which GPU is wanted.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    None,
    /// This one, and so many.
    Gpu(Gpu, u64),
    /// Any of a vendor's; so many if that was said.
    Vendor(Vendor, Option<u64>),
    /// The least of a cluster's, each with how many a pod can have; so many if that was said.
    Among(Vec<(Gpu, u64)>, Option<u64>),
}

fn on(model: &Model, setting: Setting, wanted: Wanted) -> Result<Setting> {
    let (gpu, gpus) = match wanted {
        Wanted::None => return Ok(setting),
        Wanted::Gpu(gpu, gpus) => (gpu, gpus),
        Wanted::Vendor(vendor, gpus) => {
            let rows = gpu_table(model, &setting)?;
            let holds = |row: &&plimsoll_size::GpuRow| {
                Vendor::from(row.gpu.vendor) == vendor
                    && row.gpus.is_some_and(|needed| gpus.is_none_or(|gpus| needed <= gpus))
            };
            let row = rows.iter().find(holds).with_context(|| {
                format!(
                    "no GPU of {vendor} in the catalogue holds {}; shorten the context with --ctx",
                    model.name
                )
            })?;
            (row.gpu, gpus.or(row.gpus).unwrap_or(1))
        }
        Wanted::Among(cards, gpus) => least(model, &setting, &cards, gpus)?,
    };
    let tensor_parallel = if setting.engine == Engine::Vllm { gpus } else { 1 };
    Ok(Setting { gpu: Some(gpu), gpus, tensor_parallel, ..setting })
}

/// Of the cards of a cluster, of which a pod can have so many of each, the least that hold the model.
fn least(
    model: &Model,
    setting: &Setting,
    cards: &[(Gpu, u64)],
    gpus: Option<u64>,
) -> Result<(Gpu, u64)> {
    let rows = gpu_table(model, setting)?;
    let found = rows.iter().find_map(|row| {
        let needed = row.gpus?;
        let wanted = gpus.unwrap_or(needed);
        let has = cards.iter().any(|(gpu, most)| gpu.name == row.gpu.name && wanted <= *most);
        (has && needed <= wanted).then_some((row.gpu, wanted))
    });
    found.with_context(|| {
        let cards: Vec<String> =
            cards.iter().map(|(gpu, most)| format!("{most} × {}", gpu.name)).collect();
        format!(
            "no node of the cluster holds {} with {} tokens × {}: a pod can have {}; shorten the \
             context with --ctx, take a smaller quantisation, or none of them with --gpu none",
            model.name,
            setting.context,
            setting.parallel,
            cards.join(" or ")
        )
    })
}
