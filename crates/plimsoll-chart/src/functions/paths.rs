//! Slash-separated paths. On Linux, where Helm's reference output is made, file paths are the same.

use std::ops::Range;

use super::{Call, Family, Function, Outcome, Type};
use crate::value::Value;

pub(super) const FAMILY: Family = Family {
    name: "paths",
    source: "sprig 3.3.0 functions.go; Go 1.26 path, path/filepath on Linux",
    functions: &[
        Function::new("base", &[Type::Str], base, "Returns the last element of a path."),
        Function::new("dir", &[Type::Str], dir, "Returns all but the last element of a path."),
        Function::new("clean", &[Type::Str], clean, "Returns the shortest spelling of a path."),
        Function::new("ext", &[Type::Str], ext, "Returns the extension of a path with its dot."),
        Function::new("isAbs", &[Type::Str], is_abs, "Tells whether a path starts at the root."),
        Function::new("osBase", &[Type::Str], base, "Returns the last element of a file path."),
        Function::new(
            "osDir",
            &[Type::Str],
            dir,
            "Returns all but the last element of a file path.",
        ),
        Function::new(
            "osClean",
            &[Type::Str],
            clean,
            "Returns the shortest spelling of a file path.",
        ),
        Function::new(
            "osExt",
            &[Type::Str],
            ext,
            "Returns the extension of a file path with its dot.",
        ),
        Function::new(
            "osIsAbs",
            &[Type::Str],
            is_abs,
            "Tells whether a file path starts at the root.",
        ),
    ],
};

fn base(call: &mut Call<'_>) -> Outcome {
    let path = call.str(0);
    if path.is_empty() {
        return Ok(Value::str("."));
    }
    let stem = path.trim_end_matches('/');
    if stem.is_empty() {
        return Ok(Value::str("/"));
    }
    let start = stem.rfind('/').map_or(0, |slash| slash + 1);
    Ok(part(call, start..stem.len()))
}

fn dir(call: &mut Call<'_>) -> Outcome {
    let path = call.str(0);
    let end = path.rfind('/').map_or(0, |slash| slash + 1);
    Ok(Value::str(cleaned(&path[..end])))
}

fn clean(call: &mut Call<'_>) -> Outcome {
    Ok(Value::str(cleaned(call.str(0))))
}

fn ext(call: &mut Call<'_>) -> Outcome {
    let path = call.str(0);
    let start = path.rfind('/').map_or(0, |slash| slash + 1);
    let from = path[start..].rfind('.').map_or(path.len(), |dot| start + dot);
    Ok(part(call, from..path.len()))
}

fn is_abs(call: &mut Call<'_>) -> Outcome {
    Ok(Value::bool(call.str(0).starts_with('/')))
}

fn part(call: &mut Call<'_>, range: Range<usize>) -> Value {
    let holder = call.any(0).clone();
    call.env.slice(&holder, range)
}

/// Go's `path.Clean`: no doubled slashes, no `.`, and `..` only at the start of relative paths.
fn cleaned(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut elements: Vec<&str> = Vec::new();
    for element in path.split('/') {
        match element {
            "" | "." => {}
            ".." if elements.last().is_some_and(|last| *last != "..") => {
                elements.pop();
            }
            ".." if rooted => {}
            _ => elements.push(element),
        }
    }
    let joined = elements.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::recorded::{call, rows, text};

    #[test]
    fn paths_are_cut_as_in_go() {
        for row in rows(include_str!("../../tests/data/path.json")) {
            let path = [Value::str(row[0].as_str().unwrap())];
            for (name, index) in ["base", "dir", "clean", "ext"].into_iter().zip(1..) {
                assert_eq!(text(name, &path), row[index].as_str().unwrap(), "{name} of {row:?}");
            }
            let os = [("osBase", 6), ("osDir", 7), ("osClean", 8), ("osExt", 9)];
            for (name, index) in os {
                assert_eq!(text(name, &path), row[index].as_str().unwrap(), "{name} of {row:?}");
            }
            for name in ["isAbs", "osIsAbs"] {
                assert_eq!(Some(call(name, &path).unwrap().truth()), row[5].as_bool(), "{row:?}");
            }
        }
    }
}
