//! Settings that an engine reads from a file which a ConfigMap of the release holds.

use plimsoll_yaml::{Node, parse_one};

use crate::{App, Container, Field, Storage, VolumeSource, Workload};

use super::{Engine, Knob, Setting, SettingBy};

/// Reads LiteLLM's configuration: the keys of `general_settings` that decide who may call.
///
/// Source: BerriAI/litellm, litellm/proxy/proxy_server.py, `load_config`, 1.81: `master_key` counts
/// under `general_settings` alone, and `os.environ/NAME` stands for a variable.
pub(super) fn read_litellm(
    app: &App,
    workload: &Workload,
    container: &Container,
    engine: &mut Engine,
) {
    let Some(text) = config_text(app, workload, container, engine) else { return };
    let Ok(parsed) = parse_one(&text.value) else { return };
    let wanted = [
        ("master_key", Knob::ApiKey),
        ("database_url", Knob::Database),
        ("store_prompts_in_spend_logs", Knob::LogRequests),
    ];
    for (key, knob) in wanted {
        let Some(node) = parsed.root.dig(&["general_settings", key]) else { continue };
        if node.is_null() {
            continue;
        }
        let written = scalar(node, &text.value);
        let is_reference = written.starts_with("os.environ/");
        engine.settings.push(Setting {
            knob,
            by: SettingBy::Config(format!("general_settings.{key}")),
            value: (!is_reference).then(|| Field::written(written, text.at.clone())),
            is_reference,
            at: text.at.clone(),
        });
    }
}

fn scalar(node: &Node, text: &str) -> String {
    node.as_str().map_or_else(|| node.span.of(text).to_owned(), str::to_owned)
}

/// Returns the text of the file that `--config` names, where a ConfigMap of the release is mounted
/// there.
fn config_text<'a>(
    app: &'a App,
    workload: &Workload,
    container: &Container,
    engine: &Engine,
) -> Option<&'a Field<String>> {
    let path = engine.text(Knob::ConfigFile)?;
    let landing = app.landing(workload, container, &path.value)?;
    let Storage::Volume(volume, _) = landing.storage else { return None };
    let VolumeSource::ConfigMap { name } = &volume.source else { return None };
    let map = app.config_map(workload.object, &name.value)?;
    let file = path.value.rsplit('/').next().unwrap_or_default();
    let key = landing.mount.sub_path.as_ref().map_or(file, |part| part.value.as_str());
    let only =
        || if map.data.0.len() == 1 { map.data.0.first().map(|pair| &pair.value) } else { None };
    map.data.get(key).or_else(only)
}
