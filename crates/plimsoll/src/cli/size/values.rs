//! A fragment of Helm values: for the chart `charts/ai/ollama` where the engine is Ollama, and in
//! the shape that most charts share for the others.

use plimsoll_size::{Engine, KvType, Place, Setting, Vendor};

use super::{Answer, start};

pub(super) fn fragment(answer: &Answer, reference: &str) -> String {
    let Answer { model, setting, estimate, .. } = answer;
    let mut text = format!(
        "# {} ({}): {} tokens × {}, by `plimsoll size`.\n",
        model.name, model.format, setting.context, setting.parallel
    );
    if setting.gpu.is_some() {
        text.push_str(&format!(
            "# GPU memory {} ± {:.0} %; weights: {}.\n",
            estimate.total(Place::Gpu),
            estimate.band(Place::Gpu) * 100.0,
            model.confidence.word()
        ));
    }
    let flags = start::flags(setting).join(" ");
    if setting.engine != Engine::Ollama && !flags.is_empty() {
        text.push_str(&format!("# Start it with: {flags}\n"));
    }
    if estimate.fits() == Some(false) {
        text.push_str("# It does not fit the GPU.\n");
    }
    text.push_str(&match setting.engine {
        Engine::Ollama => ollama(answer, reference),
        _ => common(answer),
    });
    text
}

/// Keys of `charts/ai/ollama`.
fn ollama(answer: &Answer, reference: &str) -> String {
    let Answer { setting, estimate, .. } = answer;
    let mut text = String::new();
    if let Some(gpu) = setting.gpu {
        let vendor = match gpu.vendor {
            Vendor::Nvidia => "nvidia",
            Vendor::Amd => "amd",
            Vendor::Intel => "intel",
        };
        text.push_str(&format!("gpu:\n  vendor: {vendor}\n  count: {}\n", setting.gpus));
    }
    // A path is nothing that the chart could fetch.
    let is_name = !reference.contains("://") && !reference.starts_with(['/', '.', '-']);
    if is_name && reference.contains(':') && !reference.starts_with("listing:") {
        text.push_str(&format!("models:\n  - name: {reference}\n"));
    }
    text.push_str(&format!("modelLoad:\n  budgetSeconds: {}\n", budget(answer)));
    text.push_str(&format!(
        "engine:\n  contextLength: {}\n  parallelRequests: {}\n",
        setting.context, setting.parallel
    ));
    if setting.key != KvType::F16 {
        text.push_str(&format!("  kvCacheType: {}\n", setting.key.name));
    }
    text.push_str(&format!("  promptCacheMiB: {}\n", setting.cache_ram.ceil_mib()));
    text.push_str(&format!(
        "persistence:\n  models:\n    size: {}Gi\n",
        estimate.volume.ceil_gib()
    ));
    text.push_str(&format!(
        "resources:\n  requests:\n    memory: {0}Gi\n  limits:\n    memory: {0}Gi\n",
        estimate.host_limit().ceil_gib()
    ));
    text
}

/// Seconds until the startup probe gives up.
const fn budget(answer: &Answer) -> u64 {
    answer.estimate.startup.failure_threshold * answer.estimate.startup.period_seconds
}

/// The shape that most charts share.
fn common(answer: &Answer) -> String {
    let Answer { setting, estimate, .. } = answer;
    let mut text = format!(
        "resources:\n  requests:\n    memory: {}Gi\n{gpu}  limits:\n    memory: {}Gi\n{gpu}",
        estimate.host_request().ceil_gib(),
        estimate.host_limit().ceil_gib(),
        gpu = gpu_line(setting),
    );
    text.push_str(&format!(
        "persistence:\n  enabled: true\n  size: {}Gi\n",
        estimate.volume.ceil_gib()
    ));
    let shared = estimate.total(Place::Shared);
    if shared.0 > 0 {
        text.push_str(&format!(
            "extraVolumes:\n  - name: shm\n    emptyDir:\n      medium: Memory\n      sizeLimit: \
             {}Gi\nextraVolumeMounts:\n  - name: shm\n    mountPath: /dev/shm\n",
            shared.ceil_gib()
        ));
    }
    text.push_str(&probes(answer));
    text
}

fn gpu_line(setting: &Setting) -> String {
    let line = |gpu: plimsoll_size::Gpu| format!("    {}: {}\n", gpu.resource, setting.gpus);
    setting.gpu.map(line).unwrap_or_default()
}

/// Probes at the paths that tell each engine's state; a trainer has none.
fn probes(answer: &Answer) -> String {
    // llama.cpp's server answers 503 at every path while it loads; vLLM lists models when it is
    // ready; TEI answers /health when its model is loaded.
    let (start, live) = match answer.setting.engine {
        Engine::LlamaCpp => ("/health", "tcpSocket:\n    port: http"),
        Engine::Vllm => ("/v1/models", "httpGet:\n    path: /health\n    port: http"),
        Engine::Tei => ("/health", "httpGet:\n    path: /health\n    port: http"),
        _ => return String::new(),
    };
    let startup = &answer.estimate.startup;
    format!(
        "startupProbe:\n  httpGet:\n    path: {start}\n    port: http\n  periodSeconds: {}\n  \
         failureThreshold: {}\n  timeoutSeconds: 5\nreadinessProbe:\n  httpGet:\n    path: {start}\n    \
         port: http\n  periodSeconds: 10\n  timeoutSeconds: 5\nlivenessProbe:\n  {live}\n  \
         periodSeconds: 20\n  timeoutSeconds: 10\n  failureThreshold: 6\n",
        startup.period_seconds, startup.failure_threshold
    )
}
