//! Pretended nodes: what a kubelet, a container runtime and a provisioner of volumes would tell the
//! API server, and nothing of what they would do.

mod behaviour;
mod events;
mod needs;
mod nodes;
mod pods;
mod report;
mod volumes;

use anyhow::Result;
use kube::Client;

use crate::table::Table;

/// All nodes of a table.
#[derive(Clone)]
pub(crate) struct Kubelet {
    client: Client,
    table: Table,
}

impl Kubelet {
    pub(crate) fn new(client: Client, table: Table) -> Self {
        Self { client, table }
    }

    /// Makes the nodes and storage classes known.
    pub(crate) async fn register(&self) -> Result<()> {
        nodes::register(&self.client, &self.table).await
    }

    /// Plays the nodes' part for ever.
    pub(crate) async fn run(self) {
        tokio::join!(
            nodes::beat(self.client.clone(), &self.table),
            pods::follow(self.client.clone(), &self.table),
            volumes::serve(self.client.clone()),
        );
    }
}
