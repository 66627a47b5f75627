//! Tests of Helm's flags, merging, dependencies and schemas, asked of ours.

use serde_json::{Value as Json, json};

use super::coalesce::{coalesce_tables_keeping, merge_values};
use super::dependencies::enable_dependencies;
use super::import::import_values;
use super::{Family, Flag, MemberId, ValuesSet, coalesce_values, validate};
use crate::acceptance::{chart, json_of, text};
use crate::trace::Trace;
use crate::value::{Data, Map, Value};
use crate::{Error, Profile};

/// What we make of a row.
pub(crate) fn answer(row: &Json, profile: Profile) -> Json {
    match text(row, "kind") {
        "flag" => flag(row, profile),
        "tables" => tables(row, profile),
        _ => family(row, profile),
    }
    .unwrap_or_else(|error| json!({ "error": error.to_string() }))
}

/// A map written as JSON, as a values file gives it.
fn map(written: &str, profile: Profile, trace: &mut Trace) -> Result<Map, Error> {
    let mut set = ValuesSet::new(profile);
    if !matches!(written, "" | "null") {
        set.add_file("base", written)?;
    }
    set.merged(trace)
}

fn flag(row: &Json, profile: Profile) -> Result<Json, Error> {
    let flag = match text(row, "flag") {
        "set" => Flag::Set,
        "set-string" => Flag::String,
        "set-json" => Flag::Json,
        "set-file" => Flag::File,
        "set-literal" => Flag::Literal,
        other => panic!("no flag {other}"),
    };
    let mut set = ValuesSet::new(profile);
    if !matches!(text(row, "base"), "" | "null") {
        set.add_file("base", text(row, "base"))?;
    }
    set.add_flag(flag, text(row, "text"), &mut |name| {
        let file = row["files"][name].as_str();
        file.map(|file| file.as_bytes().to_vec()).ok_or_else(|| format!("no file {name}"))
    })?;
    let merged = set.merged(&mut Trace::new())?;
    Ok(json!({ "values": json_of(&Value::new(Data::Map(merged))) }))
}

fn tables(row: &Json, profile: Profile) -> Result<Json, Error> {
    let mut trace = Trace::new();
    let above = map(text(row, "base"), profile, &mut trace)?;
    let below = map(text(row, "below"), profile, &mut trace)?;
    coalesce_tables_keeping(&above, &below, row["keep"] == true);
    Ok(json!({ "values": json_of(&Value::new(Data::Map(above))) }))
}

fn family(row: &Json, profile: Profile) -> Result<Json, Error> {
    let mut trace = Trace::new();
    let values = map(text(row, "base"), profile, &mut trace)?;
    let mut family = Family::new(&chart(row, profile)?);
    let root = Family::ROOT;
    match (text(row, "kind"), text(row, "step")) {
        ("coalesce", _) => {
            let values = coalesce_values(&mut family, &mut trace, profile, root, &values)?;
            Ok(json!({ "values": json_of(&values), "warnings": family.warnings }))
        }
        ("merge", _) => {
            let values = merge_values(&mut family, &mut trace, profile, root, &values)?;
            Ok(json!({ "values": json_of(&values) }))
        }
        ("validate", _) => {
            let values = Value::new(Data::Map(values));
            validate(&mut family, &values, &trace).map(|()| json!({}))
        }
        (_, step) => {
            match step {
                "enable" => enable_dependencies(&mut family, &mut trace, profile, &values)?,
                _ => import_values(&mut family, &mut trace, profile, root)?,
            }
            Ok(json!({ "tree": tree(&mut family, root, &mut trace) }))
        }
    }
}

fn tree(family: &mut Family, id: MemberId, trace: &mut Trace) -> Json {
    let values = json_of(&family.values(id, trace));
    let charts: Vec<Json> =
        family.dependencies(id).into_iter().map(|sub| tree(family, sub, trace)).collect();
    json!({ "name": &*family.name(id), "values": values, "charts": charts })
}
