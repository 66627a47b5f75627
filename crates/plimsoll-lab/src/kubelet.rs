//! Pretended nodes: what a kubelet, a container runtime and a provisioner of volumes would tell the
//! API server, and nothing of what they would do, unless a pod asks for a real process.

mod behaviour;
mod environment;
mod events;
mod needs;
mod nodes;
mod pods;
mod probe;
mod process;
mod real;
mod report;
mod volumes;

use anyhow::Result;
use kube::Client;

use crate::place::Place;
use crate::table::Table;

/// All nodes of a table.
#[derive(Clone)]
pub(crate) struct Kubelet {
    client: Client,
    place: Place,
    table: Table,
}

impl Kubelet {
    pub(crate) fn new(client: Client, table: Table, place: Place) -> Self {
        Self { client, place, table }
    }

    /// Makes the nodes and storage classes known.
    pub(crate) async fn register(&self) -> Result<()> {
        nodes::register(&self.client, &self.table).await
    }

    /// Plays the nodes' part for ever.
    pub(crate) async fn run(self) {
        tokio::join!(
            nodes::beat(self.client.clone(), &self.table),
            pods::follow(self.client.clone(), &self.table, self.place),
            volumes::serve(self.client.clone()),
        );
    }
}
