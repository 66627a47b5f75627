//! Go's own template functions.

use super::{Engine, Family, Function, Run, Signature, Type};

pub(super) const FAMILY: Family = Family {
    name: "builtin",
    source: "Go 1.26 text/template/funcs.go",
    functions: &[
        Function {
            name: "and",
            signature: Signature { params: &[Type::Reflect], variadic: Some(Type::Reflect) },
            run: Run::Engine(Engine::And),
            doc: "Returns the first argument that is not true, else the last; stops there.",
        },
        Function {
            name: "or",
            signature: Signature { params: &[Type::Reflect], variadic: Some(Type::Reflect) },
            run: Run::Engine(Engine::Or),
            doc: "Returns the first argument that is true, else the last; stops there.",
        },
        Function {
            name: "include",
            signature: Signature { params: &[Type::Str, Type::Any], variadic: None },
            run: Run::Engine(Engine::Include),
            doc: "Renders the named template and returns its text.",
        },
        Function {
            name: "tpl",
            signature: Signature { params: &[Type::Str, Type::Any], variadic: None },
            run: Run::Engine(Engine::Tpl),
            doc: "Renders a text as a template.",
        },
    ],
};
