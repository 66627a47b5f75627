//! Registries of images and artifacts, of which Ollama's is one: manifests, and heads of layers.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow, bail};
use plimsoll_size::{BlobName, Manifest, Model, OllamaName, open_folder, pick_manifest};
use serde::Deserialize;

use super::client::{Answer, Client, Question, hash, shown};
use super::ranged::Place;
use super::remote::{Remote, Site, Source, escaped, is_this_machine};

/// Registries refuse larger manifests.
const MAX_MANIFEST: u64 = 4 << 20;

/// A token is a few KiB.
const MAX_TOKEN: u64 = 1 << 20;

/// An index of tags, and one of platforms.
const MAX_INDEXES: usize = 3;

const ACCEPT: &str = "application/vnd.oci.image.manifest.v1+json, \
    application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json, \
    application/vnd.docker.distribution.manifest.list.v2+json";

/// A repository in a registry.
struct Repository<'a> {
    client: &'a Client,
    /// Such as `https://host/v2/path`.
    base: String,
    path: String,
}

/// Reads a model of Ollama's.
pub(super) fn open_ollama(
    client: &Client,
    mirror: Option<&str>,
    name: &OllamaName,
) -> Result<Model> {
    let site = match mirror {
        Some(mirror) => {
            Site::of(mirror)?;
            mirror.trim_end_matches('/').to_owned()
        }
        None => site_of(&name.host),
    };
    let path = format!("{}/{}", name.namespace, name.model);
    let repository = Repository::new(client, &site, &path);
    let (_, text) = repository.manifest(&name.tag)?;
    let manifest = Manifest::read(&text).with_context(|| name.to_string())?;
    let mut sources = repository.layers(&manifest, BlobName::path_of)?;
    sources.insert(name.manifest_path(), Source::Memory(text));
    let folder = Remote::new(client, sources);
    let mut model = open_folder(&name.to_string(), &folder, Some(&name.to_string()))?;
    model.source = format!("{}, at {}", model.source, shown(&site));
    Ok(model)
}

/// Reads a model in any registry; `want` names a manifest where an index has several.
pub(super) fn open_oci(
    client: &Client,
    host: &str,
    path: &str,
    version: Option<&str>,
    want: Option<&str>,
) -> Result<Model> {
    let site = site_of(host);
    let name = format!("oci://{host}/{path}");
    let repository = Repository::new(client, &site, path);
    let (mut digest, mut text) = repository.manifest(version.unwrap_or("latest"))?;
    for _ in 0..MAX_INDEXES {
        let Some(picked) = pick_manifest(&text, want).with_context(|| name.clone())? else { break };
        (digest, text) = repository.manifest(&picked)?;
    }
    let manifest = Manifest::read(&text).with_context(|| name.clone())?;
    let locate = |digest: &str| Some(format!("blobs/sha256/{}", digest.strip_prefix("sha256:")?));
    let mut sources = repository.layers(&manifest, locate)?;
    let index = format!(r#"{{"manifests":[{{"digest":"{digest}"}}]}}"#);
    sources.insert("oci-layout".to_owned(), Source::Memory(b"{}".to_vec()));
    sources.insert("index.json".to_owned(), Source::Memory(index.into_bytes()));
    if let Some(path) = locate(&digest) {
        sources.insert(path, Source::Memory(text));
    }
    let mut model = open_folder(&name, &Remote::new(client, sources), None)?;
    model.source = format!("{}, {digest} at {}", model.source, shown(&site));
    Ok(model)
}

/// The address of a registry. Docker's is elsewhere than its name says; this machine's has no
/// certificate.
fn site_of(host: &str) -> String {
    match host {
        "docker.io" | "index.docker.io" => "https://registry-1.docker.io".to_owned(),
        host if is_this_machine(host) => format!("http://{host}"),
        host => format!("https://{host}"),
    }
}

impl<'a> Repository<'a> {
    fn new(client: &'a Client, site: &str, path: &str) -> Self {
        Self { client, base: format!("{site}/v2/{}", escaped(path)), path: path.to_owned() }
    }

    /// The digest and the text of a manifest by its tag or digest; the text is held to the digest.
    fn manifest(&self, version: &str) -> Result<(String, Vec<u8>)> {
        let url = format!("{}/manifests/{}", self.base, version);
        let answer = self.ask(&url, Some(ACCEPT))?;
        match answer.status {
            200 => {}
            401 | 403 => bail!(
                "{}: it may not be read without a login, which is not done here; pull it, and name \
                 the folder",
                shown(&url)
            ),
            404 => bail!("{}: there is no such model or tag", shown(&url)),
            status => bail!("{}: it answers {status}", shown(&url)),
        }
        let said = answer.header("docker-content-digest").map(str::to_owned);
        let text = self.client.read(&url, answer, MAX_MANIFEST)?;
        let found = format!("sha256:{}", hash(&text));
        let asked = version.starts_with("sha256:").then(|| version.to_owned());
        for expected in [asked, said].into_iter().flatten() {
            if expected.starts_with("sha256:") && expected != found {
                bail!("{}: the manifest is {found}, and {expected} was promised", shown(&url));
            }
        }
        Ok((found, text))
    }

    /// The layers of a manifest, which lie in the registry.
    fn layers(
        &self,
        manifest: &Manifest,
        locate: impl Fn(&str) -> Option<String>,
    ) -> Result<BTreeMap<String, Source>> {
        let mut sources = BTreeMap::new();
        for layer in &manifest.layers {
            let path = locate(&layer.digest)
                .ok_or_else(|| anyhow!("the manifest names {:?}", layer.digest))?;
            let url = format!("{}/blobs/{}", self.base, layer.digest);
            let place =
                Place { url, key: layer.digest.clone(), token: self.token(), bytes: layer.bytes.0 };
            sources.insert(path, Source::Elsewhere(place));
        }
        Ok(sources)
    }

    fn token(&self) -> Option<String> {
        self.client.tokens.borrow().get(&self.base).cloned()
    }

    /// Asks, and once more with a token where the registry says whom to ask for one.
    fn ask(&self, url: &str, accept: Option<&str>) -> Result<Answer> {
        let token = self.token();
        let question = Question { accept, token: token.as_deref(), ..Question::new(url) };
        let answer = self.client.ask(&question)?;
        if answer.status != 401 || token.is_some() {
            return Ok(answer);
        }
        let Some(challenge) = answer.challenge().and_then(Challenge::read) else {
            return Ok(answer);
        };
        let token = self.fetch_token(&challenge)?;
        self.client.tokens.borrow_mut().insert(self.base.clone(), token.clone());
        self.client.ask(&Question { accept, token: Some(&token), ..Question::new(url) })
    }

    fn fetch_token(&self, challenge: &Challenge) -> Result<String> {
        #[derive(Deserialize)]
        struct Given {
            token: Option<String>,
            access_token: Option<String>,
        }
        if !Site::of(&challenge.realm)?.is_safe() {
            bail!("{}: a token is asked for over https only", shown(&challenge.realm));
        }
        let scope = challenge.scope.clone();
        let scope = scope.unwrap_or_else(|| format!("repository:{}:pull", self.path));
        let mut url = format!("{}?scope={}", challenge.realm, query(&scope));
        if let Some(service) = &challenge.service {
            url.push_str(&format!("&service={}", query(service)));
        }
        let answer = self.client.ask(&Question::new(&url))?;
        if answer.status != 200 {
            bail!("{}: it gives no token, and answers {}", shown(&url), answer.status);
        }
        let text = self.client.read(&url, answer, MAX_TOKEN)?;
        let given: Given = serde_json::from_slice(&text)
            .map_err(|_| anyhow!("{}: what it gives is no token", shown(&url)))?;
        let token = given.token.or(given.access_token);
        let is_sound = |token: &String| token.bytes().all(|byte| byte.is_ascii_graphic());
        token.filter(is_sound).ok_or_else(|| anyhow!("{}: what it gives is no token", shown(&url)))
    }
}

/// A part of a query.
fn query(text: &str) -> String {
    escaped(text).replace('/', "%2F")
}

/// Where a registry sends for tokens.
struct Challenge {
    realm: String,
    service: Option<String>,
    scope: Option<String>,
}

impl Challenge {
    /// Reads `Bearer realm="…",service="…",scope="…"`.
    fn read(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let mut parts = BTreeMap::new();
        let mut rest = rest.trim();
        while let Some((name, after)) = rest.split_once('=') {
            let (value, after) = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => after.split_once(',').unwrap_or((after, "")),
            };
            parts.insert(name.trim().to_ascii_lowercase(), value.to_owned());
            rest = after.trim_start_matches([',', ' ']);
        }
        let realm = parts.remove("realm")?;
        Some(Self { realm, service: parts.remove("service"), scope: parts.remove("scope") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read() {
        let read = |text: &str| {
            Challenge::read(text).map(|found| (found.realm, found.service, found.scope))
        };
        let full = r#"Bearer realm="https://a/t",service="r",scope="repository:x/y:pull,push""#;
        let expected = (
            "https://a/t".to_owned(),
            Some("r".to_owned()),
            Some("repository:x/y:pull,push".to_owned()),
        );
        assert_eq!(read(full), Some(expected));
        assert_eq!(read("bearer realm=https://a"), Some(("https://a".to_owned(), None, None)));
        for text in ["Basic realm=\"x\"", "Bearer", "Bearer realm=\"x", "Bearer service=\"x\""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
