//! The answer for machines, described in `docs/SIZING.md`. The format has a version; fields are
//! only ever added to it.

use anyhow::{Context as _, Result};
use plimsoll_size::{Bytes, Estimate, GpuRow, Model, Place, Setting};
use serde_json::{Value, json};

use super::{Answer, Format, start};

pub(super) fn answers(answers: &[Answer], format: Format) -> Result<String> {
    let models: Vec<Value> = answers
        .iter()
        .map(|answer| {
            let mut value = json!({
                "model": model(&answer.model),
                "setting": setting(&answer.setting),
                "start_with": start::flags(&answer.setting),
                "gpu_chosen": answer.is_gpu_chosen,
                "estimate": estimate(&answer.estimate),
            });
            let ways = answer.ways.iter();
            let ways = ways.map(|way| json!({"flags": way.flags, "effect": way.effect}));
            value["ways"] = ways.collect();
            if let Some((context, parallel)) = answer.room {
                value["room"] = json!({"context": context, "parallel": parallel});
            }
            if let Some(context) = answer.max_context {
                value["max_context"] = context.into();
            }
            if let Some(parallel) = answer.max_parallel {
                value["max_parallel"] = parallel.into();
            }
            value
        })
        .collect();
    written(&whole("models", models.into()), format)
}

pub(super) fn gpus(of: &Model, under: &Setting, rows: &[GpuRow], format: Format) -> Result<String> {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "gpu": row.gpu.name,
                "resource": row.gpu.resource,
                "memory_gib": row.gpu.memory_gib,
                "gpus": row.gpus,
                "max_context": row.max_context,
                "used_bytes": row.used,
                "usable_bytes": row.usable,
                "tokens_per_second": row.tokens_per_second.map(rounded),
                "bandwidth_read": row.gpu.is_bandwidth_read,
            })
        })
        .collect();
    let mut value = whole("gpus", rows.into());
    value["model"] = model(of);
    value["setting"] = setting(under);
    written(&value, format)
}

fn whole(name: &str, content: Value) -> Value {
    let mut value =
        json!({"version": 1, "tool": "plimsoll", "tool_version": env!("CARGO_PKG_VERSION")});
    value[name] = content;
    value
}

fn model(model: &Model) -> Value {
    let architecture = &model.architecture;
    json!({
        "name": model.name,
        "format": model.format,
        "architecture": architecture.name,
        "parameters": model.weights.parameters,
        "layers": architecture.layers.len(),
        "experts": architecture.experts.map(|experts| experts.count),
        "experts_used": architecture.experts.map(|experts| experts.used),
        "trained_context": architecture.context,
        "weights_bytes": model.weights.total(),
        "disk_bytes": model.disk(),
        "confidence": model.confidence,
        "band": model.band,
        "source": model.source,
        "notes": model.notes,
    })
}

fn setting(setting: &Setting) -> Value {
    json!({
        "engine": setting.engine.name(),
        "context": setting.context,
        "parallel": setting.parallel,
        "key_type": setting.key.name,
        "value_type": setting.value.name,
        "gpu": setting.gpu.map(|gpu| gpu.name),
        "gpus": setting.gpu.map_or(0, |_| setting.gpus),
        "resource": setting.gpu.map(|gpu| gpu.resource),
        "tensor_parallel": setting.tensor_parallel,
        "storage": setting.storage.name(),
    })
}

fn estimate(estimate: &Estimate) -> Value {
    let total = |place: Place| -> Bytes { estimate.total(place) };
    json!({
        "fits": estimate.fits(),
        "gpu_bytes": total(Place::Gpu),
        "gpu_usable_bytes": estimate.usable,
        "gpu_taken_bytes": estimate.taken,
        "gpu_band": rounded(estimate.band(Place::Gpu)),
        "host_request_bytes": estimate.host_request(),
        "host_limit_bytes": estimate.host_limit(),
        "shared_memory_bytes": total(Place::Shared),
        "volume_bytes": estimate.volume,
        "startup_seconds": rounded(estimate.startup.seconds),
        "startup_period_seconds": estimate.startup.period_seconds,
        "startup_failure_threshold": estimate.startup.failure_threshold,
        "tokens_per_second": estimate.tokens_per_second.map(rounded),
        "terms": estimate.terms,
        "warnings": estimate.warnings,
    })
}

/// More digits than two would pretend to know.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

fn written(value: &Value, format: Format) -> Result<String> {
    let json = serde_json::to_string_pretty(value)?;
    if format == Format::Yaml {
        let node = plimsoll_yaml::parse_json(&json).context("cannot read its own JSON")?;
        return plimsoll_yaml::to_yaml(&&node).context("cannot write YAML");
    }
    Ok(json + "\n")
}
