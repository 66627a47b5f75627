//! What a new chart shall be.

use std::fmt;
use std::str::FromStr;

use plimsoll_app::cluster::Taint;

use super::base::Base;
use super::figures::Figures;

/// The flavour to render for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Platform {
    /// Any conformant cluster.
    Kubernetes,
    /// OpenShift: Routes, and users chosen by the namespace.
    Openshift,
}

impl Platform {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Kubernetes => "kubernetes",
            Self::Openshift => "openshift",
        }
    }
}

/// Whose GPU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Vendor {
    #[default]
    None,
    Amd,
    Intel,
    Nvidia,
}

impl Vendor {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Amd => "amd",
            Self::Intel => "intel",
            Self::Nvidia => "nvidia",
        }
    }
}

impl From<plimsoll_size::Vendor> for Vendor {
    fn from(vendor: plimsoll_size::Vendor) -> Self {
        match vendor {
            plimsoll_size::Vendor::Nvidia => Self::Nvidia,
            plimsoll_size::Vendor::Amd => Self::Amd,
            plimsoll_size::Vendor::Intel => Self::Intel,
        }
    }
}

/// An image: `[registry/]repository[:tag][@digest]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) registry: String,
    pub(crate) repository: String,
    pub(crate) tag: String,
    pub(crate) digest: String,
}

impl FromStr for Image {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:@".contains(&byte);
        if text.is_empty() || !text.bytes().all(is_plain) {
            return Err("an image is registry/repository:tag or registry/repository@digest".into());
        }
        let (rest, digest) = text.split_once('@').unwrap_or((text, ""));
        let name = rest.rfind('/').map_or(0, |at| at + 1);
        let (rest, tag) = match rest[name..].rfind(':') {
            Some(at) => (&rest[..name + at], &rest[name + at + 1..]),
            None => (rest, ""),
        };
        if tag.is_empty() && digest.is_empty() {
            return Err(format!("{text} has neither tag nor digest, so it may change any day"));
        }
        let (registry, repository) = match rest.split_once('/') {
            Some((host, path)) if host.contains(['.', ':']) => (host, path),
            _ => ("docker.io", rest),
        };
        let own = str::to_owned;
        Ok(Self {
            registry: own(registry),
            repository: own(repository),
            tag: own(tag),
            digest: own(digest),
        })
    }
}

/// The way in from outside the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entrance {
    Route { host: String },
    Ingress { host: String, class: String, from: String },
    Gateway { host: String, namespace: String, name: String },
}

/// What a cluster's nodes ask of a pod beyond what the charts know by themselves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Placement {
    /// The cluster file that says so.
    pub(crate) cluster: Option<String>,
    /// A node label that tells the card from others of the same vendor.
    pub(crate) node_label: Option<(String, String)>,
    pub(crate) taints: Vec<Taint>,
}

/// What was asked for, complete.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) base: &'static Base,
    pub(crate) name: String,
    pub(crate) platform: Platform,
    pub(crate) vendor: Vendor,
    pub(crate) gpus: u64,
    pub(crate) storage_class: Option<String>,
    pub(crate) image: Option<Image>,
    pub(crate) port: Option<u16>,
    pub(crate) health: Option<String>,
    pub(crate) entrance: Option<Entrance>,
    pub(crate) secret_store: Option<String>,
    /// Namespaces whose pods may call it.
    pub(crate) callers: Vec<String>,
    pub(crate) placement: Placement,
    /// What the model needs, where there is one.
    pub(crate) figures: Option<Figures>,
}

impl Order {
    /// The base under another name, and nothing else.
    #[cfg(test)]
    pub(super) fn plain(base: &'static Base, name: &str) -> Self {
        Self {
            base,
            name: name.to_owned(),
            platform: Platform::Kubernetes,
            vendor: Vendor::None,
            gpus: 1,
            storage_class: None,
            image: None,
            port: None,
            health: None,
            entrance: None,
            secret_store: None,
            callers: Vec::new(),
            placement: Placement::default(),
            figures: None,
        }
    }

    /// A few lines for the README.
    pub(super) fn describe(&self) -> String {
        let gpu = match self.vendor {
            Vendor::None => "no GPU".to_owned(),
            vendor => format!("{} × {vendor}", self.gpus),
        };
        let mut text = format!(
            "Made from the chart `{}` of Plimsoll {} for {}, {gpu}.\n",
            self.base.chart,
            env!("CARGO_PKG_VERSION"),
            self.platform.word(),
        );
        if let Some(cluster) = &self.placement.cluster {
            text.push_str(&format!("\nWhat the cluster has was read from `{cluster}`.\n"));
        }
        if let Some(figures) = &self.figures {
            text.push_str(&format!("\n{}", figures.describe()));
        }
        text
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_come_apart() {
        let image: Image = "ghcr.io/org/app:v1@sha256:ab".parse().unwrap();
        assert_eq!(
            (&*image.registry, &*image.repository, &*image.tag, &*image.digest),
            ("ghcr.io", "org/app", "v1", "sha256:ab")
        );
        let image: Image = "localhost:5000/app:2".parse().unwrap();
        assert_eq!((&*image.registry, &*image.repository), ("localhost:5000", "app"));
        let image: Image = "org/app:2".parse().unwrap();
        assert_eq!((&*image.registry, &*image.repository), ("docker.io", "org/app"));
        assert!("org/app".parse::<Image>().unwrap_err().contains("neither tag nor digest"));
        assert!("a b:1".parse::<Image>().is_err());
    }
}
