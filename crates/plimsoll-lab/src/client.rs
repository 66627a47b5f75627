//! Who may speak to the API server, and how it is spoken to.

use std::path::PathBuf;

use anyhow::{Context, Result};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use crate::place::Place;

/// Someone whom the lab's API server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum User {
    /// May do everything.
    Admin,
    /// kube-controller-manager, with the rights that Kubernetes gives it.
    ControllerManager,
    /// kube-scheduler, with the rights that Kubernetes gives it.
    Scheduler,
    /// May read what the role `view` reads, everywhere: no secrets, no nodes.
    Viewer,
    /// Is known, and may do nothing.
    Stranger,
}

impl User {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Admin, Self::ControllerManager, Self::Scheduler, Self::Viewer, Self::Stranger];

    /// The name by which the API server knows this user.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::ControllerManager => "system:kube-controller-manager",
            Self::Scheduler => "system:kube-scheduler",
            Self::Viewer => "viewer",
            Self::Stranger => "stranger",
        }
    }

    pub(crate) fn groups(self) -> &'static str {
        match self {
            Self::Admin => "system:masters",
            _ => "lab:users",
        }
    }
}

/// From where the API server is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Inside,
    Outside,
}

/// The file that tells a client everything.
pub(crate) fn kubeconfig(place: &Place, user: User, reach: Reach) -> PathBuf {
    let reach = match reach {
        Reach::Inside => "inside",
        Reach::Outside => "outside",
    };
    place.file("pki").join(format!("{}-{reach}.kubeconfig", user.name()))
}

/// A client; the environment's proxies and certificates are of no concern to it.
pub(crate) async fn connect(place: &Place, user: User, reach: Reach) -> Result<Client> {
    let path = kubeconfig(place, user, reach);
    let file =
        Kubeconfig::read_from(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut config = Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await?;
    config.proxy_url = None;
    Ok(Client::try_from(config)?)
}
