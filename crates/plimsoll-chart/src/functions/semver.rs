//! Semantic versions.

mod constraint;
mod version;

use std::any::Any;
use std::cmp::Ordering;
use std::rc::Rc;

use constraint::Constraint;
use version::Version;

use super::{Call, Failure, Family, Function, Outcome, Signature, Type};
use crate::value::{Data, Host, Value};

pub(super) const FAMILY: Family = Family {
    name: "versions",
    source: "sprig 3.3.0 semver.go; Masterminds/semver 3.5.0",
    functions: &[
        Function::new("semver", &[Type::Str], semver, "Reads a semantic version."),
        Function::new(
            "semverCompare",
            &[Type::Str, Type::Str],
            semver_compare,
            "Tells whether a version satisfies a constraint such as `>=1.2-0 <2`.",
        ),
    ],
};

fn semver(call: &mut Call<'_>) -> Outcome {
    let version = Version::parse(call.str(0)).map_err(Failure::error)?;
    Ok(Value::new(Data::Host(Rc::new(Object { version, pointer: true }))))
}

fn semver_compare(call: &mut Call<'_>) -> Outcome {
    let constraint = Constraint::parse(call.str(0)).map_err(Failure::error)?;
    let version = Version::parse(call.str(1)).map_err(Failure::error)?;
    Ok(Value::bool(constraint.allows(&version)))
}

/// Tells whether a text is a version, read leniently.
pub(crate) fn is_version(text: &str) -> bool {
    Version::parse(text).is_ok()
}

/// Tells whether a text is a version in full, `1.2.3`, read strictly (Go's `StrictNewVersion`).
#[must_use]
pub fn is_strict_version(text: &str) -> bool {
    let numbers = text.split(['-', '+']).next().unwrap_or_default();
    let is_plain = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && (part.len() == 1 || !part.starts_with('0'))
    };
    numbers.split('.').count() == 3 && numbers.split('.').all(is_plain) && is_version(text)
}

/// Tells whether a text is a constraint on versions.
pub(crate) fn is_constraint(text: &str) -> bool {
    Constraint::parse(text).is_ok()
}

/// Tells whether a version meets a constraint; false if either cannot be read (Helm's
/// `IsCompatibleRange`).
pub(crate) fn is_compatible(constraint: &str, version: &str) -> bool {
    match (Version::parse(version), Constraint::parse(constraint)) {
        (Ok(version), Ok(constraint)) => constraint.allows(&version),
        _ => false,
    }
}

/// A version as templates see it.
#[derive(Debug)]
struct Object {
    version: Version,
    /// `*semver.Version`, which has more methods than `semver.Version`.
    pointer: bool,
}

const NO_PARAMETERS: Signature = Signature { params: &[], variadic: None };
const ONE_STRING: Signature = Signature { params: &[Type::Str], variadic: None };
const ONE_VERSION: Signature = Signature { params: &[Type::Version], variadic: None };

impl Host for Object {
    fn type_name(&self) -> &'static str {
        if self.pointer { "*semver.Version" } else { "semver.Version" }
    }

    fn kind(&self) -> &'static str {
        if self.pointer { "ptr" } else { "struct" }
    }

    fn field(&self, _name: &str) -> Option<Value> {
        None
    }

    fn method(&self, name: &str) -> Option<&'static Signature> {
        match name {
            "Major" | "Minor" | "Patch" | "Prerelease" | "Metadata" | "String" | "IncMajor"
            | "IncMinor" | "IncPatch" | "MarshalJSON" | "MarshalText" | "Value" => {
                Some(&NO_PARAMETERS)
            }
            "SetPrerelease" | "SetMetadata" => Some(&ONE_STRING),
            "Original" if self.pointer => Some(&NO_PARAMETERS),
            "Compare" | "Equal" | "LessThan" | "LessThanEqual" | "GreaterThan"
            | "GreaterThanEqual"
                if self.pointer =>
            {
                Some(&ONE_VERSION)
            }
            _ => None,
        }
    }

    fn refusal(&self, name: &str) -> Option<String> {
        let fields = ["major", "minor", "patch", "pre", "metadata", "original"];
        let of = self.type_name();
        let text = || format!("{name} is an unexported field of struct type {of}");
        fields.contains(&name).then(text)
    }

    fn call(&self, name: &str, call: &mut Call<'_>) -> Outcome {
        let version = &self.version;
        let changed = |result: Result<Version, String>| {
            let version = result.map_err(Failure::error)?;
            Ok(Value::new(Data::Host(Rc::new(Self { version, pointer: false }))))
        };
        Ok(match name {
            "Major" => Value::new(Data::Uint(version.major)),
            "Minor" => Value::new(Data::Uint(version.minor)),
            "Patch" => Value::new(Data::Uint(version.patch)),
            "Prerelease" => Value::str(version.prerelease.as_str()),
            "Metadata" => Value::str(version.metadata.as_str()),
            "String" | "Value" => Value::str(version.to_string()),
            "Original" => Value::str(version.original.as_str()),
            "MarshalText" => Value::new(Data::Bytes(version.to_string().into_bytes().into())),
            "MarshalJSON" => Value::new(Data::Bytes(format!("\"{version}\"").into_bytes().into())),
            "IncMajor" => return changed(version.next_major()),
            "IncMinor" => return changed(version.next_minor()),
            "IncPatch" => return changed(version.next_patch()),
            "SetPrerelease" => return changed(version.with_prerelease(call.str(0))),
            "SetMetadata" => return changed(version.with_metadata(call.str(0))),
            _ => return self.compared(name, call),
        })
    }

    fn string(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn fields(&self) -> Option<Vec<Value>> {
        let Version { major, minor, patch, prerelease, metadata, original } = &self.version;
        let numbers = [*major, *minor, *patch].map(|number| Value::new(Data::Uint(number)));
        let texts = [prerelease, metadata, original].map(|text| Value::str(text.as_str()));
        Some(numbers.into_iter().chain(texts).collect())
    }

    fn plain(&self) -> Value {
        Value::str(self.version.to_string())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Object {
    fn compared(&self, name: &str, call: &Call<'_>) -> Outcome {
        let other = match &call.any(0).data {
            Data::Host(host) => host.as_any().downcast_ref::<Self>(),
            _ => None,
        };
        let other = other.ok_or_else(|| Failure::error("not a version"))?;
        let order = self.version.compare(&other.version);
        Ok(match name {
            "Compare" => Value::int(order as i64),
            "Equal" => Value::bool(order == Ordering::Equal),
            "LessThan" => Value::bool(order == Ordering::Less),
            "LessThanEqual" => Value::bool(order != Ordering::Greater),
            "GreaterThan" => Value::bool(order == Ordering::Greater),
            _ => Value::bool(order != Ordering::Less),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::recorded::{call, env, message, rows};

    #[test]
    fn constraints_allow_what_the_library_allows() {
        for row in rows(include_str!("../../tests/data/semver.json")) {
            let args = [0, 1].map(|index| Value::str(row[index].as_str().unwrap()));
            match row[3].as_str() {
                Some(error) => assert_eq!(message(call("semverCompare", &args)), error, "{row:?}"),
                None => {
                    let allowed = call("semverCompare", &args).unwrap().truth();
                    assert_eq!(Some(allowed), row[2].as_bool(), "{row:?}");
                }
            }
        }
    }

    /// Calls a method without parameters and shows its result.
    fn method(value: &Value, name: &str) -> Result<Value, Failure> {
        let Data::Host(host) = &value.data else { panic!("not an object: {value:?}") };
        assert!(host.method(name).is_some(), "{name}");
        host.call(name, &mut Call::new(&[], &mut env()))
    }

    fn shown(value: &Value, name: &str) -> String {
        let result = method(value, name).unwrap();
        result.as_text().unwrap().as_str().to_owned()
    }

    #[test]
    fn versions_read_and_count_up_as_in_the_library() {
        for row in rows(include_str!("../../tests/data/semver_versions.json")) {
            let outcome = call("semver", &[Value::str(row[0].as_str().unwrap())]);
            if let Some(error) = row[6].as_str() {
                assert_eq!(message(outcome), error, "{row:?}");
                continue;
            }
            let version = outcome.unwrap();
            assert_eq!(shown(&version, "String"), row[1].as_str().unwrap());
            assert_eq!(shown(&version, "Original"), row[2].as_str().unwrap());
            for (name, index) in [("IncMajor", 3), ("IncMinor", 4), ("IncPatch", 5)] {
                let got = match method(&version, name) {
                    Ok(next) => {
                        let Data::Host(host) = &next.data else { panic!("{next:?}") };
                        let next = host.as_any().downcast_ref::<Object>().unwrap();
                        format!("{} {}", next.version.original, next.version)
                    }
                    Err(error) => format!("panic: {}", message(Err(error))),
                };
                assert_eq!(got, row[index].as_str().unwrap(), "{row:?}");
            }
        }
    }

    #[test]
    fn versions_are_ordered_as_in_the_library() {
        for row in rows(include_str!("../../tests/data/semver_order.json")) {
            let [a, b] = [0, 1].map(|i| Version::parse(row[i].as_str().unwrap()).unwrap());
            assert_eq!(Some(a.compare(&b) as i64), row[2].as_i64(), "{row:?}");
        }
    }

    #[test]
    fn only_pointers_have_the_methods_of_pointers() {
        let version = call("semver", &[Value::str("v1.2")]).unwrap();
        let next = method(&version, "IncMajor").unwrap();
        assert_eq!((version.type_name(), next.type_name()), ("*semver.Version", "semver.Version"));
        let Data::Host(host) = &next.data else { panic!("{next:?}") };
        assert!(host.method("Original").is_none() && host.method("Major").is_some());
    }
}
