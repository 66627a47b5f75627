//! `--output-dir`: manifests in files, as Helm writes them.

use std::fs;
use std::io::Write;
use std::path::{Component, Path};

use anyhow::{Context as _, Result, bail};
use plimsoll_chart::{Hook, Printing, Rendered};

/// Where to write.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'t> {
    pub(super) directory: &'t str,
    /// Put what templates rendered, but not CRDs, below a directory of this name.
    pub(super) release: Option<&'t str>,
}

impl Target<'_> {
    /// Writes the files, and says on standard output which. A file that several documents go to is
    /// written anew; but hooks are added to one that is there, be it from another rendering, as
    /// Helm does.
    pub(super) fn write(&self, rendered: &Rendered, printing: &Printing) -> Result<()> {
        let below = match self.release {
            Some(release) => Path::new(self.directory).join(release).display().to_string(),
            None => self.directory.to_owned(),
        };
        let mut written: Vec<String> = Vec::new();
        let mut anew = |directory: &str, name: &str, text: &str| {
            let is_first = !written.iter().any(|old| old == name);
            written.push(name.to_owned());
            write(directory, name, text, is_first)
        };
        if printing.include_crds {
            for (name, text) in rendered.crds() {
                anew(self.directory, name, text)?;
            }
        }
        for manifest in rendered.manifests() {
            anew(&below, manifest.template(), manifest.text())?;
        }
        for hook in rendered.hooks().iter().filter(|_| !printing.no_hooks) {
            if printing.skip_tests && hook.hook().is_some_and(Hook::is_test) {
                continue;
            }
            let is_new = !Path::new(&below).join(hook.template()).exists();
            write(&below, hook.template(), hook.text(), is_new)?;
        }
        Ok(())
    }
}

fn write(directory: &str, name: &str, text: &str, is_new: bool) -> Result<()> {
    let stays = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    if !stays {
        bail!("{name} would be written outside the output directory");
    }
    let file = format!("{directory}/{name}");
    put(&file, &format!("---\n# Source: {name}\n{text}\n"), is_new)
        .with_context(|| format!("cannot write {file}"))?;
    writeln!(std::io::stdout().lock(), "wrote {file}")?;
    Ok(())
}

fn put(file: &str, text: &str, is_new: bool) -> Result<()> {
    if let Some(parent) = Path::new(file).parent() {
        fs::create_dir_all(parent)?;
    }
    let mut options = fs::OpenOptions::new();
    options.create(true).write(true).truncate(is_new).append(!is_new);
    options.open(file)?.write_all(text.as_bytes())?;
    Ok(())
}
