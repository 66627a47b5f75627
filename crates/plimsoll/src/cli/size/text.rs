//! The answer for people.

use plimsoll_size::{Bytes, Confidence, Engine, Estimate, Place, Term};

use super::{Answer, gpus_name, start};
use crate::output::Style;

/// Glyphs and colours of the bar's parts, in turn.
const PARTS: [(char, &str); 7] =
    [('█', "34"), ('▓', "36"), ('▒', "33"), ('░', "35"), ('▚', "32"), ('▞', "31"), ('▤', "37")];

/// What is free.
const FREE: char = '·';

pub(super) fn answer(answer: &Answer, is_explained: bool, style: Style) -> String {
    let mut text = head(answer, style);
    text.push_str(&gpu(answer, style));
    text.push_str(&rest(answer, style));
    if is_explained {
        text.push_str(&explain(&answer.estimate, style));
    }
    for warning in answer.model.notes.iter().chain(&answer.estimate.warnings) {
        text.push_str(&wrapped("! ", warning, style));
    }
    if !is_explained && answer.estimate.fits() != Some(false) {
        text.push_str(&style.dim(NEXT));
    }
    text
}

/// What a reader may want next.
const NEXT: &str = "\n--output values for Helm values, --explain for each term, --gpu-table for other \
                    GPUs\n";

fn head(answer: &Answer, style: Style) -> String {
    let Answer { model, setting, .. } = answer;
    let architecture = &model.architecture;
    let mut facts = vec![
        model.format.clone(),
        format!("{} of weights", model.weights.total()),
        parameters(model.weights.parameters),
        format!("{} layers", architecture.layers.len()),
    ];
    if let Some(experts) = architecture.experts {
        facts.push(format!("{} of {} experts", experts.used, experts.count));
    }
    facts.extend(architecture.context.map(|context| format!("trained for {context} tokens")));
    let mut text = format!("{}\n", style.bold(&model.name));
    text.push_str(&wrapped("  ", &facts.join(", "), style));
    let sure = surety(model.confidence, model.band);
    text.push_str(&wrapped("  weights: ", &format!("{sure}; {}", model.source), style));
    let sequences = if setting.parallel == 1 {
        "1 sequence".to_owned()
    } else {
        format!("{} sequences", setting.parallel)
    };
    let gpus = setting.gpu.map_or_else(|| "no GPU".to_owned(), |gpu| gpus_name(gpu, setting.gpus));
    let what = if setting.engine == Engine::Training {
        let sequences = setting.training.batch;
        format!("{} tokens × {sequences} at once on each GPU", setting.context)
    } else if architecture.is_encoder() {
        format!("texts of up to {} tokens", setting.context)
    } else if setting.key == setting.value {
        format!("{} tokens × {sequences}, cache in {}", setting.context, setting.key.name)
    } else {
        format!(
            "{} tokens × {sequences}, cache in {} keys and {} values",
            setting.context, setting.key.name, setting.value.name
        )
    };
    text.push_str(&format!(
        "\n{} on {}, {what}\n",
        style.bold(setting.engine.name()),
        style.bold(&gpus),
    ));
    if answer.is_gpu_chosen {
        let which = if answer.estimate.fits() == Some(true) {
            "the smallest common GPU that holds it"
        } else {
            "no common GPU holds it eight times over, and this is the largest"
        };
        text.push_str(&style.dim(&format!("  {which}; name yours with --gpu\n")));
    }
    text
}

fn parameters(count: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let count = count as f64;
    if count >= 1e9 {
        format!("{:.2} billion parameters", count / 1e9)
    } else {
        format!("{:.0} million parameters", count / 1e6)
    }
}

fn surety(confidence: Confidence, band: f64) -> String {
    if band == 0.0 {
        confidence.word().to_owned()
    } else {
        format!("{} ± {:.0} %", confidence.word(), band * 100.0)
    }
}

fn gpu(answer: &Answer, style: Style) -> String {
    let estimate = &answer.estimate;
    let Some(usable) = estimate.usable else { return String::new() };
    let room = estimate.taken.unwrap_or(usable);
    let used = estimate.total(Place::Gpu);
    let verdict = if used.scaled(1.0 + estimate.band(Place::Gpu)) <= room {
        style.painted("32", "fits")
    } else if used <= room {
        style.painted("33", "fits, with less to spare than this may be off")
    } else {
        style.painted("31", &format!("does not fit: {} too much", used.less(room)))
    };
    let of = if answer.setting.gpus > 1 { "the fullest GPU" } else { "GPU memory" };
    let mut text = format!(
        "\n{of}: {used} of {room}, ± {:.0} %  {verdict}\n",
        estimate.band(Place::Gpu) * 100.0
    );
    let terms: Vec<&Term> = estimate.terms.iter().filter(|term| term.place == Place::Gpu).collect();
    text.push_str(&bar(&terms, room, style));
    for (term, (glyph, colour)) in terms.iter().zip(PARTS) {
        text.push_str(&format!(
            "    {} {:<28} {:>10}\n",
            style.painted(colour, &glyph.to_string()),
            term.name,
            term.bytes.to_string()
        ));
    }
    if used < room {
        text.push_str(&format!("    {FREE} {:<28} {:>10}\n", "free", room.less(used).to_string()));
    }
    text
}

/// A bar of the GPU's memory, or of what is wanted where that is more.
fn bar(terms: &[&Term], room: Bytes, style: Style) -> String {
    let width = style.width.saturating_sub(6).min(72);
    let used: Bytes = terms.iter().map(|term| term.bytes).sum();
    let whole = used.max(room).in_f64().max(1.0);
    let mut end = Bytes(0);
    let mut drawn = 0;
    let mut text = "  ".to_owned();
    for (term, (glyph, colour)) in terms.iter().zip(PARTS) {
        end += term.bytes;
        // Rounding the ends and not the lengths keeps the bar as long as it should be.
        let until = columns(end.in_f64() / whole, width).max(drawn);
        let part: String = std::iter::repeat_n(glyph, until - drawn).collect();
        text.push_str(&style.painted(colour, &part));
        drawn = until;
    }
    text.extend(std::iter::repeat_n(FREE, width - drawn));
    text.push('\n');
    text
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a terminal's width"
)]
fn columns(share: f64, width: usize) -> usize {
    ((share * width as f64).round() as usize).min(width)
}

fn rest(answer: &Answer, style: Style) -> String {
    let estimate = &answer.estimate;
    let line = |name: &str, value: String| format!("  {name:<16}{value}\n");
    let mut text = "\n".to_owned();
    text.push_str(&line(
        "host memory",
        format!(
            "request {}Gi, limit {}Gi, ± {:.0} %",
            estimate.host_request().ceil_gib(),
            estimate.host_limit().ceil_gib(),
            estimate.band(Place::Host) * 100.0
        ),
    ));
    text.push_str(&line("volume", format!("{}Gi", estimate.volume.ceil_gib())));
    let startup = &estimate.startup;
    // Nobody asks a trainer whether it is ready.
    let probe = if answer.setting.engine == Engine::Training {
        String::new()
    } else {
        format!(
            "; startup probe: failureThreshold {} × periodSeconds {}",
            startup.failure_threshold, startup.period_seconds
        )
    };
    text.push_str(&wrapped(
        &format!("  {:<16}", "start"),
        &format!("{:.0} s ({}){probe}", startup.seconds, startup.detail),
        style,
    ));
    let flags = start::flags(&answer.setting).join(" ");
    if !flags.is_empty() {
        text.push_str(&wrapped(&format!("  {:<16}", "start it with"), &flags, style));
    }
    text.push_str(&room(answer, style));
    if let Some(speed) = estimate.tokens_per_second {
        let bound = format!("{speed:.0} tokens a second at most for one sequence, by bandwidth");
        text.push_str(&line("speed", bound));
    }
    if let Some(speed) = without_gpu(answer) {
        text.push_str(&wrapped(&format!("  {:<16}", "speed"), &speed, style));
    }
    let none = "none fits".to_owned();
    text.push_str(&ways(answer, style));
    if let Some(context) = answer.max_context {
        let found = context.map(|context| format!("{context} tokens"));
        text.push_str(&line("largest context", found.unwrap_or_else(|| none.clone())));
    }
    if let Some(parallel) = answer.max_parallel {
        let found = parallel.map(|parallel| format!("{parallel} sequences at once"));
        text.push_str(&line("most sequences", found.unwrap_or(none)));
    }
    text
}

/// What would make it fit, where it does not.
fn ways(answer: &Answer, style: Style) -> String {
    if answer.estimate.fits() != Some(false) {
        return String::new();
    }
    if answer.ways.is_empty() {
        return "\n  nothing that was tried makes it fit: --gpu-table lists GPUs that hold it, and a \
                smaller\n  model is another way\n"
            .to_owned();
    }
    let mut text = "\n  it would fit with one of\n".to_owned();
    for way in &answer.ways {
        let flags = format!("    {:<32} ", way.flags);
        if way.flags.chars().count() > 32 {
            text.push_str(&format!("{}\n", flags.trim_end()));
            text.push_str(&wrapped(&" ".repeat(37), &way.effect, style));
        } else {
            text.push_str(&wrapped(&flags, &way.effect, style));
        }
    }
    text
}

/// How fast memory lets a processor be.
fn without_gpu(answer: &Answer) -> Option<String> {
    /// Two channels of DDR4-3200, which every server has at least.
    const MEMORY: f64 = 50e9;
    let Answer { model, setting, estimate, .. } = answer;
    if setting.gpu.is_some() || model.architecture.is_encoder() {
        return None;
    }
    let cache = estimate.term("cache of keys and values").map_or(Bytes(0), |term| term.bytes);
    let one = Bytes(cache.0 / setting.parallel.max(1));
    let read = model.weights.active(model.architecture.experts) + one;
    let speed = MEMORY / read.in_f64().max(1.0);
    Some(format!(
        "each token reads {read}: {speed:.1} tokens a second at most for one sequence with memory of \
         50 GB/s (two channels of DDR4-3200)"
    ))
}

/// What else the GPUs hold beside the model: the longest sequence, and sequences of this length.
fn room(answer: &Answer, style: Style) -> String {
    let Some((context, parallel)) = answer.room else { return String::new() };
    let longest = if answer.model.architecture.context == Some(context) {
        format!("one sequence of {context} tokens, the longest that it was trained for")
    } else {
        format!("one sequence of {context} tokens")
    };
    let also = if parallel == 1 && context == answer.setting.context {
        longest
    } else {
        format!("{longest}, or {parallel} of {} at once", answer.setting.context)
    };
    wrapped(&format!("  {:<16}", "room for"), &also, style)
}

fn explain(estimate: &Estimate, style: Style) -> String {
    let mut text = String::new();
    for (place, title) in [
        (Place::Gpu, "GPU memory of the fullest GPU"),
        (Place::Host, "host memory"),
        (Place::Shared, "/dev/shm"),
        (Place::Growing, "host memory that grows"),
        (Place::Cached, "page cache"),
    ] {
        let terms: Vec<&Term> = estimate.terms.iter().filter(|term| term.place == place).collect();
        if terms.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{}: {}\n", style.bold(title), estimate.total(place)));
        for term in terms {
            text.push_str(&format!(
                "  {:<28} {:>15} B  {:<22} {}\n",
                term.name,
                term.bytes.0,
                term.formula,
                surety(term.confidence, term.band)
            ));
            text.push_str(&style.dim(&wrapped("      ", &term.detail, style)));
        }
    }
    text.push('\n');
    text
}

/// A text with a first word and all its lines aligned behind it.
fn wrapped(first: &str, text: &str, style: Style) -> String {
    let indent = first.chars().count();
    let width = style.width.saturating_sub(indent).max(20);
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let start = |at: usize| if at == 0 { first.to_owned() } else { " ".repeat(indent) };
    lines.iter().enumerate().map(|(at, line)| format!("{}{line}\n", start(at))).collect()
}
