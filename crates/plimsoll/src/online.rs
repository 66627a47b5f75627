//! Models in registries, where `--online` asks for them: headers and manifests, never weights.
//!
//! Source: huggingface/huggingface_hub hf_api.py and file_download.py (the Hub's addresses);
//! opencontainers/distribution-spec 1.1 and distribution/distribution docs/spec/auth/token.md
//! (registries, Ollama's too).

mod cache;
mod client;
mod hub;
mod ranged;
mod registry;
mod remote;

use std::env;
use std::time::Duration;

use anyhow::{Result, bail};
use plimsoll_size::{Model, Reference};

use cache::Cache;
use client::Client;

/// Whether and whom to ask.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// Ask the registry that the reference names, for headers and manifests only.
    ///
    /// Without it nothing is ever fetched. Proxies are those of the environment (HTTPS_PROXY,
    /// NO_PROXY); a token for the Hub is taken from HF_TOKEN.
    #[arg(long)]
    online: bool,
    /// The Hub, or a mirror of it.
    #[arg(
        long,
        value_name = "URL",
        env = "HF_ENDPOINT",
        hide_env_values = true,
        default_value = "https://huggingface.co"
    )]
    hub: String,
    /// A mirror in place of Ollama's registry.
    #[arg(long, value_name = "URL", env = "OLLAMA_REGISTRY", hide_env_values = true)]
    ollama_registry: Option<String>,
    /// How long to wait for an answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Keep nothing of what was fetched, and use nothing of it.
    #[arg(long)]
    no_cache: bool,
}

/// Returns the model that a reference names in its registry; nothing where nobody is to be asked, and
/// for references that name none.
pub(crate) fn open(
    reference: &Reference,
    inner: Option<&str>,
    options: &Options,
) -> Result<Option<Model>> {
    if !options.online {
        return Ok(None);
    }
    let cache = if options.no_cache { Cache::none() } else { Cache::at_home() };
    let client = Client::new(cache, Duration::from_secs(options.timeout));
    match reference {
        Reference::Hub { repository, revision, file } => {
            let token = env::var("HF_TOKEN").ok().filter(|token| !token.is_empty());
            let hub = hub::Hub::new(&client, &options.hub, token)?;
            let want = file.as_deref().or(inner);
            hub.open(repository, revision.as_deref(), want).map(Some)
        }
        Reference::Ollama(name) => {
            let base = options.ollama_registry.as_deref();
            registry::open_ollama(&client, base, name).map(Some)
        }
        Reference::Oci { host, repository, version } => {
            registry::open_oci(&client, host, repository, version.as_deref(), inner).map(Some)
        }
        Reference::Path(_) | Reference::Listing(_) | Reference::Stdin => {
            bail!("--online asks registries, and {reference} names none")
        }
    }
}
