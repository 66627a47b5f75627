//! A real Kubernetes control plane for tests, without a network and without containers.
//!
//! etcd, kube-apiserver, kube-controller-manager and kube-scheduler of one pinned release run in a
//! network namespace that has no way out; the definitions of the operators that Plimsoll names are
//! applied, and a small kubelet of this crate's own pretends to be nodes with GPUs. See
//! `docs/LAB.md`.
//!
//! ```no_run
//! use plimsoll_lab::{Lab, User};
//!
//! let lab = Lab::obtain()?;
//! let namespace = lab.block_on(lab.namespace("example"))?;
//! let refused = lab.block_on(lab.dry_run("kind: Nonsense\napiVersion: v1\n", &namespace))?;
//! assert_eq!(refused.len(), 1);
//! let client = lab.client(User::Admin);
//! # let _ = client;
//! # anyhow::Ok(())
//! ```

mod address;
mod client;
mod control_plane;
mod crds;
mod door;
mod dry_run;
mod go;
mod inside;
mod kubelet;
mod lab;
mod log;
mod pki;
mod place;
mod programs;
mod table;
mod tools;
mod yaml;

pub use client::User;
pub use crds::{CrdPin, PINS};
pub use dry_run::Refusal;
pub use inside::{Orders, run_inside};
pub use lab::{Lab, Namespace, Status};
pub use place::Place;
pub use programs::{Programs, release};
pub use table::{Class, NodeRow, Table};
