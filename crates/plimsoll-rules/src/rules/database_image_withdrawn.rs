use plimsoll_app::Image;

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// An image of Bitnami is asked for by a version, under a name that holds no versions any more.
    ///
    /// ## Why
    /// In 2025 Bitnami moved its versioned images away from `docker.io/bitnami`. The database or
    /// cache of the chart cannot be pulled (ImagePullBackOff), so the application behind it never
    /// becomes ready; running pods survive until their node is replaced.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: postgresql
    /// spec:
    ///   containers:
    ///     - name: postgresql
    ///       image: docker.io/bitnami/postgresql:16.2.0-debian-12-r6
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: postgresql
    /// spec:
    ///   containers:
    ///     - name: postgresql
    ///       image: docker.io/library/postgres:16.10
    /// ```
    ///
    /// ## Fix
    /// The official image, an operator such as CloudNativePG, or a database of your own. The same
    /// tag under `bitnamilegacy` works for now and gets no fixes.
    ///
    /// ## Sources
    /// - bitnami/containers#83267 (announcement, 2025-07); bitnami/charts#36336
    /// - apache/airflow#57328, zitadel/zitadel-charts#448
    slug: "database-image-withdrawn",
    level: Error,
    guidelines: [],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for (_, container) in cx.app.containers() {
        let Some(image) = container.image.as_ref().filter(|image| is_withdrawn(&image.value))
        else {
            continue;
        };
        report.at(
            &image.at,
            format!("{} was withdrawn", image.value.reference),
            "it cannot be pulled, so whatever waits for it never becomes ready",
            "use the official image, an operator, or a database outside; bitnamilegacy holds the \
             same tag for now",
        );
    }
}

fn is_withdrawn(image: &Image) -> bool {
    let registry = image.registry.as_deref().unwrap_or("docker.io");
    matches!(registry, "docker.io" | "index.docker.io" | "registry-1.docker.io")
        && image.repository.starts_with("bitnami/")
        && image.tag.as_deref().is_some_and(|tag| tag.starts_with(|c: char| c.is_ascii_digit()))
}
