//! What a cluster file says to a new chart: it fills in what the flags leave open, and refuses what the
//! cluster cannot give.

use anyhow::{Result, bail};
use plimsoll_app::AccessMode;
use plimsoll_app::cluster::{self, WayIn};
use plimsoll_size::Gpu;

use super::flags::Flags;
use crate::cluster_file::{ClusterFile, Offer};
use crate::scaffold::{Figures, Placement, Platform, Vendor, Wanted};

/// The cluster, where one was named.
pub(super) type Site = Option<ClusterFile>;

/// Fills in what the cluster file knows and the flags leave open.
pub(super) fn fill(flags: &mut Flags, file: &ClusterFile) {
    let known = &file.cluster;
    flags.platform = flags.platform.or(known.platform.map(|platform| match platform {
        cluster::Platform::Kubernetes => Platform::Kubernetes,
        cluster::Platform::Openshift => Platform::Openshift,
    }));
    if flags.storage_class.is_none() {
        flags.storage_class = class(file).map(str::to_owned);
    }
    if flags.secret_store.is_none() {
        flags.secret_store = known.secret_stores.first().cloned();
    }
    let Some(host) = &mut flags.host else { return };
    if let Some(domain) = known.domain.as_ref().filter(|_| !host.contains('.')) {
        *host = format!("{host}.{domain}");
    }
    if flags.gateway.is_some() || flags.ingress_class.is_some() {
        return;
    }
    match &known.way_in {
        Some(WayIn::Gateway { namespace, name }) => {
            flags.gateway = Some(format!("{namespace}/{name}"));
        }
        Some(WayIn::Ingress { class, namespace }) => {
            flags.ingress_class = Some(class.clone());
            flags.ingress_namespace.get_or_insert_with(|| namespace.clone());
        }
        None => {}
    }
}

/// The class for a volume of one node: the usual one, unless it is known not to give such volumes.
fn class(file: &ClusterFile) -> Option<&str> {
    let gives = |class: &&cluster::StorageClass| {
        class.access_modes.is_empty() || class.access_modes.contains(&AccessMode::ReadWriteOnce)
    };
    let usual = file.cluster.usual_class();
    let class = usual.filter(gives).or_else(|| file.cluster.storage_classes.iter().find(gives));
    class.map(|class| &*class.name)
}

/// Which GPU is wanted of the cluster. What nobody asked for is taken where the cluster has it.
///
/// # Errors
/// If the cluster has no such GPU.
pub(super) fn wanted(
    file: &ClusterFile,
    wanted: Wanted,
    is_open: bool,
    gpus: Option<u64>,
) -> Result<Wanted> {
    if file.cluster.nodes.is_empty() {
        return Ok(wanted);
    }
    let matching = |fits: &dyn Fn(&Offer<'_>) -> bool| -> Vec<Offer<'_>> {
        let enough = |offer: &Offer<'_>| gpus.is_none_or(|gpus| gpus <= offer.most);
        file.offers().filter(|offer| fits(offer) && enough(offer)).collect()
    };
    let (offers, asked) = match &wanted {
        Wanted::None if is_open => {
            let offers = matching(&|_| true);
            if offers.is_empty() && gpus.is_none() {
                return Ok(Wanted::None);
            }
            (offers, "GPU".to_owned())
        }
        Wanted::Vendor(vendor, _) => {
            let vendor = *vendor;
            (matching(&|offer| Vendor::from(offer.vendor) == vendor), format!("GPU of {vendor}"))
        }
        Wanted::Gpu(gpu, _) => {
            let name = gpu.name;
            let is_it = |offer: &Offer<'_>| offer.card.is_some_and(|card| card.name == name);
            (matching(&is_it), name.to_owned())
        }
        Wanted::None | Wanted::Among(..) => return Ok(wanted),
    };
    if offers.is_empty() {
        let count = gpus.map_or_else(|| "no".to_owned(), |gpus| format!("no node with {gpus} ×"));
        bail!("{} has {count} {asked}: its nodes have {}", file.label, file.describe());
    }
    let cards: Vec<(Gpu, u64)> =
        offers.iter().filter_map(|offer| Some((offer.card?, offer.most))).collect();
    match wanted {
        Wanted::Gpu(..) => Ok(wanted),
        // Without a card there is nothing to size for but the vendor's smallest.
        _ if cards.is_empty() => Ok(Wanted::Vendor(offers[0].vendor.into(), gpus)),
        _ => Ok(Wanted::Among(cards, gpus)),
    }
}

/// What the nodes that have the GPU ask of the pod.
///
/// # Errors
/// If none of them has the memory that the pod needs.
pub(super) fn placement(
    file: &ClusterFile,
    vendor: Vendor,
    card: Option<Gpu>,
    figures: Option<&Figures>,
) -> Result<Placement> {
    let is_it = |offer: &Offer<'_>| {
        Vendor::from(offer.vendor) == vendor
            && card.is_none_or(|card| offer.card.is_none_or(|own| own.name == card.name))
    };
    let (chosen, others): (Vec<Offer<'_>>, Vec<Offer<'_>>) =
        file.offers().filter(|offer| Vendor::from(offer.vendor) == vendor).partition(is_it);
    let most = file.memory(|group| match vendor {
        Vendor::None => true,
        _ => chosen.iter().any(|offer| offer.group == group),
    });
    if let (Some(figures), Some(most)) = (figures, most)
        && figures.host_memory() > most
    {
        bail!(
            "its pod needs {} of host memory, and the nodes of {} that could take it have {most} at \
             most; shorten the context with --ctx, or take a smaller quantisation",
            figures.host_memory(),
            file.label
        );
    }
    let node_label = match (&*chosen, &*others) {
        ([first, ..], [other, ..]) if card.is_some() => first.label_against(other),
        _ => None,
    };
    // One kind of node is enough; nodes that are kept for others are the last choice.
    let taints = chosen.iter().map(|offer| offer.unusual_taints().cloned().collect::<Vec<_>>());
    let taints = taints.min_by_key(Vec::len).unwrap_or_default();
    Ok(Placement { cluster: Some(file.label.clone()), node_label, taints })
}
