//! The methods of `.Values`: Go finds them before it looks for keys of the same names.

use std::any::Any;

use super::lookup::{scalar, table};
use crate::functions::{Call, Failure, Outcome, Run, Signature, Type, find};
use crate::go::quote::quote;
use crate::value::{Data, Host, Map, MapKind, Value};

/// Helm's type `Values` with its methods (`pkg/chart/common/values.go`).
#[derive(Debug)]
pub(crate) struct Methods(pub(crate) Map);

const NOTHING: Signature = Signature { params: &[], variadic: None };
const NAME: Signature = Signature { params: &[Type::Str], variadic: None };

impl Host for Methods {
    fn type_name(&self) -> &'static str {
        self.0.kind().type_name()
    }

    fn kind(&self) -> &'static str {
        "map"
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.0.get(name)
    }

    fn method(&self, name: &str) -> Option<&'static Signature> {
        Self::signature(name)
    }

    fn call(&self, name: &str, call: &mut Call<'_>) -> Outcome {
        match name {
            "AsMap" => Ok(Value::new(Data::Map(self.0.as_kind(MapKind::Any)))),
            "YAML" => self.yaml(call),
            "Table" => self.table(call.str(0)),
            _ => self.path_value(call.str(0)),
        }
    }

    fn plain(&self) -> Value {
        Value::new(Data::Map(self.0.clone()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Methods {
    /// The signature of a method; nothing where there is none.
    ///
    /// `Encode` is left out: it wants a writer, which no template has.
    pub(crate) fn signature(name: &str) -> Option<&'static Signature> {
        match name {
            "AsMap" | "YAML" => Some(&NOTHING),
            "Table" | "PathValue" => Some(&NAME),
            _ => None,
        }
    }

    fn yaml(&self, call: &mut Call<'_>) -> Outcome {
        let Some(Run::Plain(run)) = find("toYaml", call.env.profile).map(|function| function.run)
        else {
            return Err(Failure::error("there is no toYaml"));
        };
        let value = run(&mut Call::new(&[self.plain()], call.env))?;
        let mut builder = crate::value::TextBuilder::new();
        if let Some(text) = value.as_text() {
            call.env.append_part(&mut builder, &value, 0..text.len());
        }
        builder.push("\n", value.origin);
        Ok(builder.finish())
    }

    fn table(&self, name: &str) -> Outcome {
        let found = table(&self.0, name)
            .map_err(|missing| Failure::error(format!("{} is not a table", quote(&missing))))?;
        Ok(match &found.data {
            Data::Map(map) => Value::of(Data::Map(map.as_kind(self.0.kind())), found.origin),
            _ => found,
        })
    }

    fn path_value(&self, name: &str) -> Outcome {
        if name.is_empty() {
            return Err(Failure::error("YAML path cannot be empty"));
        }
        scalar(&self.0, name).ok_or_else(|| {
            let key = name.rsplit('.').next().unwrap_or(name);
            Failure::error(format!("{} is not a value", quote(key)))
        })
    }
}
