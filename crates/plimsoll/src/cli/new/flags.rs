//! The flags of `plimsoll new`, and the order that they make.

use anyhow::{Result, anyhow, bail};
use plimsoll_app::is_object_name;
use plimsoll_size::{Engine, Gpu};

use super::site::{self, Site};
use crate::online;
use crate::scaffold::{
    Base, Entrance, Figures, Image, Order, Pattern, Placement, Platform, Vendor, Wanted,
};

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Flags {
    /// What it is for; asked for where it is left out.
    #[arg(value_enum)]
    pub(super) pattern: Option<Pattern>,
    /// What the chart is called.
    pub(super) name: Option<String>,
    /// What runs the model: ollama, llama.cpp, vllm, tei.
    #[arg(long, value_name = "ENGINE")]
    pub(super) engine: Option<Engine>,
    /// The model, as for `plimsoll size`: llama3.1:8b, hf://org/repo, a file, ...
    #[arg(long, value_name = "REF")]
    pub(super) model: Option<String>,
    /// Tokens of one sequence.
    #[arg(long, value_name = "TOKENS")]
    ctx: Option<u64>,
    /// Sequences at once.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=4096))]
    parallel: u64,
    /// The GPU: none, a vendor (amd, intel, nvidia), or a card such as L4.
    #[arg(long, value_name = "GPU")]
    pub(super) gpu: Option<String>,
    /// How many GPUs; by default as many as the model needs.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=64))]
    pub(super) gpus: Option<u64>,
    /// What the cluster has: clusters/NAME.yaml, or a path; other flags come before it.
    #[arg(long, value_name = "NAME")]
    pub(super) cluster: Option<String>,
    /// The flavour of the cluster.
    #[arg(long, value_enum)]
    pub(super) platform: Option<Platform>,
    /// Storage class of what must last; by default the cluster's.
    #[arg(long, value_name = "CLASS", value_parser = object_name)]
    pub(super) storage_class: Option<String>,
    /// The image, with a tag or a digest, where it is not the chart's own.
    #[arg(long, value_name = "IMAGE")]
    pub(super) image: Option<Image>,
    /// Port of an image of your own.
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// What answers 200 when an image of your own can serve.
    #[arg(long, value_name = "PATH", value_parser = http_path)]
    health: Option<String>,
    /// Publish it under this host: a Route on OpenShift, else an Ingress or an HTTPRoute.
    ///
    /// A name without dots is completed with the domain of the cluster file.
    #[arg(long, value_name = "HOST", value_parser = object_name)]
    pub(super) host: Option<String>,
    /// The Gateway of the HTTPRoute, as NAMESPACE/NAME.
    #[arg(
        long,
        value_name = "NAMESPACE/NAME",
        requires = "host",
        conflicts_with = "ingress_class"
    )]
    pub(super) gateway: Option<String>,
    /// The class of the Ingress.
    #[arg(long, value_name = "CLASS", requires = "host", value_parser = object_name)]
    pub(super) ingress_class: Option<String>,
    /// The namespace of the ingress controller, which the network policy lets in.
    #[arg(long, value_name = "NAMESPACE", requires = "ingress_class", value_parser = object_name)]
    pub(super) ingress_namespace: Option<String>,
    /// The ClusterSecretStore of External Secrets; without it you make the Secrets.
    #[arg(long, value_name = "NAME", value_parser = object_name)]
    pub(super) secret_store: Option<String>,
    /// A namespace whose pods may call it; repeat it for more.
    #[arg(long, value_name = "NAMESPACE", value_parser = object_name)]
    caller: Vec<String>,
    #[command(flatten)]
    online: online::Options,
}

impl Flags {
    pub(super) const fn is_complete(&self) -> bool {
        self.pattern.is_some() && self.name.is_some()
    }

    /// What is ordered, for a cluster that may be known.
    ///
    /// # Errors
    /// If flags contradict each other, the pattern or the cluster.
    pub(super) fn order(&self, site: &Site) -> Result<Order> {
        let (Some(pattern), Some(name)) = (self.pattern, &self.name) else {
            bail!("a pattern and a name are needed");
        };
        chart_name(name)?;
        if self.engine.is_some() && pattern != Pattern::Engine {
            bail!("--engine is for the pattern engine");
        }
        let base = Base::of(pattern, self.engine).ok_or_else(|| {
            anyhow!("--engine: there is no chart for it; take ollama, llama.cpp, vllm or tei")
        })?;
        if (self.port.is_some() || self.health.is_some()) && pattern != Pattern::Any {
            bail!("--port and --health are for the pattern any; the other charts know theirs");
        }
        if pattern == Pattern::Any && self.image.is_none() {
            bail!("the pattern any needs your image: --image registry/repository:tag");
        }
        let wanted = self.wanted(base, site)?;
        let figures = self.figures(base, &wanted)?;
        let card = figures.as_ref().and_then(Figures::gpu);
        let vendor = card.map_or_else(|| vendor_of(&wanted), |card| card.vendor.into());
        if base.without_image.contains(&vendor.word()) && self.image.is_none() {
            bail!("{} has no image for {vendor}; name yours with --image", base.chart);
        }
        let gpus = figures.as_ref().map(Figures::gpus).or(self.gpus).unwrap_or(1);
        let placement = match site {
            Some(file) => site::placement(file, vendor, card, figures.as_ref())?,
            None => Placement::default(),
        };
        Ok(Order {
            base,
            name: name.clone(),
            platform: self.platform.unwrap_or(Platform::Kubernetes),
            vendor,
            gpus: self.gpus.unwrap_or(gpus),
            storage_class: self.storage_class.clone(),
            image: self.image.clone(),
            port: self.port,
            health: self.health.clone(),
            entrance: self.entrance(base)?,
            secret_store: self.secret_store.clone(),
            callers: self.caller.clone(),
            placement,
            figures,
        })
    }

    fn wanted(&self, base: &Base, site: &Site) -> Result<Wanted> {
        let wanted = match self.gpu.as_deref() {
            None | Some("none") => Wanted::None,
            Some("amd") => Wanted::Vendor(Vendor::Amd, self.gpus),
            Some("intel") => Wanted::Vendor(Vendor::Intel, self.gpus),
            Some("nvidia") => Wanted::Vendor(Vendor::Nvidia, self.gpus),
            Some(name) => Wanted::Gpu(Gpu::named(name)?, self.gpus.unwrap_or(1)),
        };
        let wanted = match site {
            // Only what is sized takes a card that nobody asked for.
            Some(file) if base.has_gpu && (self.gpu.is_some() || self.model.is_some()) => {
                site::wanted(file, wanted, self.gpu.is_none(), self.gpus)?
            }
            _ => wanted,
        };
        match wanted {
            Wanted::None if self.gpus.is_some() => bail!("--gpus needs --gpu"),
            Wanted::None => Ok(wanted),
            _ if !base.has_gpu => bail!("{} uses no GPU", base.chart),
            _ => Ok(wanted),
        }
    }

    fn figures(&self, base: &Base, wanted: &Wanted) -> Result<Option<Figures>> {
        let Some(model) = &self.model else {
            if self.ctx.is_some() {
                bail!("--ctx needs --model");
            }
            return Ok(None);
        };
        let Some(engine) = base.engine else {
            bail!("--model is for engines; {} serves none", base.chart);
        };
        let wanted = wanted.clone();
        Ok(Some(Figures::new(model, engine, self.ctx, self.parallel, wanted, &self.online)?))
    }

    fn entrance(&self, base: &Base) -> Result<Option<Entrance>> {
        let Some(host) = self.host.clone() else { return Ok(None) };
        if !base.has_entrance {
            bail!("{} has nothing to publish", base.chart);
        }
        if !host.contains('.') {
            bail!("{host} is no host name: write it whole, or name a --cluster with a domain");
        }
        if let Some(gateway) = &self.gateway {
            let Some((namespace, name)) = gateway.split_once('/') else {
                bail!("--gateway {gateway}: write NAMESPACE/NAME");
            };
            let namespace = object_name(namespace).map_err(|error| anyhow!(error))?;
            let name = object_name(name).map_err(|error| anyhow!(error))?;
            return Ok(Some(Entrance::Gateway { host, namespace, name }));
        }
        if let Some(class) = self.ingress_class.clone() {
            let Some(from) = self.ingress_namespace.clone() else {
                bail!(
                    "--ingress-class needs --ingress-namespace, or the network policy keeps it out"
                );
            };
            return Ok(Some(Entrance::Ingress { host, class, from }));
        }
        match self.platform {
            Some(Platform::Openshift) => Ok(Some(Entrance::Route { host })),
            _ => bail!(
                "--host needs a way in: --gateway NAMESPACE/NAME, or --ingress-class CLASS with \
                 --ingress-namespace NAMESPACE, or --platform openshift"
            ),
        }
    }
}

/// Whose GPU is wanted, where no model decides.
fn vendor_of(wanted: &Wanted) -> Vendor {
    match wanted {
        Wanted::None => Vendor::None,
        Wanted::Gpu(gpu, _) => gpu.vendor.into(),
        Wanted::Vendor(vendor, _) => *vendor,
        Wanted::Among(cards, _) => cards.first().map_or(Vendor::None, |(gpu, _)| gpu.vendor.into()),
    }
}

/// Names of the templates begin with it, and those of objects contain it.
pub(super) fn chart_name(name: &str) -> Result<()> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_name = name.bytes().all(is_plain)
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('-')
        && name.len() <= 30;
    if !is_name {
        bail!(
            "{name:?} is no name for a chart: lower-case letters, digits and dashes, at most 30, a letter first"
        );
    }
    if name == "ai-app" {
        bail!("ai-app is the library chart; choose another name");
    }
    Ok(())
}

/// A name in Kubernetes: DNS labels, joined by dots.
fn object_name(text: &str) -> Result<String, String> {
    if is_object_name(text) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "{text:?} is no name in Kubernetes: lower-case letters, digits, dashes and dots"
        ))
    }
}

fn http_path(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    if text.starts_with('/') && text.bytes().all(is_plain) {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} is no path: it begins with /"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_kubernetes() {
        assert!(chart_name("my-chat2").is_ok());
        for wrong in ["", "2chat", "Chat", "chat-", "a_b", "ai-app", &"a".repeat(31)] {
            assert!(chart_name(wrong).is_err(), "{wrong}");
        }
        assert!(object_name("truenas-iscsi-csi").is_ok());
        assert!(object_name("a..b").is_err());
        assert!(http_path("/healthz?full=1").is_ok());
        assert!(http_path("healthz").is_err());
    }
}
