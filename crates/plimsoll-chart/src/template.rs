//! Go's `text/template` language: lexer, parser and evaluator.

mod error;

pub(crate) use error::Error;
