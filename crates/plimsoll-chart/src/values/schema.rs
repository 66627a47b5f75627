//! x
use crate::value::Map;
use crate::Error;
use super::family::{Family, MemberId};
pub(crate) fn validate(_f: &Family, _c: MemberId, _v: &Map) -> Result<(), Error> { Ok(()) }
