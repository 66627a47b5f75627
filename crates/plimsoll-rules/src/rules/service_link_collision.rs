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
            for clash in engine.facts.clashes {
                // A variable of the container wins over one of a Service, and without a host the
                // port of Redis is not read.
                let is_unread =
                    clash.variable == "REDIS_PORT" && container.env("REDIS_HOST").is_none();
                if is_unread || container.env(clash.variable).is_some() {
                    continue;
                }
                let maker = cx.app.services.iter().find(|service| {
                    home.may_share_namespace(cx.app.object(service.object))
                        && service.variables().iter().any(|own| own == clash.variable)
                });
                let Some(service) = maker else { continue };
                report
                    .at(
                        &service.name.at,
                        format!(
                            "the Service {} sets {} in the container of {}",
                            service.name.value, clash.variable, engine.facts.name
                        ),
                        format!("{} {}", engine.facts.name, clash.effect),
                        "set enableServiceLinks: false in the pod",
                    )
                    .related("the container that reads it", &container.at);
            }
        }
    }
}
