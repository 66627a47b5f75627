//! Go's `fmt`: values as text, with the origins of what they were made of.

mod flags;
mod format;
mod printer;

use printer::Printer;

use crate::functions::{Env, Failure, Outcome};
use crate::trace::OriginId;
use crate::value::{Data, TextBuilder, Value};

/// How deep printing follows nested values; deeper ones are an error.
const MOST_DEPTH: usize = 1000;

/// Writes what a template action prints for `value`.
pub(crate) fn write_value(
    value: &Value,
    out: &mut TextBuilder,
    env: &mut Env,
) -> Result<(), Failure> {
    if matches!(value.data, Data::Invalid) {
        out.push("<no value>", value.origin);
        return Ok(());
    }
    if let Data::Host(host) = &value.data
        && let Some(text) = host.addressed()
    {
        out.push(&text, value.origin);
        return Ok(());
    }
    // `{{ }}` looks through a pointer that has no text of its own.
    if let Data::Host(host) = &value.data
        && host.kind() == "ptr"
        && let (None, Some(fields)) = (host.string(), host.fields())
    {
        return Printer::new(out, env).print_struct("struct", &fields, 'v', 0);
    }
    Printer::new(out, env).print_arg(value, 'v')
}

/// Go's `fmt.Sprint`: spaces between operands of which neither is a string.
pub(crate) fn sprint(args: &[Value], env: &mut Env) -> Outcome {
    build(env, |printer| {
        let mut after_string = true;
        for arg in args {
            let is_string = arg.as_text().is_some();
            if !is_string && !after_string {
                printer.write(" ", OriginId::NONE)?;
            }
            printer.print_arg(arg, 'v')?;
            after_string = is_string;
        }
        Ok(())
    })
}

/// Go's `fmt.Sprintln`: spaces between all operands and a newline at the end.
pub(crate) fn sprintln(args: &[Value], env: &mut Env) -> Outcome {
    build(env, |printer| {
        for (index, arg) in args.iter().enumerate() {
            if index > 0 {
                printer.write(" ", OriginId::NONE)?;
            }
            printer.print_arg(arg, 'v')?;
        }
        printer.write("\n", OriginId::NONE)
    })
}

/// Go's `fmt.Sprintf`; `format` must hold a string.
pub(crate) fn sprintf(format: &Value, args: &[Value], env: &mut Env) -> Outcome {
    build(env, |printer| format::run(printer, format, args))
}

/// Go's `%v` of one value.
pub(crate) fn to_text(value: &Value, env: &mut Env) -> Outcome {
    verb_text(value, 'v', env)
}

/// Go's text of one value under `verb`, without flags.
pub(crate) fn verb_text(value: &Value, verb: char, env: &mut Env) -> Outcome {
    let mut text = build(env, |printer| printer.print_arg(value, verb))?;
    if text.origin == OriginId::UNSET {
        text.origin = value.own_origin();
    }
    Ok(text)
}

fn build(env: &mut Env, print: impl FnOnce(&mut Printer<'_>) -> Result<(), Failure>) -> Outcome {
    let mut out = env.builder();
    print(&mut Printer::new(&mut out, env))?;
    Ok(env.finish(out))
}
