//! Requests and limits.

use crate::read::Cursor;
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
    /// The `limits` node, where there is one.
    pub limits_at: Option<Spot>,
    /// Requests as written.
    pub requests: Vec<Amount>,
    /// Limits as written.
    pub limits: Vec<Amount>,
    /// Names of the pod's resource claims that the container uses.
    pub claims: Vec<Field<String>>,
}

impl Resources {
    /// Reads the field `key` of a container or pod.
    pub(crate) fn read(owner: &Cursor<'_>, key: &str) -> Self {
        let Some(own) = owner.map(key) else { return Self::default() };
        let claims = own.maps("claims");
        Self {
            at: Some(own.spot()),
            limits_at: own.map("limits").map(|limits| limits.spot()),
            requests: amounts(&own, "requests"),
            limits: amounts(&own, "limits"),
            claims: claims.iter().map(|claim| claim.text_wanted("name")).collect(),
        }
    }

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

fn amounts(resources: &Cursor<'_>, key: &str) -> Vec<Amount> {
    let Some(map) = resources.map(key) else { return Vec::new() };
    let amounts = map.entries().filter_map(|(pairing, cursor)| {
        let quantity = cursor.as_quantity()?;
        Some(Amount { name: pairing.field(&cursor), quantity })
    });
    amounts.collect()
}

fn amount<'a>(amounts: &'a [Amount], name: &str) -> Option<&'a Field<Quantity>> {
    amounts.iter().find(|amount| amount.name.value == name).map(|amount| &amount.quantity)
}
