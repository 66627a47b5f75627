//! `plimsoll size`: what a model needs before it is deployed.

mod flags;
mod machine;
mod start;
mod table;
mod text;
mod values;

use std::io::Write as _;

use anyhow::Result;
use plimsoll_size::{
    Engine, Error, ErrorKind, Estimate, Gpu, Model, Quant, Setting, Way, estimate, gpu_table,
    max_context, max_parallel, smallest_gpu, ways,
};

use super::{Color, Exit};
use crate::model_source;
use crate::online;
use crate::output::{self, Stream, Style};
use flags::Flags;

/// Which model to size, and for what.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    plimsoll size llama3.1:8b-instruct-q4_K_M\n  \
    plimsoll size hf://openai/gpt-oss-120b --gpu H100-SXM --ctx 32768\n  \
    plimsoll size ./model.gguf --gpu L4 --parallel 4 --kv-type q8_0 --explain\n  \
    plimsoll size /models/ollama --model qwen3:8b --output values\n  \
    plimsoll size llama3.3:70b --gpu-table\n\n\
    Exit codes: 0 it fits, 1 it does not, 2 the reference or a flag is wrong, 3 a file cannot be \
    read.")]
pub(super) struct Args {
    /// A name in Ollama's library, hf://org/repo@revision/file, oci://host/repository:tag, a
    /// GGUF file, a folder with a model, a config.json, listing:FILE, or - for standard input.
    ///
    /// Names are answered from an embedded catalogue, and nothing is fetched unless --online says
    /// so. Of files only headers are read.
    #[arg(value_name = "REF")]
    reference: String,
    /// The model in a folder or store that holds several.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// How the weights of a name or a bare configuration are stored: a recipe of GGUF such as Q4_K_M,
    /// or fp8 or awq for vLLM.
    #[arg(long, value_name = "RECIPE")]
    quant: Option<Quant>,
    /// How to write the answer.
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    output: Format,
    /// Show every term: its formula, where it comes from, how sure it is.
    #[arg(long)]
    explain: bool,
    /// Find the largest context that still fits.
    #[arg(long)]
    max_ctx: bool,
    /// Find the largest number of sequences at once that still fits.
    #[arg(long)]
    max_parallel: bool,
    /// List the GPUs that hold it, at what context, and how fast at most.
    #[arg(long)]
    gpu_table: bool,
    #[command(flatten)]
    flags: Flags,
    #[command(flatten, next_help_heading = "Registries")]
    online: online::Options,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For machines, as docs/SIZING.md describes.
    Json,
    /// The same as YAML.
    Yaml,
    /// Helm values to paste: resources, volume, probes.
    Values,
}

/// A model with what was found for it.
struct Answer {
    model: Model,
    setting: Setting,
    estimate: Estimate,
    /// Whether the GPU was chosen here: the smallest common one that holds the model, or eight of
    /// the largest where none does.
    is_gpu_chosen: bool,
    max_context: Option<Option<u64>>,
    max_parallel: Option<Option<u64>>,
    /// The longest sequence, and how many of this length, where it fits and nobody asked for one.
    room: Option<(u64, u64)>,
    /// What would make it fit, where it does not.
    ways: Vec<Way>,
}

pub(super) fn run(args: &Args, color: Color) -> Result<Exit> {
    let models = match model_source::open(
        &args.reference,
        args.model.as_deref(),
        args.quant,
        &args.online,
    ) {
        Ok(models) => models,
        Err(error) => return Ok(refuse(&error)),
    };
    let mut text = String::new();
    let mut answers = Vec::new();
    for model in models {
        if args.gpu_table {
            let setting = match args.flags.setting(&model, &args.reference) {
                Ok(setting) => setting,
                Err(error) => return Ok(refuse(&error.into())),
            };
            match gpu_table(&model, &setting) {
                Ok(rows) if args.output == Format::Json || args.output == Format::Yaml => {
                    text.push_str(&machine::gpus(&model, &setting, &rows, args.output)?);
                }
                Ok(rows) => {
                    let style = Style::new(color, Stream::Out);
                    text.push_str(&table::gpus(&model, &setting, &rows, style));
                }
                Err(error) => return Ok(refuse(&error.into())),
            }
            continue;
        }
        match answer(args, model) {
            Ok(answer) => answers.push(answer),
            Err(error) => return Ok(refuse(&error.into())),
        }
    }
    if !args.gpu_table {
        let style = Style::new(color, Stream::Out);
        text = match args.output {
            Format::Text => {
                let all: Vec<String> = answers
                    .iter()
                    .map(|answer| text::answer(answer, args.explain, style))
                    .collect();
                all.join("\n")
            }
            Format::Json | Format::Yaml => machine::answers(&answers, args.output)?,
            Format::Values => {
                answers.iter().map(|one| values::fragment(one, &args.reference)).collect()
            }
        };
    }
    write!(std::io::stdout().lock(), "{text}")?;
    let is_too_large = answers.iter().any(|answer| {
        answer.estimate.fits() == Some(false)
            || answer.max_context == Some(None)
            || answer.max_parallel == Some(None)
    });
    Ok(if is_too_large { Exit::Findings } else { Exit::Clean })
}

fn answer(args: &Args, model: Model) -> Result<Answer, Error> {
    let mut setting = args.flags.setting(&model, &args.reference)?;
    let mut is_gpu_chosen = false;
    if args.flags.gpu.is_none() && setting.engine != Engine::Tei {
        let (gpu, gpus) = match smallest_gpu(&model, &setting)? {
            Some(found) => found,
            None => (Gpu::named(LARGEST)?, 8),
        };
        setting = args.flags.on(setting, gpu, gpus);
        is_gpu_chosen = true;
    }
    let max_context = args.max_ctx.then(|| max_context(&model, &setting)).transpose()?;
    if let Some(Some(context)) = max_context {
        setting.context = context;
    }
    let max_parallel = args.max_parallel.then(|| max_parallel(&model, &setting)).transpose()?;
    if let Some(Some(parallel)) = max_parallel {
        setting.parallel = parallel;
    }
    let estimate = estimate(&model, &setting)?;
    let ways = ways(&model, &setting, |quant| model_source::stored(&args.reference, quant));
    let is_asked = max_context.is_some() || max_parallel.is_some();
    let room =
        if is_asked || estimate.fits() != Some(true) { None } else { room(&model, &setting)? };
    Ok(Answer { model, setting, estimate, is_gpu_chosen, max_context, max_parallel, room, ways })
}

/// Where no common GPU holds a model, eight of these show by how much.
const LARGEST: &str = "B200";

/// The longest sequence, and how many of this length fit; nothing for what keeps no cache.
fn room(model: &Model, setting: &Setting) -> Result<Option<(u64, u64)>, Error> {
    if setting.engine == Engine::Training || model.architecture.is_encoder() {
        return Ok(None);
    }
    // The longest is that of one sequence alone.
    let alone = Setting { parallel: 1, ..setting.clone() };
    let longest = max_context(model, &alone)?;
    Ok(longest.zip(max_parallel(model, setting)?))
}

/// Says why there is no answer: a wrong reference or setting is the user's, the rest the files'.
fn refuse(error: &anyhow::Error) -> Exit {
    output::error(&format!("{error:#}"));
    let kind = error.downcast_ref::<Error>().map(Error::kind);
    match kind {
        Some(ErrorKind::Reference | ErrorKind::Setting) => Exit::Usage,
        _ => Exit::Unreadable,
    }
}

/// The name of the GPUs, with their number.
fn gpus_name(gpu: Gpu, gpus: u64) -> String {
    format!("{gpus} × {gpu}")
}
