//! The cluster that a chart is for: a file below `clusters/`, with the cards that it names looked up.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use plimsoll_app::cluster::{Cluster, NodeGroup, Taint};
use plimsoll_app::{Effect, gpu};
use plimsoll_size::{Bytes, GPUS, Gpu, Vendor};

use crate::{file, scaffold};

/// A cluster is described in far less.
const MAX_BYTES: u64 = 1 << 20;

/// A cluster file that was read.
#[derive(Clone, Debug)]
pub(crate) struct ClusterFile {
    /// What it is called: its path, within the repository where it was named without one.
    pub(crate) label: String,
    pub(crate) cluster: Cluster,
    /// The card of each group of nodes, where it is known.
    cards: Vec<Option<Gpu>>,
}

/// GPUs of one kind that a pod can have on one node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offer<'c> {
    pub(crate) group: &'c NodeGroup,
    pub(crate) vendor: Vendor,
    /// The card, where the file or a node label says it.
    pub(crate) card: Option<Gpu>,
    /// How many a pod can have at most.
    pub(crate) most: u64,
}

impl ClusterFile {
    /// Opens `clusters/<name>.yaml` of the repository, or the file that `name` is the path of.
    ///
    /// # Errors
    /// If there is none, or something is wrong with it: all of it, each with its place.
    pub(crate) fn open(repository: &Path, name: &str) -> Result<Self> {
        let is_path = name.contains(['/', '\\']) || name.ends_with(".yaml");
        let label = if is_path { name.to_owned() } else { format!("clusters/{name}.yaml") };
        let path = if is_path { PathBuf::from(name) } else { repository.join(&label) };
        if !is_path && !path.is_file() {
            let known = names(repository);
            let known = if known.is_empty() {
                "there are none".to_owned()
            } else {
                format!("there are {}", known.join(", "))
            };
            bail!("--cluster {name}: {} is no file; {known}", path.display());
        }
        let text = file::read_regular_text(&path, MAX_BYTES)?;
        let cluster = Cluster::read(&label, &text).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            anyhow!("{}", lines.join("\n"))
        })?;
        let cards = cluster.nodes.iter().map(card).collect::<Result<_>>()?;
        Ok(Self { label, cluster, cards })
    }

    /// The GPUs that its nodes have.
    pub(crate) fn offers(&self) -> impl Iterator<Item = Offer<'_>> {
        self.cluster.nodes.iter().zip(&self.cards).filter_map(|(group, card)| {
            let (vendor, most) = group.gpus()?;
            Some(Offer { group, vendor: vendor_of(vendor)?, card: *card, most })
        })
    }

    /// What its nodes have, in words.
    pub(crate) fn describe(&self) -> String {
        let offers: Vec<String> = self
            .offers()
            .map(|offer| match offer.card {
                Some(card) => format!("{} × {}", offer.most, card.name),
                None => format!("{} of {}", offer.most, scaffold::Vendor::from(offer.vendor)),
            })
            .collect();
        if offers.is_empty() { "no GPU".to_owned() } else { offers.join(", ") }
    }

    /// The most memory that a pod can have on a node, of those that `fits` takes; nothing where one of
    /// them does not say.
    pub(crate) fn memory(&self, fits: impl Fn(&NodeGroup) -> bool) -> Option<Bytes> {
        let groups = self.cluster.nodes.iter().filter(|group| fits(group));
        let memory: Option<Vec<u64>> = groups.map(NodeGroup::memory).collect();
        memory?.into_iter().max().map(Bytes)
    }
}

impl Offer<'_> {
    /// Taints that the charts do not tolerate by themselves: they know the vendors' usual ones.
    pub(crate) fn unusual_taints(&self) -> impl Iterator<Item = &Taint> {
        let usual = self.group.gpus().and_then(|(vendor, _)| vendor.fact());
        let usual = usual.map_or(&[][..], |fact| fact.taints);
        self.group.taints.iter().filter(move |taint| {
            let is_usual = taint.effect == Effect::NoSchedule && usual.contains(&&*taint.key);
            taint.effect != Effect::PreferNoSchedule && !is_usual
        })
    }

    /// A label of its nodes that tells them from those of `other`.
    pub(crate) fn label_against(&self, other: &Self) -> Option<(String, String)> {
        let product = self.card.map_or("", Gpu::product_label);
        let mut labels: Vec<&(String, String)> = self.group.labels.iter().collect();
        labels.sort_by_key(|(key, _)| key != product);
        labels.into_iter().find(|label| !other.group.labels.contains(label)).cloned()
    }
}

/// The names of a repository's cluster files.
pub(crate) fn names(repository: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(repository.join("clusters")) else { return Vec::new() };
    let name = |entry: fs::DirEntry| {
        let path = entry.path();
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml");
        is_yaml.then(|| path.file_stem()?.to_str().map(str::to_owned))?
    };
    let mut names: Vec<String> = entries.filter_map(Result::ok).filter_map(name).collect();
    names.sort();
    names
}

/// The card of a group: the one it names, or the one that a node label tells.
fn card(group: &NodeGroup) -> Result<Option<Gpu>> {
    let Some(name) = &group.gpu else {
        let by_label = |(key, value): &(String, String)| {
            let is_product = GPUS.iter().any(|gpu| gpu.product_label() == key);
            is_product.then(|| Gpu::named(value).ok())?
        };
        return Ok(group.labels.iter().find_map(by_label));
    };
    let place = group.gpu_place.as_ref().map_or_else(String::new, |place| {
        format!("{}:{}:{}: ", place.file, place.position.line, place.position.column)
    });
    let card = Gpu::named(name).map_err(|error| anyhow!("{place}{error}"))?;
    if let Some((vendor, _)) = group.gpus()
        && vendor_of(vendor) != Some(card.vendor)
    {
        bail!(
            "{place}{} is of {}, and what is allocatable is of another vendor",
            card.name,
            scaffold::Vendor::from(card.vendor)
        );
    }
    Ok(Some(card))
}

fn vendor_of(vendor: gpu::Vendor) -> Option<Vendor> {
    match vendor {
        gpu::Vendor::Nvidia => Some(Vendor::Nvidia),
        gpu::Vendor::Amd => Some(Vendor::Amd),
        gpu::Vendor::Intel => Some(Vendor::Intel),
        _ => None,
    }
}
