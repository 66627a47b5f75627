//! x
use super::family::{Family, MemberId};
use crate::Error;
use crate::value::Map;
pub(crate) fn validate(_f: &Family, _c: MemberId, _v: &Map) -> Result<(), Error> {
    Ok(())
}
