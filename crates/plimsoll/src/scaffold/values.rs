//! What an order changes in the base's values.

use plimsoll_app::cluster::Taint;

use super::base::Pattern;
use super::order::{Entrance, Order, Platform, Vendor};

/// Keys, joined by dots, and YAML values.
type Changes = Vec<(String, String)>;

pub(super) fn changes(order: &Order) -> Changes {
    let mut changes = Changes::new();
    let mut set = |keys: &str, value: &str| changes.push((keys.to_owned(), value.to_owned()));
    if order.platform == Platform::Openshift {
        set("platform", order.platform.word());
    }
    if order.vendor != Vendor::None {
        set("gpu.vendor", order.vendor.word());
        set("gpu.count", &order.gpus.to_string());
    }
    if let (Some(class), Some(claim)) = (&order.storage_class, order.base.claim) {
        set(&format!("persistence.{claim}.storageClass"), class);
    }
    if order.base.pattern == Pattern::Any {
        if let Some(port) = order.port {
            set("app.port", &port.to_string());
        }
        if let Some(path) = &order.health {
            set("app.healthPath", &format!("{path:?}"));
        }
    }
    image(order, &mut set);
    entrance(order, &mut set);
    secrets(order, &mut set);
    if !order.callers.is_empty() {
        let peers: Vec<String> = order.callers.iter().map(|one| peer(one)).collect();
        set("networkPolicy.callers", &peers.join("\n"));
    }
    placement(order, &mut set);
    if let Some(figures) = &order.figures {
        for (keys, value) in figures.values() {
            set(keys, &value);
        }
    }
    changes
}

fn placement(order: &Order, set: &mut impl FnMut(&str, &str)) {
    if let Some((key, value)) = &order.placement.node_label {
        set("nodeSelector", &format!("{key}: {value:?}"));
    }
    let tolerations: Vec<String> = order.placement.taints.iter().map(toleration).collect();
    if !tolerations.is_empty() {
        set("tolerations", &tolerations.join("\n"));
    }
}

fn toleration(taint: &Taint) -> String {
    let Taint { key, value, effect } = taint;
    let matched = if value.is_empty() {
        "operator: Exists".to_owned()
    } else {
        format!("operator: Equal\n  value: {value:?}")
    };
    format!("- key: {key:?}\n  {matched}\n  effect: {}", effect.word())
}

/// Pods of a namespace.
fn peer(namespace: &str) -> String {
    format!(
        "- namespaceSelector:\n    matchLabels:\n      kubernetes.io/metadata.name: {namespace}"
    )
}

/// The image belongs to the vendor's row where there is a GPU: it is the variant for it.
fn image(order: &Order, set: &mut impl FnMut(&str, &str)) {
    let Some(image) = &order.image else { return };
    if order.vendor == Vendor::None || order.base.pattern == Pattern::Any {
        set("image.registry", &image.registry);
        set("image.repository", &image.repository);
        set("image.tag", &format!("{:?}", image.tag));
        if !image.digest.is_empty() {
            set("image.digest", &image.digest);
        }
        return;
    }
    let row = format!("gpu.presets.{}.image", order.vendor);
    set(&format!("{row}.registry"), &image.registry);
    set(&format!("{row}.repository"), &image.repository);
    set(&format!("{row}.tagPrefix"), "\"\"");
    set(&format!("{row}.tagSuffix"), "\"\"");
    set("image.tag", &format!("{:?}", image.tag));
    if !image.digest.is_empty() {
        set(&format!("{row}.digest"), &image.digest);
    }
}

fn entrance(order: &Order, set: &mut impl FnMut(&str, &str)) {
    let Some(entrance) = &order.entrance else { return };
    match entrance {
        Entrance::Route { host } => {
            set("route.enabled", "true");
            set("route.host", host);
        }
        Entrance::Ingress { host, class, from } => {
            set("ingress.enabled", "true");
            set("ingress.className", class);
            let controller =
                ["nginx", "traefik", "haproxy"].into_iter().find(|one| class.contains(one));
            set("ingress.controller", controller.unwrap_or("none"));
            set("ingress.host", host);
            set("ingress.tls.secretName", &format!("{}-tls", order.name));
            set("networkPolicy.routers", &peer(from));
        }
        Entrance::Gateway { host, namespace, name } => {
            set("httpRoute.enabled", "true");
            set("httpRoute.parentRefs", &format!("- name: {name}\n  namespace: {namespace}"));
            set("httpRoute.hostnames", &format!("- {host}"));
            set("networkPolicy.routers", &peer(namespace));
        }
    }
    if order.base.pattern == Pattern::Any {
        set("app.authenticates", "true");
    }
}

fn secrets(order: &Order, set: &mut impl FnMut(&str, &str)) {
    if order.base.pattern == Pattern::Gateway {
        // Whoever runs the database makes it; `<cluster>-app` of CloudNativePG has the same keys.
        set("database.existingSecret", &format!("{}-database", order.name));
    }
    if let Some(store) = &order.secret_store {
        if order.base.secrets.is_empty() {
            return;
        }
        set("externalSecret.enabled", "true");
        set("externalSecret.store.name", store);
        let prefix = order.name.to_uppercase().replace('-', "_");
        for (entry, suffix) in order.base.secrets {
            set(&format!("externalSecret.{entry}.key"), &format!("{prefix}_{suffix}"));
        }
    } else if let Some((keys, end)) = order.base.existing_secret {
        // An engine needs a token only for its proxy, which runs when something is exposed.
        if order.base.engine.is_none() || order.entrance.is_some() {
            set(keys, &format!("{}-{end}", order.name));
        }
    }
}
