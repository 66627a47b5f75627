//! A folder whose files lie elsewhere, and addresses.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use anyhow::{Result, anyhow, bail};
use plimsoll_size::{Entry, Folder};

use super::client::{Client, shown};
use super::ranged::{Place, Ranged};

/// Where the bytes of a file are.
pub(super) enum Source {
    /// Here already.
    Memory(Vec<u8>),
    /// Elsewhere.
    Elsewhere(Place),
}

/// A folder whose files lie elsewhere.
pub(super) struct Remote<'a> {
    client: &'a Client,
    entries: Vec<Entry>,
    sources: BTreeMap<String, Source>,
}

impl<'a> Remote<'a> {
    pub(super) fn new(client: &'a Client, sources: BTreeMap<String, Source>) -> Self {
        let entries = sources.iter().map(|(path, source)| Entry {
            path: path.clone(),
            bytes: match source {
                Source::Memory(bytes) => bytes.len() as u64,
                Source::Elsewhere(place) => place.bytes,
            },
        });
        Self { client, entries: entries.collect(), sources }
    }
}

impl Folder for Remote<'_> {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn open(&self, path: &str) -> plimsoll_size::Result<Box<dyn Read + '_>> {
        self.open_at(path, 0)
    }

    fn open_at(&self, path: &str, offset: u64) -> plimsoll_size::Result<Box<dyn Read + '_>> {
        match self.sources.get(path) {
            Some(Source::Memory(bytes)) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                Ok(Box::new(Cursor::new(&bytes[start..])))
            }
            Some(Source::Elsewhere(place)) => Ok(Box::new(Ranged::new(self.client, place, offset))),
            None => {
                let error = std::io::Error::from(std::io::ErrorKind::NotFound);
                Err(plimsoll_size::Error::from(error).in_file(path))
            }
        }
    }
}

/// Who is asked: a scheme and a host with its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Site(String);

impl Site {
    /// The site of an address.
    pub(super) fn of(url: &str) -> Result<Self> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        let Some(host) = host.filter(|host| !host.is_empty()) else {
            bail!("{} is no address of http or https", shown(url));
        };
        if host.contains('@') {
            bail!("{}: an address with a password is not asked", shown(url));
        }
        let scheme = if url.starts_with("https") { "https" } else { "http" };
        Ok(Self(format!("{scheme}://{}", host.to_ascii_lowercase())))
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Whether nobody can listen: it is encrypted, or this machine.
    pub(super) fn is_safe(&self) -> bool {
        self.is_encrypted() || self.0.strip_prefix("http://").is_some_and(is_this_machine)
    }

    /// The address that an answer of this site leads to.
    pub(super) fn join(&self, to: &str) -> Result<String> {
        if to.starts_with("http://") || to.starts_with("https://") {
            return Ok(to.to_owned());
        }
        if let Some(rest) = to.strip_prefix("//") {
            let scheme = if self.is_encrypted() { "https" } else { "http" };
            return Ok(format!("{scheme}://{rest}"));
        }
        if to.starts_with('/') {
            return Ok(format!("{}{to}", self.0));
        }
        Err(anyhow!("{} leads to {:?}, which is no address", self.0, shown(to)))
    }
}

/// Whether a host with its port is this machine.
pub(super) fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name == "::1" || {
        let parts: Vec<&str> = name.split('.').collect();
        parts.len() == 4 && parts[0] == "127" && parts.iter().all(|part| part.parse::<u8>().is_ok())
    }
}

/// A path in an address: everything but letters, digits and a few signs is escaped.
pub(super) fn escaped(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_told_apart() {
        let site = |url: &str| Site::of(url).unwrap();
        assert_eq!(site("https://A.example/x"), site("https://a.example?y"));
        assert_ne!(site("https://a.example"), site("http://a.example"));
        assert_ne!(site("https://a.example:1"), site("https://a.example"));
        for url in ["ftp://a", "https://", "a", "https://user:secret@a/x"] {
            let error = Site::of(url).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
        assert!(site("http://127.0.0.1:80/x").is_safe() && site("http://[::1]:80").is_safe());
        assert!(!site("http://127.evil.example").is_safe() && !site("http://a").is_safe());
        assert_eq!(site("https://a/b").join("/c?d").unwrap(), "https://a/c?d");
        assert_eq!(site("https://a/b").join("//c/d").unwrap(), "https://c/d");
        assert!(site("https://a/b").join("c").is_err());
        assert_eq!(escaped("a b/ä#?.gguf"), "a%20b/%C3%A4%23%3F.gguf");
    }
}
