//! Complex numbers, which templates can write and print: Go's `complex128`.

use std::any::Any;
use std::rc::Rc;

use super::{Data, Host, Text, Value};
use crate::functions::{Call, Failure, Outcome, Signature};
use crate::go::float::format_float;
use crate::trace::OriginId;

/// A complex number as a template sees it.
#[derive(Debug)]
struct Complex {
    real: f64,
    imaginary: f64,
}

/// Returns a complex number that a template writes out.
pub(crate) fn complex(real: f64, imaginary: f64) -> Data {
    Data::Host(Rc::new(Complex { real, imaginary }))
}

/// The parts of a complex number, if the object is one.
pub(crate) fn complex_parts(host: &dyn Host) -> Option<(f64, f64)> {
    let complex: &Complex = host.as_any().downcast_ref()?;
    Some((complex.real, complex.imaginary))
}

impl Host for Complex {
    fn type_name(&self) -> &'static str {
        self.kind()
    }

    fn kind(&self) -> &'static str {
        "complex128"
    }

    fn truth(&self) -> bool {
        self.real != 0.0 || self.imaginary != 0.0
    }

    fn field(&self, _name: &str) -> Option<Value> {
        None
    }

    fn method(&self, _name: &str) -> Option<&'static Signature> {
        None
    }

    fn call(&self, _name: &str, _call: &mut Call<'_>) -> Outcome {
        Err(Failure::error("no such method"))
    }

    fn string(&self) -> Option<String> {
        let sign = if self.imaginary.is_sign_negative() { "" } else { "+" };
        let [real, imaginary] =
            [self.real, self.imaginary].map(|part| format_float(part, 'g', None));
        Some(format!("({real}{sign}{imaginary}i)"))
    }

    fn plain(&self) -> Value {
        let text = self.string().unwrap_or_default();
        Value::of(Data::Str(Text::plain(text)), OriginId::NONE)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
