//! Models on disk: files, folders and stores, of which only headers are read.

use std::env;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use plimsoll_size::{
    Config, Entry, Error, Folder, Model, OllamaName, Quant, Reference, open_file, open_folder,
};

use crate::file::{self, FileError};
use crate::online;

/// A folder of a model has few files; a store of Ollama's some thousands.
const MAX_FILES: usize = 100_000;

/// Deeper folders hold no models.
const MAX_DEPTH: usize = 12;

/// A list of a volume's files may be this long.
const MAX_LISTING: u64 = 64 << 20;

/// The bound on a configuration that the reader has.
const MAX_CONFIG: u64 = 4 << 20;

/// What a reader fetches at once: headers are read in small pieces.
const BUFFER: usize = 64 << 10;

/// A folder on disk.
struct DiskFolder {
    root: PathBuf,
    entries: Vec<Entry>,
}

impl DiskFolder {
    /// Lists a folder; one level of it where `is_flat` is set.
    fn list(root: &Path, is_flat: bool) -> Result<Self> {
        let mut folder = Self { root: root.to_path_buf(), entries: Vec::new() };
        folder.walk(Path::new(""), if is_flat { MAX_DEPTH } else { 0 })?;
        folder.entries.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(folder)
    }

    fn walk(&mut self, below: &Path, depth: usize) -> Result<()> {
        let directory = self.root.join(below);
        let list =
            fs::read_dir(&directory).map_err(|error| FileError::io("list", &directory, &error))?;
        for entry in list {
            let entry = entry.map_err(|error| FileError::io("list", &directory, &error))?;
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
            let path = below.join(&name);
            let kind =
                entry.file_type().map_err(|error| FileError::io("look at", &path, &error))?;
            if kind.is_dir() {
                if depth < MAX_DEPTH && !name.starts_with('.') {
                    self.walk(&path, depth + 1)?;
                }
                continue;
            }
            // Links lead to blobs in the caches of the Hub; links to folders are not followed.
            let metadata = match fs::metadata(entry.path()) {
                Ok(metadata) => metadata,
                Err(error) => return Err(FileError::io("open", &entry.path(), &error).into()),
            };
            if metadata.is_file() {
                let path = path.to_str().unwrap_or_default().replace('\\', "/");
                self.entries.push(Entry { path, bytes: metadata.len() });
            }
            if self.entries.len() > MAX_FILES {
                return Err(anyhow!(
                    "{} holds more than {MAX_FILES} files; name the model's own folder",
                    self.root.display()
                ));
            }
        }
        Ok(())
    }
}

impl Folder for DiskFolder {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn open(&self, path: &str) -> plimsoll_size::Result<Box<dyn Read + '_>> {
        let file = File::open(self.root.join(path))?;
        Ok(Box::new(BufReader::with_capacity(BUFFER, file)))
    }

    fn open_at(&self, path: &str, offset: u64) -> plimsoll_size::Result<Box<dyn Read + '_>> {
        let mut file = File::open(self.root.join(path))?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(Box::new(BufReader::with_capacity(BUFFER, file)))
    }
}

/// Opens what a reference names. `inner` names a model in a folder or store; `quant` says how the
/// weights of a bare configuration or of a name in the catalogue are stored.
pub(crate) fn open(
    text: &str,
    inner: Option<&str>,
    quant: Option<Quant>,
    options: &online::Options,
) -> Result<Vec<Model>> {
    let path = Path::new(text);
    // A file that is there is meant, even if its name could be that of a model.
    if !text.contains("://") && path.exists() && text != "-" {
        return Ok(vec![open_path(path, inner, quant)?]);
    }
    let reference: Reference = text.parse()?;
    Ok(match &reference {
        Reference::Path(path) => vec![open_path(Path::new(path), inner, quant)?],
        Reference::Listing(_) | Reference::Stdin if quant.is_some() => {
            return Err(Error::setting(FIXED).into());
        }
        Reference::Listing(path) => {
            plimsoll_size::read_listing(&file::read_text(Path::new(path), MAX_LISTING)?)
                .with_context(|| path.clone())?
        }
        Reference::Stdin => {
            let mut input = BufReader::with_capacity(BUFFER, io::stdin().lock());
            vec![open_file("standard input", &mut input, None)?]
        }
        Reference::Ollama(name) => match local_store(name) {
            Some(store) => vec![open_path(&store, Some(&name.to_string()), quant)?],
            None => vec![named(&reference, inner, quant, options)?],
        },
        Reference::Hub { .. } | Reference::Oci { .. } => {
            vec![named(&reference, inner, quant, options)?]
        }
    })
}

/// Why a file is sized as it is.
const FIXED: &str = "--quant says how the weights of a configuration or of a name are stored, and the \
                     weights of files are read as they are: leave it out";

/// What the embedded catalogue knows of a name, with its weights stored so; nothing for files.
pub(crate) fn stored(text: &str, quant: Quant) -> Option<Model> {
    if !text.contains("://") && Path::new(text).exists() {
        return None;
    }
    text.parse::<Reference>().ok()?.quantised(quant).ok()
}

/// The model of a name: from its registry where that is to be asked, else from the catalogue.
fn named(
    reference: &Reference,
    inner: Option<&str>,
    quant: Option<Quant>,
    options: &online::Options,
) -> Result<Model> {
    match (online::open(reference, inner, options)?, quant) {
        (Some(_), Some(_)) => Err(Error::setting(FIXED).into()),
        (Some(model), None) => Ok(model),
        (None, Some(quant)) => Ok(reference.quantised(quant)?),
        (None, None) => Ok(reference.from_catalogue()?),
    }
}

/// The store that `OLLAMA_MODELS` names, where it has this model.
fn local_store(name: &OllamaName) -> Option<PathBuf> {
    let store = PathBuf::from(env::var_os("OLLAMA_MODELS")?);
    store.join(name.manifest_path()).is_file().then_some(store)
}

fn open_path(path: &Path, inner: Option<&str>, quant: Option<Quant>) -> Result<Model> {
    let name = path.display().to_string();
    let metadata = fs::metadata(path).map_err(|error| FileError::io("open", path, &error))?;
    if metadata.is_dir() {
        let folder = DiskFolder::list(path, false)?;
        let is_bare = folder.entries().iter().all(|entry| !is_weights(&entry.path));
        if is_bare && inner.is_none() && folder.entry("config.json").is_some() {
            return open_config(&path.join("config.json"), &name, quant);
        }
        if quant.is_some() {
            return Err(Error::setting(FIXED).into());
        }
        return open_folder(&name, &folder, inner).map_err(|error| inside(&name, error));
    }
    if !metadata.is_file() {
        return Err(FileError::new(
            format!("open {name}: it is no regular file"),
            "write it to - to read from a pipe",
        )
        .into());
    }
    let file_name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if file_name.ends_with(".json") {
        return open_config(path, &name, quant);
    }
    if quant.is_some() {
        return Err(Error::setting(FIXED).into());
    }
    if file_name.ends_with(".gguf") {
        // Its shards and what belongs to it lie beside it.
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let folder = DiskFolder::list(parent.unwrap_or(Path::new(".")), true)?;
        return open_folder(&name, &folder, Some(file_name)).map_err(|error| {
            match parent.and_then(Path::to_str) {
                Some(parent) => inside(parent, error),
                None => error.into(),
            }
        });
    }
    let file = File::open(path).map_err(|error| FileError::io("open", path, &error))?;
    let mut reader = BufReader::with_capacity(BUFFER, file);
    Ok(open_file(&name, &mut reader, Some(metadata.len()))?)
}

/// Files in a folder are named by their paths below it; this adds which folder it is.
fn inside(folder: &str, error: Error) -> anyhow::Error {
    let message = error.to_string();
    if message.starts_with(folder) || message.contains(&format!(" in {folder};")) {
        return error.into();
    }
    anyhow::Error::from(error).context(folder.to_owned())
}

fn is_weights(path: &str) -> bool {
    [".gguf", ".safetensors", ".bin", ".pth", ".pt"].iter().any(|ending| path.ends_with(ending))
        || path.starts_with("manifests/")
        || path == "oci-layout"
}

fn open_config(path: &Path, name: &str, quant: Option<Quant>) -> Result<Model> {
    let config =
        Config::read(&file::read(path, MAX_CONFIG)?).with_context(|| path.display().to_string())?;
    let source = format!("configuration {}", path.display());
    Ok(match quant {
        Some(quant) => quant.model(name, &source, &config)?,
        None => Model::of_config(name, &source, &config, None)?,
    })
}
