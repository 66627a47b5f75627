use plimsoll_app::Container;

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A variable's text names another one, `$(NAME)`, that stands further down in the same list.
    ///
    /// ## Why
    /// Kubernetes resolves such a reference from what stands above it. What comes later is left as
    /// it is written: the app gets the text `$(DB_PASSWORD)` as its password, says that the
    /// database refuses it, and nothing in the cluster says why. Lists that are made from a mapping
    /// are in alphabetical order, which moves references in front of what they name.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: gateway
    /// spec:
    ///   containers:
    ///     - name: litellm
    ///       image: ghcr.io/berriai/litellm:v1.106.2
    ///       env:
    ///         - name: DATABASE_URL
    ///           value: postgresql://litellm:$(DB_PASSWORD)@db:5432/litellm
    ///           #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ///         - name: DB_PASSWORD
    ///           valueFrom:
    ///             secretKeyRef: {name: db, key: password}
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: gateway
    /// spec:
    ///   containers:
    ///     - name: litellm
    ///       image: ghcr.io/berriai/litellm:v1.106.2
    ///       env:
    ///         - name: DB_PASSWORD
    ///           valueFrom:
    ///             secretKeyRef: {name: db, key: password}
    ///         - name: DATABASE_URL
    ///           value: postgresql://litellm:$(DB_PASSWORD)@db:5432/litellm
    /// ```
    ///
    /// ## Fix
    /// Put the variable that is named above the one that names it; `$$(NAME)` is for the text itself.
    ///
    /// ## Sources
    /// - Kubernetes documentation, “Define dependent environment variables”; third_party/forked/golang/expansion, v1.36
    slug: "env-reference-late",
    level: Error,
    guidelines: ["G21"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in cx.ai_workloads() {
        for container in workload.pod.all_containers() {
            // A variable of `envFrom` stands above all others, and its names are not always known.
            if container.env_from.is_empty() {
                late(container, report);
            }
        }
    }
}

fn late(container: &Container, report: &mut Report) {
    for (index, variable) in container.env.iter().enumerate() {
        let Some(text) = variable.literal() else { continue };
        for name in references(&text.value) {
            let (above, below) = container.env.split_at(index);
            let is_above = above.iter().any(|one| one.name.value == name);
            let later = below.iter().skip(1).find(|one| one.name.value == name);
            let Some(later) = later.filter(|_| !is_above) else { continue };
            report
                .at(
                    &text.at,
                    format!("{} names $({name}), which stands below it", variable.name.value),
                    "a reference is resolved from what stands above it, so the app gets the text as it is written",
                    format!("put {name} above {}", variable.name.value),
                )
                .related("what it names", &later.at);
        }
    }
}

/// Names that a text refers to, by the rules of Kubernetes' expansion: `$$` stands for one `$`.
fn references(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
        } else if let Some(inside) = rest.strip_prefix('(') {
            let Some(end) = inside.find(')') else { break };
            names.push(&inside[..end]);
            rest = &inside[end + 1..];
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::references;

    #[test]
    fn references_are_those_of_kubernetes() {
        assert_eq!(references("a$(B)c$(D)"), ["B", "D"]);
        assert_eq!(references("$$(B) $x $( $(C"), Vec::<&str>::new());
        assert_eq!(references("$$$(B)"), ["B"]);
    }
}
