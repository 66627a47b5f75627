//! x
use super::family::Family;
use crate::Error;
use crate::value::Value;
pub(crate) fn validate(_f: &mut Family, _v: &Value) -> Result<(), Error> {
    Ok(())
}
