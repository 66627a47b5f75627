use plimsoll_app::engines::EngineKind;
use plimsoll_yaml::{Node, Span, parse_one};

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// LiteLLM's master key stands in a part of the configuration where it is not read.
    ///
    /// ## Why
    /// Under `litellm_settings` the key is ignored without a word: the gateway accepts every key, or
    /// none, and passes all requests on at your cost.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: litellm
    /// data:
    ///   config.yaml: |
    ///     litellm_settings:
    ///       master_key: os.environ/LITELLM_MASTER_KEY
    /// #     ^^^^^^^^^^
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   containers:
    ///     - name: litellm
    ///       image: berriai/litellm:v1.77.2
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: litellm
    /// data:
    ///   config.yaml: |
    ///     general_settings:
    ///       master_key: os.environ/LITELLM_MASTER_KEY
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   containers:
    ///     - name: litellm
    ///       image: berriai/litellm:v1.77.2
    /// ```
    ///
    /// ## Fix
    /// Move it to `general_settings`, or set `LITELLM_MASTER_KEY` from a Secret.
    ///
    /// ## Sources
    /// - BerriAI/litellm litellm/proxy/proxy_server.py, `load_config` (1.77); BerriAI/litellm-docs#1184
    slug: "gateway-key-misplaced",
    level: Error,
    guidelines: ["G31"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    let mut servers = cx.servers();
    if !servers.any(|server| server.engine.kind == EngineKind::LiteLlm) {
        return;
    }
    for map in &cx.app.config_maps {
        for pair in map.data.iter().filter(|pair| pair.value.value.contains("master_key")) {
            let Ok(parsed) = parse_one(&pair.value.value) else { continue };
            let is_read = parsed.root.dig(&["general_settings", "master_key"]).is_some();
            let settings = parsed.root.get("litellm_settings");
            let Some(entry) = settings.and_then(|node: &Node| node.entry("master_key")) else {
                continue;
            };
            if is_read {
                continue;
            }
            let mut spot = pair.value.at.clone();
            // A block scalar holds the key as it stands; anything else is marked as a whole.
            let key = entry.key_span.of(&pair.value.value);
            if let Some(at) = cx.app.text(&spot).find(key) {
                spot.span = Span::new(spot.span.start + at, spot.span.start + at + key.len());
            }
            report.at(
                &spot,
                "the master key stands under litellm_settings, where it is not read",
                "the gateway accepts every key, or none, and passes all requests on at your cost",
                "move it to general_settings",
            );
        }
    }
}
