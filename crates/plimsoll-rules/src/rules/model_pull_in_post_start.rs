use plimsoll_app::Action;

use crate::rule::rule;
use crate::{Context, Report};

/// Words that download a model, as they stand in a script.
const PULLS: [&str; 9] = [
    "ollama pull",
    "ollama run",
    "ollama create",
    "/api/pull",
    "huggingface-cli download",
    "hf download",
    "snapshot_download",
    "git clone",
    "wget http",
];

rule! {
    /// ## What
    /// A `postStart` hook downloads a model.
    ///
    /// ## Why
    /// The hook's output is shown nowhere, the container does not count as running until it ends,
    /// and when it fails Kubernetes kills the container: a slow or missing model becomes a restart
    /// loop without a reason. When it stops half-way, the pod runs without its models.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0
    ///       lifecycle:
    ///         postStart:
    ///           exec:
    /// #         ^^^^^
    ///             command: [/bin/sh, -c, "ollama pull llama3.1:8b"]
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   initContainers:
    ///     - name: pull
    ///       image: ollama/ollama:0.12.0
    ///       command: [/bin/sh, -c, "ollama serve & sleep 5 && ollama pull llama3.1:8b"]
    ///       volumeMounts:
    ///         - {name: models, mountPath: /root/.ollama}
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0
    ///       volumeMounts:
    ///         - {name: models, mountPath: /root/.ollama}
    ///   volumes:
    ///     - name: models
    ///       persistentVolumeClaim: {claimName: ollama}
    /// ```
    ///
    /// ## Fix
    /// An init container or a Job that fills the volume and can run twice without harm.
    ///
    /// ## Sources
    /// - Kubernetes documentation, “Container Lifecycle Hooks”
    /// - otwld/ollama-helm#68, #100, #152, #203
    slug: "model-pull-in-post-start",
    level: Warning,
    guidelines: ["G17"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in cx.ai_workloads() {
        for container in &workload.pod.containers {
            let Some(hook) = &container.lifecycle.post_start else { continue };
            let Action::Exec { command } = &hook.value else { continue };
            let script: Vec<&str> = command.iter().map(|word| word.value.as_str()).collect();
            let script = script.join(" ");
            if PULLS.iter().any(|pull| script.contains(pull)) || curls_a_file(&script) {
                report.at(
                    &hook.at,
                    "a postStart hook downloads a model",
                    "its output is shown nowhere, and when it fails the container is killed: a \
                     missing model becomes a restart loop without a reason",
                    "fill the volume in an init container or a Job that can run twice without harm",
                );
            }
        }
    }
}

/// Tells whether curl writes a file from elsewhere, rather than asking the engine something.
fn curls_a_file(script: &str) -> bool {
    let mut words = script.split_whitespace().skip_while(|word| !word.ends_with("curl")).skip(1);
    let mut writes = false;
    let mut is_remote = false;
    for word in words.by_ref() {
        writes |= matches!(word, "-o" | "-O" | "--output" | "--remote-name" | "-LO" | "-Lo");
        is_remote |= word.trim_matches(['"', '\'']).starts_with("https://");
    }
    writes && is_remote
}

#[cfg(test)]
mod tests {
    use super::curls_a_file;

    #[test]
    fn asking_the_engine_is_no_download() {
        assert!(curls_a_file("sh -c curl -fL -o /models/a.gguf https://example.com/a.gguf"));
        assert!(!curls_a_file("sh -c curl -sf http://localhost:11434/"));
        assert!(!curls_a_file("sh -c curl -o /dev/null http://localhost:11434/"));
        assert!(!curls_a_file("echo -o https://example.com"));
    }
}
