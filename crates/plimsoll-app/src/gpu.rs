//! GPUs: the names that vendors give them, and what a container asks for.

use crate::{Field, Source, Spot};

/// Who makes the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Vendor {
    /// NVIDIA.
    Nvidia,
    /// AMD.
    Amd,
    /// Intel GPUs.
    Intel,
    /// Intel Gaudi accelerators, which take other images than Intel GPUs.
    Gaudi,
}

/// What one unit of a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A whole card, unless the cluster shares cards under their plain name.
    Card,
    /// A slice with memory of its own (MIG).
    Slice,
    /// A share without memory of its own (time-slicing or MPS, renamed).
    Share,
    /// A partition of a card (AMD compute and memory partitions).
    Partition,
    /// The right to look at all devices, not to compute.
    Monitor,
    /// Devices of a class, through dynamic resource allocation.
    Device,
}

/// How a resource name is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePattern {
    /// Exactly this.
    Exact(&'static str),
    /// This prefix, then a MIG profile such as `1g.10gb`.
    Mig(&'static str),
    /// This prefix, then an AMD partition such as `cpx_nps4`.
    Partition(&'static str),
}

/// A resource name that some device plugin advertises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceFact {
    /// The name.
    pub name: NamePattern,
    /// Whose device it is.
    pub vendor: Vendor,
    /// What one unit is.
    pub unit: Unit,
    /// Who advertises it, and when.
    pub advertiser: &'static str,
    /// Where this was read.
    pub source: Source,
}

/// A resource name that is used and that nobody advertises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongName {
    /// The name.
    pub name: &'static str,
    /// Whose device is meant.
    pub vendor: Vendor,
    /// What to write instead, in words.
    pub instead: &'static str,
    /// Where this was read.
    pub source: Source,
}

/// What is known of a resource name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameVerdict {
    /// Some device plugin advertises it.
    Advertised(&'static ResourceFact),
    /// A known mistake.
    Wrong(&'static WrongName),
    /// It lies in a GPU vendor's domain and no known plugin advertises it.
    Unknown(Vendor),
}

/// GPUs that a container asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GpuRequest {
    /// The resource's name, or the device class; its spot covers the key.
    pub name: Field<String>,
    /// Whose device it is.
    pub vendor: Vendor,
    /// What one unit is; absent for a name that nobody advertises.
    pub unit: Option<Unit>,
    /// What is known of the name; absent for a device class.
    pub verdict: Option<NameVerdict>,
    /// How many; 0 where the quantity is not whole.
    pub count: Field<i64>,
    /// The node that asks: the limit, the request, or the resource claim's name.
    pub at: Spot,
}

impl GpuRequest {
    /// Tells whether it asks for a device to compute on: more than none, and not only a look.
    #[must_use]
    pub fn is_compute(&self) -> bool {
        self.count.value > 0 && self.unit != Some(Unit::Monitor)
    }
}
