//! Values: what files and flags set, merged with the charts' defaults as Helm does.

#[cfg(test)]
pub(crate) mod acceptance;
mod argument;
mod coalesce;
mod copy;
mod dependencies;
mod family;
mod import;
mod literal;
mod lookup;
mod methods;
#[cfg(test)]
mod origins;
mod plant;
#[cfg(test)]
mod recorded;
mod schema;
mod set;
mod strvals;

pub(crate) use coalesce::coalesce_values;
pub use dependencies::Switches;
pub(crate) use dependencies::process_dependencies;
pub(crate) use family::{Family, MemberId, Requirement};
pub(crate) use lookup::table;
pub(crate) use methods::Methods;
pub(crate) use plant::leaves;
pub(crate) use schema::{SchemaFile, validate};
pub use set::{Flag, ValuesSet};
