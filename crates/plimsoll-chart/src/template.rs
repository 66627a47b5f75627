//! Go's `text/template` language: lexer, parser and evaluator.

#[cfg(test)]
pub(crate) mod acceptance;
mod ast;
mod error;
mod eval;
mod lexer;
mod literal;
mod parser;
mod scope;
mod writes;

pub(crate) use ast::Tree;
pub(crate) use error::{Error, Level, Trouble};
pub(crate) use eval::{Machine, without_no_value};
pub(crate) use parser::{ParseError, parse};
pub(crate) use scope::Scope;
#[cfg(test)]
pub(crate) use scope::Template;
