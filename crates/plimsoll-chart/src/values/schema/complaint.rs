//! Errors of JSON schema validation in the words of the Go library that Helm uses.

use std::fmt::Write;

use boon::{CompileError, ErrorKind, InstanceToken, ValidationError};
use serde_json::{Number, Value as Json};

/// An error with everything below it.
#[derive(Debug, Default)]
pub(super) struct Complaint {
    /// One line for each error, indented by depth; without a newline at the end.
    pub(super) text: String,
    /// The path to the first value that does not fit.
    pub(super) first: Vec<String>,
}

impl Complaint {
    /// Words what is below the root error, whose own line Helm removes.
    pub(super) fn of(error: &ValidationError<'_, '_>) -> Self {
        let mut complaint = Self::default();
        if matches!(error.kind, ErrorKind::Schema { .. }) {
            for cause in &error.causes {
                complaint.add(cause, Some(error), 0);
            }
        } else {
            complaint.add(error, None, 0);
        }
        complaint
    }

    fn add(
        &mut self,
        error: &ValidationError<'_, '_>,
        parent: Option<&ValidationError<'_, '_>>,
        depth: usize,
    ) {
        let path: Vec<String> = error.instance_location.tokens.iter().map(step).collect();
        let mut below = depth;
        for (keyword, steps) in left_out(error, parent) {
            let above = path.get(..path.len().saturating_sub(steps)).unwrap_or_default();
            self.line(below, above, keyword);
            below += 1;
        }
        let reference = matches!(error.kind, ErrorKind::Reference { .. });
        if !(reference && error.causes.len() == 1) {
            self.line(below, &path, &words(&error.kind, &path));
            if error.causes.is_empty() && self.first.is_empty() {
                self.first = path;
            }
            below += 1;
        }
        for cause in &error.causes {
            self.add(cause, Some(error), below);
        }
    }

    fn line(&mut self, depth: usize, path: &[String], words: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let indent = "  ".repeat(depth);
        let pointer: String = path.iter().map(|step| format!("/{}", escape(step))).collect();
        let _ = write!(self.text, "{indent}- at {}: {words}", quote(&pointer));
    }
}

/// The combining keywords between an error and its parent that the library leaves out because one
/// branch alone failed, each with the number of steps in the value from there down to the error.
///
/// They show in the address of the error's schema, which leads down from the parent's.
fn left_out(
    error: &ValidationError<'_, '_>,
    parent: Option<&ValidationError<'_, '_>>,
) -> Vec<(&'static str, usize)> {
    let Some(parent) = parent else { return Vec::new() };
    let from = match &parent.kind {
        ErrorKind::Reference { url, .. } | ErrorKind::Schema { url } => url,
        _ => parent.schema_url,
    };
    let Some(between) = error.schema_url.strip_prefix(from) else { return Vec::new() };
    let mut tokens = between.split('/').filter(|token| !token.is_empty());
    let mut found: Vec<(&'static str, usize)> = Vec::new();
    let mut first = true;
    while let Some(token) = tokens.next() {
        let combined = match token {
            "allOf" => Some(("'allOf' failed", matches!(parent.kind, ErrorKind::AllOf))),
            "anyOf" => Some(("'anyOf' failed", matches!(parent.kind, ErrorKind::AnyOf))),
            "oneOf" => {
                Some(("'oneOf' failed, none matched", matches!(parent.kind, ErrorKind::OneOf(_))))
            }
            _ => None,
        };
        let down = match token {
            "properties" | "patternProperties" | "prefixItems" => {
                tokens.next();
                true
            }
            "items"
            | "additionalProperties"
            | "additionalItems"
            | "contains"
            | "unevaluatedProperties"
            | "unevaluatedItems" => true,
            _ => false,
        };
        if let Some((words, known)) = combined {
            tokens.next();
            if !(known && first) {
                found.push((words, 0));
            }
        }
        if down {
            found.iter_mut().for_each(|(_, steps)| *steps += 1);
        }
        first = false;
    }
    found
}

/// Words an error in the schema itself.
pub(super) fn compile_error(error: &CompileError) -> String {
    match error {
        CompileError::LoadUrlError { url, src } => format!("failing loading {url:?}: {src}"),
        CompileError::JsonPointerNotFound(at) => format!("json-pointer in {at:?} not found"),
        CompileError::AnchorNotFound { url, reference } => {
            format!("anchor in {reference:?} not found in schema {url:?}")
        }
        CompileError::ValidationError { url, src } => {
            let mut text = format!("{url:?} is not valid against metaschema");
            if let ErrorKind::Schema { url } = &src.kind {
                let _ = write!(text, ": jsonschema validation failed with {}", quote(url));
            }
            text + "\n" + &Complaint::of(src).text
        }
        other => other.to_string(),
    }
}

fn step(token: &InstanceToken<'_>) -> String {
    match token {
        InstanceToken::Prop(name) => name.to_string(),
        InstanceToken::Item(index) => index.to_string(),
    }
}

fn escape(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

fn words(kind: &ErrorKind<'_, '_>, path: &[String]) -> String {
    match kind {
        ErrorKind::Group | ErrorKind::Reference { .. } => "validation failed".to_owned(),
        ErrorKind::Schema { url } => format!("jsonschema validation failed with {}", quote(url)),
        ErrorKind::ContentSchema => "'contentSchema' failed".to_owned(),
        ErrorKind::PropertyName { prop } => format!("invalid propertyName {}", quote(prop)),
        ErrorKind::RefCycle { url, kw_loc1, kw_loc2 } => {
            format!("both {kw_loc1} and {kw_loc2} resolve to {url:?} causing reference cycle")
        }
        ErrorKind::FalseSchema => "false schema".to_owned(),
        ErrorKind::Not => "'not' failed".to_owned(),
        ErrorKind::AllOf => "'allOf' failed".to_owned(),
        ErrorKind::AnyOf => "'anyOf' failed".to_owned(),
        ErrorKind::OneOf(None) => "'oneOf' failed, none matched".to_owned(),
        ErrorKind::OneOf(Some((first, second))) => {
            format!("'oneOf' failed, subschemas {first}, {second} matched")
        }
        ErrorKind::Contains => "no items match contains schema".to_owned(),
        ErrorKind::UniqueItems { got: [a, b] } => format!("items at {a} and {b} are equal"),
        ErrorKind::AdditionalItems { got } => format!("last {got} additionalItem(s) not allowed"),
        ErrorKind::AdditionalProperties { got } => {
            format!("additional properties {} not allowed", list(got))
        }
        ErrorKind::Required { want } => {
            let noun = if want.len() == 1 { "property" } else { "properties" };
            format!("missing {noun} {}", list(want))
        }
        ErrorKind::Dependency { prop, missing }
        | ErrorKind::DependentRequired { prop, missing } => {
            format!("properties {} required, if {} exists", list(missing), quote(prop))
        }
        ErrorKind::Type { got, want } => {
            let want: Vec<String> = want.iter().map(|kind| kind.to_string()).collect();
            format!("got {got}, want {}", want.join(" or "))
        }
        ErrorKind::Enum { want } => match want.as_slice() {
            [only] if is_primitive(only) => format!("value must be {}", display(only)),
            many if many.iter().all(is_primitive) => {
                let many: Vec<String> = many.iter().map(display).collect();
                format!("value must be one of {}", many.join(", "))
            }
            _ => "'enum' failed".to_owned(),
        },
        ErrorKind::Const { want } if is_primitive(want) => {
            format!("value must be {}", display(want))
        }
        ErrorKind::Const { .. } => "'const' failed".to_owned(),
        other => measured(other, path),
    }
}

/// The errors that show the value, or a measure of it.
fn measured(kind: &ErrorKind<'_, '_>, path: &[String]) -> String {
    let count = |keyword: &str, got: &usize, want: &usize| {
        format!("{keyword}: got {}, want {}", grouped(*got), grouped(*want))
    };
    let number = |keyword: &str, got: &Number, want: &Number| {
        format!("{keyword}: got {}, want {}", english(got), english(want))
    };
    match kind {
        ErrorKind::MinProperties { got, want } => count("minProperties", got, want),
        ErrorKind::MaxProperties { got, want } => count("maxProperties", got, want),
        ErrorKind::MinItems { got, want } => count("minItems", got, want),
        ErrorKind::MaxItems { got, want } => count("maxItems", got, want),
        ErrorKind::MinLength { got, want } => count("minLength", got, want),
        ErrorKind::MaxLength { got, want } => count("maxLength", got, want),
        ErrorKind::Minimum { got, want } => number("minimum", got, want),
        ErrorKind::Maximum { got, want } => number("maximum", got, want),
        ErrorKind::ExclusiveMinimum { got, want } => number("exclusiveMinimum", got, want),
        ErrorKind::ExclusiveMaximum { got, want } => number("exclusiveMaximum", got, want),
        ErrorKind::MultipleOf { got, want } => number("multipleOf", got, want),
        ErrorKind::MinContains { got, want } => contained("min", got, *want),
        ErrorKind::MaxContains { got, want } => contained("max", got, *want),
        ErrorKind::Pattern { got, want } => {
            format!("{} does not match pattern {}", shown(got, path), quote(want))
        }
        ErrorKind::Format { got, want, err } => {
            let got = match &**got {
                Json::String(text) => shown(text, path),
                other => display(other),
            };
            format!("{got} is not valid {want}: {err}")
        }
        ErrorKind::ContentEncoding { want, err } => {
            format!("value is not {} encoded: {err}", quote(want))
        }
        ErrorKind::ContentMediaType { want, err, .. } => {
            format!("value if not of mediatype {}: {err}", quote(want))
        }
        other => other.to_string(),
    }
}

fn contained(bound: &str, got: &[usize], want: usize) -> String {
    let start = format!("{bound} {want} items required to match contains schema");
    if got.is_empty() {
        return format!("{start}, but none matched");
    }
    let at: Vec<String> = got.iter().map(usize::to_string).collect();
    format!("{start}, but matched {} items at {}", got.len(), at.join(" "))
}

/// A value as the message shows it, unless its key says that it is a secret.
fn shown(text: &str, path: &[String]) -> String {
    const SECRET: [&str; 7] =
        ["password", "passwd", "secret", "token", "credential", "apikey", "privatekey"];
    let is_secret = path.iter().any(|step| {
        let plain: String =
            step.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        SECRET.iter().any(|word| plain.contains(word))
    });
    if is_secret { "the value".to_owned() } else { quote(text) }
}

fn is_primitive(json: &Json) -> bool {
    !json.is_array() && !json.is_object()
}

fn list(texts: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quote(text.as_ref())).collect();
    quoted.join(", ")
}

fn display(json: &Json) -> String {
    match json {
        Json::String(text) => quote(text),
        Json::Null => "<nil>".to_owned(),
        other => other.to_string(),
    }
}

/// Go's quoting with single quotes outside.
fn quote(text: &str) -> String {
    let inner = crate::go::quote::quote(text).replace("\\\"", "\"").replace('\'', "\\'");
    format!("'{}'", inner.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(&inner))
}

/// A whole number as English has it: `1,234`.
fn grouped(number: usize) -> String {
    group(&number.to_string())
}

fn group(digits: &str) -> String {
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number as the library's English has it: `8,080`, `10.5`, `1.5×10⁰⁷`.
fn english(number: &Number) -> String {
    let Some(float) = number.as_f64() else { return number.to_string() };
    let text = crate::go::float::format_float(float, 'g', None);
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.as_str()),
    };
    if let Some((mantissa, exponent)) = text.split_once('e') {
        let exponent: String = exponent
            .chars()
            .filter_map(|c| match c {
                '-' => Some('⁻'),
                '1' => Some('¹'),
                '2' => Some('²'),
                '3' => Some('³'),
                '0' | '4'..='9' => char::from_u32(0x2070 + c as u32 - '0' as u32),
                _ => None,
            })
            .collect();
        return format!("{sign}{mantissa}×10{exponent}");
    }
    match text.split_once('.') {
        Some((whole, fraction)) => format!("{sign}{}.{fraction}", group(whole)),
        None => format!("{sign}{}", group(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_english() {
        let json = |text: &str| english(&serde_json::from_str(text).unwrap());
        assert_eq!(json("8080"), "8,080");
        assert_eq!(json("10.5"), "10.5");
        assert_eq!(json("-123456.5"), "-123,456.5");
        assert_eq!(json("12345678.5"), "1.23456785×10⁰⁷");
        assert_eq!(json("1e-8"), "1×10⁻⁰⁸");
        assert_eq!(json("1e22"), "1×10²²");
        assert_eq!(grouped(1234), "1,234");
        assert_eq!(grouped(123), "123");
    }

    #[test]
    fn secrets_are_not_shown() {
        let path = |step: &str| vec!["auth".to_owned(), step.to_owned()];
        assert_eq!(shown("hunter2", &path("admin-Password")), "the value");
        assert_eq!(shown("api_KEY", &path("api_KEY")), "the value");
        assert_eq!(shown("it's", &path("host")), "'it\\'s'");
    }
}
