//! The functions that templates can call: one entry per name, in one table, by family.

mod builtin;
mod call;
mod convert;
mod crypto;
mod data;
mod dates;
mod dicts;
mod encoding;
mod flow;
mod hashes;
mod held;
#[cfg(test)]
mod hostile;
mod lists;
mod math;
mod merge;
#[cfg(test)]
mod origins;
mod paths;
mod pieces;
mod random;
#[cfg(test)]
mod recorded;
mod regex;
mod semver;
#[cfg(test)]
mod snippets;
mod strconv;
mod strings;
mod toml;
mod types;
mod urls;

use crate::Profile;

pub(crate) use call::{Call, Env, Failure, Outcome};
pub(crate) use dates::Elapsed;
#[cfg(test)]
pub(crate) use dates::from_toml as time_of;
pub(crate) use encoding::base64;
pub use encoding::base64_bytes;
pub use regex::GoRegex;
pub(crate) use regex::cost as regex_cost;
pub use semver::is_strict_version;
pub(crate) use semver::{is_compatible, is_constraint, is_version};

/// Go's type of a parameter, as far as calls are checked against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// `interface {}`
    Any,
    /// `reflect.Value`, the parameter type of most of Go's builtins.
    Reflect,
    /// `string`
    Str,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `float64`
    Float,
    /// `[]interface {}`
    List,
    /// `map[string]interface {}`
    Map,
    /// `time.Time`
    Time,
    /// `time.Duration`
    Duration,
    /// `uint32`
    Uint32,
    /// `sprig.certificate`
    Certificate,
    /// `*semver.Version`
    Version,
    /// `*time.Location`
    Location,
}

impl Type {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Reflect => "reflect.Value",
            Self::Str => "string",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float64",
            Self::List => "[]interface {}",
            Self::Map => "map[string]interface {}",
            Self::Time => "time.Time",
            Self::Duration => "time.Duration",
            Self::Uint32 => "uint32",
            Self::Certificate => "sprig.certificate",
            Self::Version => "*semver.Version",
            Self::Location => "*time.Location",
        }
    }
}

/// The parameters of a function or method.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signature {
    /// Fixed parameters in order.
    pub(crate) params: &'static [Type],
    /// The type of further arguments, if the last parameter is variadic.
    pub(crate) variadic: Option<Type>,
}

/// How a function runs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Run {
    /// On its evaluated arguments.
    Plain(fn(&mut Call<'_>) -> Outcome),
    /// Inside the evaluator, which it needs.
    Engine(Engine),
}

/// The functions that the evaluator itself carries out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    And,
    Or,
    Call,
    Include,
    Tpl,
}

/// One function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) signature: Signature,
    pub(crate) run: Run,
    /// Whether it reads strings that are no UTF-8; for the others such an argument is an error.
    pub(crate) reads_octets: bool,
    /// Whether its result is still the value that it is given, if only one. What a function says
    /// itself about the origin of its result holds either way.
    pub(crate) passes_on: bool,
    /// What it does, in one sentence that starts with a verb in the third person.
    pub(crate) doc: &'static str,
}

impl Function {
    /// The function, which also reads strings that are no UTF-8.
    pub(crate) const fn reads_octets(self) -> Self {
        Self { reads_octets: true, ..self }
    }

    /// The function, whose result is the value that it is given in another form.
    pub(crate) const fn passes_on(self) -> Self {
        Self { passes_on: true, ..self }
    }

    /// A function that the evaluator itself carries out.
    pub(crate) const fn engine(
        name: &'static str,
        signature: Signature,
        engine: Engine,
        doc: &'static str,
    ) -> Self {
        Self {
            name,
            signature,
            run: Run::Engine(engine),
            reads_octets: true,
            passes_on: false,
            doc,
        }
    }

    /// A function of fixed parameters.
    pub(crate) const fn new(
        name: &'static str,
        params: &'static [Type],
        run: fn(&mut Call<'_>) -> Outcome,
        doc: &'static str,
    ) -> Self {
        let signature = Signature { params, variadic: None };
        Self { name, signature, run: Run::Plain(run), reads_octets: false, passes_on: false, doc }
    }

    /// A function that takes any number of arguments of `variadic` after the fixed ones.
    pub(crate) const fn variadic(
        name: &'static str,
        params: &'static [Type],
        variadic: Type,
        run: fn(&mut Call<'_>) -> Outcome,
        doc: &'static str,
    ) -> Self {
        let signature = Signature { params, variadic: Some(variadic) };
        Self { name, signature, run: Run::Plain(run), reads_octets: false, passes_on: false, doc }
    }
}

/// Where a family of functions comes from, for the reference page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
    pub(crate) functions: &'static [Function],
}

/// All families in the order of the reference page.
pub(crate) const FAMILIES: &[Family] = &[
    builtin::FAMILY,
    convert::FAMILY,
    crypto::FAMILY,
    data::FAMILY,
    dates::FAMILY,
    dicts::FAMILY,
    encoding::FAMILY,
    flow::FAMILY,
    hashes::FAMILY,
    lists::FAMILY,
    math::FAMILY,
    paths::FAMILY,
    random::FAMILY,
    regex::FAMILY,
    semver::FAMILY,
    strings::FAMILY,
    toml::FAMILY,
    types::FAMILY,
    urls::FAMILY,
];

/// The functions, each in the slot that its name says or in one of the next: most words of a
/// template are looked up here.
static BY_NAME: [Option<&Function>; SLOTS] = {
    let mut slots = [None; SLOTS];
    let mut family = 0;
    while family < FAMILIES.len() {
        let mut functions = FAMILIES[family].functions;
        while let [function, rest @ ..] = functions {
            let mut slot = slot(function.name);
            while slots[slot].is_some() {
                slot = (slot + 1) % SLOTS;
            }
            slots[slot] = Some(function);
            functions = rest;
        }
        family += 1;
    }
    slots
};

/// Several times as many as there are functions; a power of two.
const SLOTS: usize = 1024;

/// Four bytes of a name, and its length, tell almost all names apart.
const fn slot(name: &str) -> usize {
    let bytes = name.as_bytes();
    let third = bytes.len() / 3;
    let [first, .., last] = bytes else { return 0 };
    let tail = last.wrapping_add(bytes.len().to_le_bytes()[0] << 3);
    let sample = u32::from_le_bytes([*first, bytes[third], bytes[2 * third], tail]);
    (sample.wrapping_mul(0x9E37_79B1) >> 22) as usize % SLOTS
}

/// Returns the function of that name, if that Helm has it.
pub(crate) fn find(name: &str, profile: Profile) -> Option<&'static Function> {
    let mut slot = slot(name);
    while let Some(function) = BY_NAME[slot] {
        if function.name == name {
            return profile.has_function(name).then_some(function);
        }
        slot = (slot + 1) % SLOTS;
    }
    None
}

/// What a template function is called and takes, for reference pages and hints.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FunctionDoc {
    /// The name under which templates call it.
    pub name: &'static str,
    /// The family that it belongs to, such as `strings`.
    pub family: &'static str,
    /// Its parameters in Go's types: `(string, ...interface {})`.
    pub parameters: String,
    /// What it does, in one sentence.
    pub doc: &'static str,
    /// The upstream files that the family follows, with their versions.
    pub source: &'static str,
}

/// Returns every function that templates can call, by family and in the family's order.
#[must_use]
pub fn functions() -> Vec<FunctionDoc> {
    let describe = |family: &Family, function: &Function| {
        let Signature { params, variadic } = function.signature;
        let fixed = params.iter().map(|param| param.name().to_owned());
        let rest = variadic.map(|rest| format!("...{}", rest.name()));
        let parameters: Vec<_> = fixed.chain(rest).collect();
        FunctionDoc {
            name: function.name,
            family: family.name,
            parameters: format!("({})", parameters.join(", ")),
            doc: function.doc,
            source: family.source,
        }
    };
    FAMILIES
        .iter()
        .flat_map(|family| family.functions.iter().map(move |function| describe(family, function)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Go's own functions and keywords, which the recorded table does not hold.
    const BUILTIN: &str = "builtin";

    #[test]
    fn names_and_parameters_are_those_of_helm() {
        let rows = recorded::rows(include_str!("../tests/data/functions.json"));
        let mut helms = std::collections::BTreeSet::new();
        for row in &rows {
            let name = row[0].as_str().unwrap();
            helms.insert(name);
            let function =
                find(name, crate::Profile::Helm4).unwrap_or_else(|| panic!("{name} is missing"));
            let params = row[1].as_array().unwrap().iter().map(|param| param.as_str().unwrap());
            let own = function.signature.params.iter().map(|param| param.name());
            assert!(own.eq(params), "{name} takes {:?}, {row:?}", function.signature);
            let variadic = function.signature.variadic.map(Type::name);
            assert_eq!(variadic, row[2].as_str(), "{name}");
        }
        for family in FAMILIES.iter().filter(|family| family.name != BUILTIN) {
            for function in family.functions {
                assert!(helms.contains(function.name), "{} is not Helm's", function.name);
            }
        }
    }

    #[test]
    fn the_reference_says_what_a_function_takes() {
        let all = functions();
        let find = |name: &str| all.iter().find(|function| function.name == name).unwrap();
        assert_eq!(find("default").parameters, "(interface {}, ...interface {})");
        assert_eq!(find("fail").parameters, "(string)");
        assert_eq!(find("trunc").family, "strings");
    }

    #[test]
    fn names_are_unique_and_documented() {
        let all: Vec<_> = FAMILIES.iter().flat_map(|family| family.functions).collect();
        let names: std::collections::BTreeSet<_> = all.iter().map(|f| f.name).collect();
        assert_eq!(all.len(), names.len());
        for function in all {
            assert!(function.doc.ends_with('.'), "{}", function.name);
        }
    }
}
