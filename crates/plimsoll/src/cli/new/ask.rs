//! Questions for what the flags leave open, on a terminal.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;
use std::str::FromStr as _;

use anyhow::{Result, bail};
use clap::ValueEnum as _;
use plimsoll_size::Engine;

use super::flags::{Flags, chart_name};
use crate::cluster_file;
use crate::scaffold::{Pattern, Platform};

/// Nobody gives so many wrong answers by accident.
const ATTEMPTS: usize = 5;

/// Asks for what is missing; tells whether there was somebody to ask.
pub(super) fn fill(flags: &mut Flags, repository: &Path) -> Result<bool> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Ok(false);
    }
    if flags.pattern.is_none() {
        let say = "What is it for? engine, gateway, ui, notebook, training, any";
        flags.pattern = Some(ask(say, "engine", |text| Pattern::from_str(text, true))?);
    }
    let pattern = flags.pattern.unwrap_or(Pattern::Engine);
    if flags.name.is_none() {
        flags.name = Some(ask("What is it called?", "", |text| {
            chart_name(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
        })?);
    }
    if flags.platform.is_none() && flags.cluster.is_none() {
        cluster(flags, repository)?;
    }
    if pattern == Pattern::Any && flags.image.is_none() {
        flags.image = Some(ask("Which image? registry/repository:tag", "", str::parse)?);
    }
    if pattern == Pattern::Engine {
        if flags.engine.is_none() {
            let say = "What runs the model? ollama, llama.cpp, vllm, tei";
            let engine = |text: &str| Engine::from_str(text).map_err(|error| error.to_string());
            flags.engine = Some(ask(say, "ollama", engine)?);
        }
        if flags.model.is_none() {
            let model =
                ask("Which model? llama3.1:8b, hf://org/repo, ...; - for none yet", "-", owned)?;
            flags.model = Some(model).filter(|model| model != "-");
        }
    }
    let is_computed = flags.cluster.is_some() && flags.model.is_some();
    let has_none = matches!(pattern, Pattern::Gateway | Pattern::Ui);
    if flags.gpu.is_none() && !is_computed && !has_none {
        flags.gpu =
            Some(ask("Which GPU? none, amd, intel, nvidia, or a card such as L4", "none", owned)?);
    }
    Ok(true)
}

/// Asks for the cluster: one that has a file, or only a flavour.
fn cluster(flags: &mut Flags, repository: &Path) -> Result<()> {
    let names = cluster_file::names(repository);
    let all = [names.clone(), vec!["kubernetes".to_owned(), "openshift".to_owned()]].concat();
    let say = format!("Which cluster? {}", all.join(", "));
    let answer = ask(&say, &all[0], |text| {
        if all.iter().any(|name| name == text) {
            Ok(text.to_owned())
        } else {
            Err(format!("one of {}", all.join(", ")))
        }
    })?;
    if names.contains(&answer) {
        flags.cluster = Some(answer);
    } else {
        flags.platform = Platform::from_str(&answer, true).ok();
    }
    Ok(())
}

fn owned(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

/// Asks until the answer can be read; an empty one is the usual one, if there is any.
fn ask<T>(question: &str, usual: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<T> {
    for _ in 0..ATTEMPTS {
        let mut out = std::io::stderr().lock();
        if usual.is_empty() {
            write!(out, "{question} ")?;
        } else {
            write!(out, "{question} [{usual}] ")?;
        }
        out.flush()?;
        let mut line = String::new();
        if std::io::stdin().lock().read_line(&mut line)? == 0 {
            bail!("no more answers");
        }
        let answer = line.trim();
        let answer = if answer.is_empty() { usual } else { answer };
        match read(answer) {
            Ok(value) if !answer.is_empty() => return Ok(value),
            Ok(_) => {}
            Err(error) => writeln!(out, "{error}")?,
        }
    }
    bail!("no answer that could be read");
}
