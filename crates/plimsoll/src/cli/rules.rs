//! `plimsoll rules`: all rules, one line each.

use std::io::Write as _;

use anyhow::Result;
use plimsoll_rules::{RULES, summary};

use super::{Color, Exit};
use crate::output::{Stream, Style};

pub(super) fn run(color: Color) -> Result<Exit> {
    let style = Style::new(color, Stream::Out);
    let widest = RULES.iter().map(|rule| rule.slug.len()).max().unwrap_or(0);
    let mut out = std::io::stdout().lock();
    for rule in RULES {
        let name = style.bold(&format!("{:widest$}", rule.slug));
        writeln!(out, "{name}  {:7}  {}", rule.level.word(), summary(rule))?;
    }
    Ok(Exit::Clean)
}
