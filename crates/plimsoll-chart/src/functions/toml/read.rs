//! The reader.

use toml::value::Datetime;

use crate::functions::{Env, dates};
use crate::value::{Data, List, ListKind, Value};

/// Reads a document; the error says where it is not valid.
pub(super) fn read(text: &str) -> Result<Value, String> {
    match toml::from_str::<toml::Table>(text) {
        Ok(table) => Ok(table_value(table)),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1;
            Err(format!("toml: line {line}: {}", error.message()))
        }
    }
}

fn table_value(table: toml::Table) -> Value {
    Env::map_of(table.into_iter().map(|(key, item)| (key.into(), item_value(item))))
}

fn item_value(item: toml::Value) -> Value {
    match item {
        toml::Value::String(text) => Value::str(text),
        toml::Value::Integer(int) => Value::int64(int),
        toml::Value::Float(float) => Value::float(float),
        toml::Value::Boolean(bool) => Value::bool(bool),
        toml::Value::Datetime(datetime) => datetime_value(datetime),
        toml::Value::Table(table) => table_value(table),
        toml::Value::Array(items) => {
            // The library makes `[]map[string]interface {}` of what stands under `[[name]]`. The
            // same written in one line counts as that too, which only shows in the type's name.
            let tables = !items.is_empty() && items.iter().all(toml::Value::is_table);
            let kind = if tables { ListKind::Maps } else { ListKind::Any };
            let items = items.into_iter().map(item_value).collect();
            Value::new(Data::List(List::of_kind(items, kind)))
        }
    }
}

fn datetime_value(datetime: Datetime) -> Value {
    dates::from_toml(&datetime.to_string())
}
