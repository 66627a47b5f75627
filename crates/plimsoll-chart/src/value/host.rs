//! Go structs and named types with methods, such as `.Files` and `.Capabilities`.

use std::fmt;

use super::Value;
use crate::functions::{Call, Outcome, Signature};

/// A Go object that is more than a map.
pub(crate) trait Host: fmt::Debug {
    /// Go's `%T`, such as `*common.Capabilities`.
    fn type_name(&self) -> &'static str;

    /// Go's `reflect.Kind` in words.
    fn kind(&self) -> &'static str;

    /// Go's truth; structs are always true, maps when they hold something.
    fn truth(&self) -> bool {
        true
    }

    /// A field of the struct, or an entry of the map type; nothing when there is none.
    fn field(&self, name: &str) -> Option<Value>;

    /// The signature of a method; nothing when there is none.
    fn method(&self, name: &str) -> Option<&'static Signature>;

    /// Why Go refuses a field or method of that name, other than that there is none.
    fn refusal(&self, _name: &str) -> Option<String> {
        None
    }

    /// Runs a method that [`Host::method`] knows.
    fn call(&self, name: &str, call: &mut Call<'_>) -> Outcome;

    /// The text of Go's `String` or `Error` method, which printing prefers to the fields.
    fn string(&self) -> Option<String> {
        None
    }

    /// The text that a template's `{{ }}` prints although `%v` would not: Go finds a `String`
    /// method of the pointer where the value still lies in its struct.
    fn addressed(&self) -> Option<String> {
        None
    }

    /// The fields of a struct in Go's order, which `%v` prints; nothing for maps and slices.
    fn fields(&self) -> Option<Vec<Value>> {
        None
    }

    /// What `range`, `len`, `toYaml` and printing see: a list, a map or a scalar in plain terms.
    fn plain(&self) -> Value;

    /// The receiver for downcasting to the concrete type.
    fn as_any(&self) -> &dyn std::any::Any;
}
