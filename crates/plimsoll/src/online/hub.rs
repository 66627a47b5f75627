//! The Hub: what a repository holds, and headers of its files.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow, bail};
use plimsoll_size::{Model, open_folder};
use serde::Deserialize;

use super::client::{Client, Question, shown};
use super::ranged::Place;
use super::remote::{Remote, Site, Source, escaped};

/// What the Hub says of a repository with a hundred thousand files.
const MAX_LIST: u64 = 64 << 20;

/// A repository with more files is no model.
const MAX_FILES: usize = 100_000;

/// The Hub, or a mirror.
pub(super) struct Hub<'a> {
    client: &'a Client,
    base: &'a str,
    token: Option<String>,
}

#[derive(Deserialize)]
struct Listing {
    sha: Option<String>,
    #[serde(default)]
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
struct Sibling {
    rfilename: String,
    size: Option<u64>,
}

impl<'a> Hub<'a> {
    pub(super) fn new(client: &'a Client, base: &'a str, token: Option<String>) -> Result<Self> {
        Site::of(base)?;
        Ok(Self { client, base: base.trim_end_matches('/'), token })
    }

    /// Reads the model in a repository; `want` names a file in it.
    pub(super) fn open(
        &self,
        repository: &str,
        revision: Option<&str>,
        want: Option<&str>,
    ) -> Result<Model> {
        let (commit, files) = self.list(repository, revision.unwrap_or("main"))?;
        let sources = files.into_iter().map(|(path, bytes)| {
            let url = format!("{}/{repository}/resolve/{commit}/{}", self.base, escaped(&path));
            // A commit's files never change.
            let key = format!("{}/{repository}@{commit}/{path}", self.base);
            let place = Place { url, key, token: self.token.clone(), bytes };
            (path, Source::Elsewhere(place))
        });
        let folder = Remote::new(self.client, sources.collect());
        let name = format!("hf://{repository}");
        let mut model = open_folder(&name, &folder, want)
            .with_context(|| format!("{name} at {}", shown(self.base)))?;
        model.name = match want {
            Some(want) => format!("{name}/{want}"),
            None => name,
        };
        model.source = format!("{}, at commit {commit} of {}", model.source, shown(self.base));
        Ok(model)
    }

    /// The commit of a revision, and its files with their sizes.
    fn list(&self, repository: &str, revision: &str) -> Result<(String, BTreeMap<String, u64>)> {
        let url = format!(
            "{}/api/models/{repository}/revision/{}?blobs=true",
            self.base,
            escaped(revision)
        );
        let question = Question { token: self.token.as_deref(), ..Question::new(&url) };
        let answer = self.client.ask(&question)?;
        match answer.status {
            200 => {}
            401 | 403 if self.token.is_none() => bail!(
                "hf://{repository}: there is no such repository, or it is gated; with a token in \
                 HF_TOKEN it can be told"
            ),
            401 | 403 => bail!(
                "hf://{repository}: the token in HF_TOKEN may not read it; accept its terms on the \
                 Hub first"
            ),
            404 => {
                bail!("hf://{repository} at {revision}: there is no such repository or revision")
            }
            status => bail!("{}: it answers {status}", shown(&url)),
        }
        let text = self.client.read(&url, answer, MAX_LIST)?;
        let listing: Listing = serde_json::from_slice(&text)
            .map_err(|error| anyhow!("{}: it is no list of files: {error}", shown(&url)))?;
        let is_hash =
            |text: &String| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let commit = listing.sha.filter(is_hash);
        let commit = commit.ok_or_else(|| anyhow!("{}: it names no commit", shown(&url)))?;
        if listing.siblings.len() > MAX_FILES {
            bail!("hf://{repository} holds more than {MAX_FILES} files");
        }
        let mut files = BTreeMap::new();
        for file in listing.siblings {
            let bytes = file.size.ok_or_else(|| {
                anyhow!("{}: it gives no size for {}", shown(&url), file.rfilename)
            })?;
            files.insert(file.rfilename, bytes);
        }
        Ok((commit, files))
    }
}
