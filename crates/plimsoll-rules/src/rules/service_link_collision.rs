use plimsoll_app::{Service, ServiceType};

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A Service has a name whose variable, which Kubernetes puts into every pod of the namespace,
    /// the engine reads as a setting of its own.
    ///
    /// ## Why
    /// A Service called `vllm` sets `VLLM_PORT=tcp://10.0.0.1:8000` in the engine's container, and
    /// vLLM refuses to start with a port that is a URI. It works in the first install, when the pod
    /// starts before the Service, and fails at the first restart.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: vllm
    ///   #     ^^^^
    /// spec:
    ///   selector: {app: vllm}
    ///   ports:
    ///     - port: 8000
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: server
    ///   labels: {app: vllm}
    /// spec:
    ///   containers:
    ///     - name: vllm
    ///       image: vllm/vllm-openai:v0.10.2
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   selector: {app: vllm}
    ///   ports:
    ///     - port: 8000
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: server
    ///   labels: {app: vllm}
    /// spec:
    ///   enableServiceLinks: false
    ///   containers:
    ///     - name: vllm
    ///       image: vllm/vllm-openai:v0.10.2
    /// ```
    ///
    /// ## Fix
    /// `enableServiceLinks: false` in the pod; no chart needs these variables.
    ///
    /// ## Sources
    /// - Kubernetes documentation, “Service”, environment variables; pkg/kubelet/envvars, v1.36
    /// - vllm-project/vllm vllm/envs.py; vllm-project/vllm#34199, defilantech/LLMKube#358
    slug: "service-link-collision",
    level: Error,
    guidelines: ["G13"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in cx.ai_workloads().filter(|workload| workload.pod.service_links.value) {
        let home = cx.app.object(workload.object);
        for container in workload.pod.all_containers() {
            let Some(engine) = &container.engine else { continue };
            for (variable, effect) in engine.facts.env_clashes {
                // A variable of the container wins over one of a Service.
                if container.env(variable).is_some() {
                    continue;
                }
                let maker = cx.app.services.iter().find(|service| {
                    home.may_share_namespace(cx.app.object(service.object))
                        && makes(service, variable)
                });
                let Some(service) = maker else { continue };
                report
                    .at(
                        &service.name.at,
                        format!(
                            "the Service {} sets {variable} in the {} container",
                            service.name.value, engine.facts.name
                        ),
                        (*effect).to_owned(),
                        "set enableServiceLinks: false in the pod",
                    )
                    .related("the container that reads it", &container.at);
            }
        }
    }
}

/// Tells whether Kubernetes makes the variable of the Service.
///
/// Source: Kubernetes, pkg/kubelet/envvars `FromServices` and `makeLinkVariables`, v1.36; Services
/// without a cluster address are left out.
fn makes(service: &Service, variable: &str) -> bool {
    if service.is_headless || service.service_type.value == ServiceType::ExternalName {
        return false;
    }
    let prefix = service.variable_prefix();
    let Some(rest) = variable.strip_prefix(prefix.as_str()).filter(|_| !prefix.is_empty()) else {
        return false;
    };
    match rest {
        "_SERVICE_HOST" | "_SERVICE_PORT" | "_PORT" => true,
        _ => service.ports.iter().any(|port| {
            let link = format!("_PORT_{}_{}", port.port.value, port.protocol.value);
            let named = port.name.as_ref().is_some_and(|name| {
                let name = name.value.replace('-', "_").to_ascii_uppercase();
                rest.strip_prefix("_SERVICE_PORT_") == Some(&name)
            });
            named
                || rest
                    .strip_prefix(&link)
                    .is_some_and(|end| matches!(end, "" | "_PROTO" | "_PORT" | "_ADDR"))
        }),
    }
}
