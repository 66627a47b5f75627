//! GPUs: the names that vendors give them, and what a container asks for.

mod hint;
mod names;
mod vendors;

use crate::resources::{Amount, Resources};
use crate::{Field, Quantity, Source, Spot};

pub use hint::{ImageHint, image_hint};
pub use names::{RESOURCES, WRONG_NAMES, name_verdict};
pub use vendors::{VENDORS, VendorFact, device_class_vendor, pci_label, pci_vendor};

/// Who makes the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Vendor {
    /// NVIDIA GPUs.
    Nvidia,
    /// AMD GPUs.
    Amd,
    /// Intel GPUs.
    Intel,
    /// Intel Gaudi accelerators, which take other images than Intel GPUs.
    Gaudi,
    /// Google's TPUs.
    Tpu,
    /// Amazon's Neuron devices.
    Neuron,
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
    /// Memory or cores of a shared card, beside the count of cards.
    Measure,
    /// Devices of a class, through dynamic resource allocation.
    Device,
}

/// How a resource name is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePattern {
    /// Exactly this.
    Exact(&'static str),
    /// This prefix, then a MIG profile such as `1g.10gb`, and this suffix.
    Mig(&'static str, &'static str),
    /// This prefix, then an AMD partition such as `cpx_nps4`.
    Partition(&'static str),
    /// This prefix, then a name in capitals, such as `GA102GL_A10`.
    Capitals(&'static str),
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

impl NameVerdict {
    /// Returns whose device is meant.
    #[must_use]
    pub const fn vendor(self) -> Vendor {
        match self {
            Self::Advertised(fact) => fact.vendor,
            Self::Wrong(wrong) => wrong.vendor,
            Self::Unknown(vendor) => vendor,
        }
    }
}

/// GPUs that a container asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GpuRequest {
    /// The resource's name, or the device class; its spot covers the key or the claim's name.
    pub name: Field<String>,
    /// Whose device it is; absent for a device class that this model does not know, and for a
    /// resource claim that the release does not hold.
    pub vendor: Option<Vendor>,
    /// What one unit is; absent for a name that nobody advertises.
    pub unit: Option<Unit>,
    /// What is known of the name; absent for a device class.
    pub verdict: Option<NameVerdict>,
    /// How many, rounded up.
    pub count: Field<i64>,
    /// The amount as written; absent for a device class.
    pub quantity: Option<Field<Quantity>>,
}

impl GpuRequest {
    /// Reads the GPUs among extended resources; of each name the limit, else the request.
    pub(crate) fn of_resources(resources: &Resources) -> Vec<Self> {
        let is_unlimited = |amount: &&Amount| resources.limit(&amount.name.value).is_none();
        let requests = resources.requests.iter().filter(is_unlimited);
        resources.limits.iter().chain(requests).filter_map(Self::of_amount).collect()
    }

    fn of_amount(amount: &Amount) -> Option<Self> {
        let verdict = name_verdict(&amount.name.value)?;
        let unit = match verdict {
            NameVerdict::Advertised(fact) => Some(fact.unit),
            NameVerdict::Wrong(_) | NameVerdict::Unknown(_) => None,
        };
        Some(Self {
            name: amount.name.clone(),
            vendor: Some(verdict.vendor()),
            unit,
            verdict: Some(verdict),
            count: amount.quantity.clone().map(Quantity::units),
            quantity: Some(amount.quantity.clone()),
        })
    }

    /// Reads the use of a resource claim whose device class is `class`, where that is known.
    pub(crate) fn of_claim(claim: &Field<String>, class: Option<(&Field<String>, i64)>) -> Self {
        Self {
            name: class.map_or_else(|| claim.clone(), |(class, _)| class.clone()),
            vendor: class.and_then(|(class, _)| device_class_vendor(&class.value)),
            unit: Some(Unit::Device),
            verdict: None,
            count: Field::written(class.map_or(1, |(_, count)| count), claim.at.clone()),
            quantity: None,
        }
    }

    /// Returns the node that asks: the limit, the request, or the name of the resource claim.
    #[must_use]
    pub const fn spot(&self) -> &Spot {
        &self.count.at
    }

    /// Tells whether it asks for a device to compute on: more than none, and not only a look or a
    /// measure of one.
    #[must_use]
    pub fn is_compute(&self) -> bool {
        self.count.value > 0 && !matches!(self.unit, Some(Unit::Monitor | Unit::Measure))
    }
}
