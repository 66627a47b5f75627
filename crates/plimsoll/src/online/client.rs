//! Asking over HTTP, within bounds: time, redirects, bytes, questions.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use sha2::{Digest as _, Sha256};
use ureq::http::header::{AUTHORIZATION, LOCATION, RANGE, WWW_AUTHENTICATE};
use ureq::http::{HeaderMap, Response};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::cache::Cache;
use super::remote::Site;

/// The Hub leads to where files lie, and that place perhaps to another.
const MAX_REDIRECTS: usize = 5;

/// A model of a thousand shards asks no more.
const MAX_QUESTIONS: u32 = 4000;

/// Headers of the largest models have a few hundred MiB in all.
const MAX_BYTES: u64 = 1 << 30;

/// Asks over HTTP. A token goes only to the place that it is for.
pub(super) struct Client {
    agent: Agent,
    pub(super) cache: Cache,
    questions: Cell<u32>,
    bytes: Cell<u64>,
    /// Tokens that registries gave for the asking, by what they are for.
    pub(super) tokens: RefCell<BTreeMap<String, String>>,
}

/// A question.
pub(super) struct Question<'a> {
    pub(super) url: &'a str,
    pub(super) accept: Option<&'a str>,
    /// For the place that is asked, and nobody it leads to.
    pub(super) token: Option<&'a str>,
    /// The first byte and how many.
    pub(super) range: Option<(u64, u64)>,
}

impl<'a> Question<'a> {
    pub(super) const fn new(url: &'a str) -> Self {
        Self { url, accept: None, token: None, range: None }
    }
}

/// An answer, whatever it says.
pub(super) struct Answer {
    pub(super) status: u16,
    headers: HeaderMap,
    body: Body,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(super) fn challenge(&self) -> Option<&str> {
        self.headers.get(WWW_AUTHENTICATE)?.to_str().ok()
    }
}

impl Client {
    pub(super) fn new(cache: Cache, timeout: Duration) -> Self {
        let agent = Agent::config_builder()
            .timeout_resolve(Some(timeout))
            .timeout_connect(Some(timeout))
            .timeout_recv_response(Some(timeout))
            .timeout_per_read(Some(timeout))
            .timeout_global(Some(timeout * 10))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("plimsoll/", env!("CARGO_PKG_VERSION")))
            .tls_config(TlsConfig::builder().root_certs(authorities()).build())
            .build()
            .new_agent();
        Self {
            agent,
            cache,
            questions: Cell::new(0),
            bytes: Cell::new(0),
            tokens: RefCell::new(BTreeMap::new()),
        }
    }

    /// Asks, and follows where it is led.
    pub(super) fn ask(&self, question: &Question<'_>) -> Result<Answer> {
        let first = Site::of(question.url)?;
        let mut url = question.url.to_owned();
        for _ in 0..=MAX_REDIRECTS {
            let site = Site::of(&url)?;
            let is_first = site == first;
            let token = question.token.filter(|_| is_first);
            if token.is_some() && !site.is_safe() {
                bail!("{}: a token is sent over https only", shown(&url));
            }
            let answer = self.once(&url, question, token)?;
            if !(300..400).contains(&answer.status) {
                return Ok(answer);
            }
            let to = answer.headers.get(LOCATION).and_then(|to| to.to_str().ok());
            let to = to.ok_or_else(|| anyhow!("{} leads nowhere", shown(&url)))?;
            let next = site.join(to)?;
            if site.is_encrypted() && !Site::of(&next)?.is_encrypted() {
                bail!("{} leads from https to http", shown(&url));
            }
            url = next;
        }
        bail!("{} leads on more than {MAX_REDIRECTS} times", shown(question.url))
    }

    fn once(&self, url: &str, question: &Question<'_>, token: Option<&str>) -> Result<Answer> {
        self.questions.set(self.questions.get() + 1);
        if self.questions.get() > MAX_QUESTIONS {
            bail!("more than {MAX_QUESTIONS} questions for one model");
        }
        let mut request = self.agent.get(url);
        if let Some(accept) = question.accept {
            request = request.header("accept", accept);
        }
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some((start, length)) = question.range {
            request = request.header(RANGE, format!("bytes={start}-{}", start + length - 1));
        }
        let response: Response<Body> =
            request.call().map_err(|error| anyhow!("{}: {}", shown(url), reason(&error)))?;
        let (parts, body) = response.into_parts();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }

    /// Reads an answer that must be short.
    pub(super) fn read(&self, url: &str, answer: Answer, limit: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut reader = answer.body.into_reader().take(limit + 1);
        reader.read_to_end(&mut bytes).map_err(|error| anyhow!("{}: {error}", shown(url)))?;
        self.spend(bytes.len() as u64)?;
        if bytes.len() as u64 > limit {
            bail!("{}: the answer is longer than {limit} bytes", shown(url));
        }
        Ok(bytes)
    }

    /// Asks for a piece of a file, and reads no more than it.
    pub(super) fn piece(&self, question: &Question<'_>) -> Result<Vec<u8>> {
        let url = question.url;
        let answer = self.ask(question)?;
        let (start, length) = question.range.unwrap_or((0, 0));
        match answer.status {
            206 => {
                let said = answer.header("content-range").unwrap_or_default();
                if !said.starts_with(&format!("bytes {start}-")) {
                    bail!("{}: {said:?} is not the piece that was asked for", shown(url));
                }
            }
            // It sends the whole file; its start is what is wanted, and the rest is not read.
            200 if start == 0 => {}
            200 => bail!("{}: it cannot answer with a part of a file", shown(url)),
            status => bail!("{}: it answers {status}", shown(url)),
        }
        let mut bytes = Vec::new();
        let mut reader = answer.body.into_reader().take(length);
        reader.read_to_end(&mut bytes).map_err(|error| anyhow!("{}: {error}", shown(url)))?;
        self.spend(bytes.len() as u64)?;
        if bytes.len() as u64 != length {
            bail!("{}: it sends {} of {length} bytes", shown(url), bytes.len());
        }
        Ok(bytes)
    }

    fn spend(&self, bytes: u64) -> Result<()> {
        self.bytes.set(self.bytes.get() + bytes);
        if self.bytes.get() > MAX_BYTES {
            bail!("more than {} MiB of headers for one model", MAX_BYTES >> 20);
        }
        Ok(())
    }
}

/// The authorities that this machine trusts; Mozilla's where it has none.
fn authorities() -> RootCerts {
    let found = rustls_native_certs::load_native_certs();
    let certificates: Vec<Certificate<'static>> =
        found.certs.iter().map(|one| Certificate::from_der(one.as_ref()).to_owned()).collect();
    if certificates.is_empty() {
        RootCerts::WebPki
    } else {
        RootCerts::new_with_certs(&certificates)
    }
}

/// An address without what may be secret: the query of a signed address, a user and a password.
pub(super) fn shown(url: &str) -> String {
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    match (plain.split_once("://"), plain.split_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://{rest}"),
        _ => plain.to_owned(),
    }
}

fn reason(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "no answer in time; give it more with --timeout".to_owned(),
        ureq::Error::HostNotFound => "no such host; check the network, or name a mirror".to_owned(),
        ureq::Error::ConnectionFailed => "no connection".to_owned(),
        ureq::Error::ConnectProxyFailed(_) => "the proxy refuses it".to_owned(),
        ureq::Error::InvalidProxyUrl => "the environment names a proxy that is no URL".to_owned(),
        ureq::Error::Io(error) => crate::file::reason(error),
        other => other.to_string(),
    }
}

/// The digits of a sha256.
pub(super) fn hash(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
    }
    text
}
