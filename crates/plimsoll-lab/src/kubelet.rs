//! Pretended nodes: what a kubelet, a container runtime and a provisioner of volumes would tell the
//! API server, and nothing of what they would do, unless a pod asks for a real process.

mod nodes;

use std::sync::Arc;

use anyhow::Result;
use kube::Client;

use crate::place::Place;
use crate::table::Table;

/// All nodes of a table.
#[derive(Clone)]
pub(crate) struct Kubelet(Arc<Shared>);

struct Shared {
    client: Client,
    place: Place,
    table: Table,
}

impl Kubelet {
    pub(crate) fn new(client: Client, place: Place, table: Table) -> Self {
        Self(Arc::new(Shared { client, place, table }))
    }

    /// Makes the nodes and storage classes known.
    pub(crate) async fn register(&self) -> Result<()> {
        nodes::register(&self.0.client, &self.0.table).await
    }

    /// Plays the nodes' part for ever.
    pub(crate) async fn run(self) {
        nodes::beat(self.0.client.clone(), self.0.table.clone()).await;
    }
}
