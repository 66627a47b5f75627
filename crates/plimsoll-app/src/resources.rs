//! Requests and limits.

use crate::{Field, Quantity, Spot};

/// An amount of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The resource's name; its spot covers the key and has the amount's path.
    pub name: Field<String>,
    /// How much.
    pub quantity: Field<Quantity>,
}

/// The resources of a container or pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// The `resources` node, where there is one.
    pub at: Option<Spot>,
    /// Requests as written.
    pub requests: Vec<Amount>,
    /// Limits as written.
    pub limits: Vec<Amount>,
    /// Names of the pod's resource claims that the container uses.
    pub claims: Vec<Field<String>>,
}

impl Resources {
    /// Returns the limit of `name`.
    #[must_use]
    pub fn limit(&self, name: &str) -> Option<&Field<Quantity>> {
        amount(&self.limits, name)
    }

    /// Returns the request of `name`; its limit where no request is written, as Kubernetes does.
    #[must_use]
    pub fn request(&self, name: &str) -> Option<&Field<Quantity>> {
        amount(&self.requests, name).or_else(|| self.limit(name))
    }
}

fn amount<'a>(amounts: &'a [Amount], name: &str) -> Option<&'a Field<Quantity>> {
    amounts.iter().find(|amount| amount.name.value == name).map(|amount| &amount.quantity)
}
