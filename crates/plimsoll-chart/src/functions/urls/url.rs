//! The parts of a URL.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::escape::{Place, escape, unescape};
use crate::go::quote::quote;

/// Go's `url.URL`.
#[derive(Clone, Debug, Default)]
pub(super) struct Url {
    pub(super) scheme: String,
    pub(super) opaque: String,
    pub(super) user: Option<User>,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) fragment: String,
}

/// A name with or without a password.
#[derive(Clone, Debug)]
pub(super) struct User {
    name: String,
    password: Option<String>,
}

impl User {
    /// The text before the `@`.
    pub(super) fn escaped(&self) -> String {
        let name = escape(&self.name, Place::User);
        match &self.password {
            Some(password) => format!("{name}:{}", escape(password, Place::User)),
            None => name,
        }
    }
}

impl Url {
    /// Reads a URL as `url.Parse` does; the error is worded as Go words it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let located = |url: &str, error: String| format!("parse {}: {error}", quote(url));
        let (url, fragment) = text.split_once('#').unwrap_or((text, ""));
        let mut parsed = Self::without_fragment(url).map_err(|error| located(url, error))?;
        parsed.fragment =
            unescape(fragment, Place::Fragment).map_err(|error| located(text, error))?;
        Ok(parsed)
    }

    fn without_fragment(text: &str) -> Result<Self, String> {
        if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return Err("net/url: invalid control character in URL".to_owned());
        }
        if text == "*" {
            return Ok(Self { path: text.to_owned(), ..Self::default() });
        }
        let (scheme, rest) = split_scheme(text)?;
        let (mut rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut url = Self {
            scheme: scheme.to_ascii_lowercase(),
            query: query.to_owned(),
            ..Self::default()
        };
        if !rest.starts_with('/') {
            if !scheme.is_empty() {
                url.opaque = rest.to_owned();
                return Ok(url);
            }
            if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
                return Err("first path segment in URL cannot contain colon".to_owned());
            }
        }
        let has_authority = !scheme.is_empty() || !rest.starts_with("///");
        if let Some(authority) = rest.strip_prefix("//").filter(|_| has_authority) {
            let end = authority.find('/').unwrap_or(authority.len());
            rest = &authority[end..];
            (url.user, url.host) = parse_authority(&url.scheme, &authority[..end])?;
        }
        url.path = unescape(rest, Place::Path)?;
        Ok(url)
    }

    /// The host without port and without the brackets of IPv6 addresses.
    pub(super) fn host_name(&self) -> &str {
        let host = match self.host.rfind(':') {
            Some(colon) if is_port(&self.host[colon..]) => &self.host[..colon],
            _ => &self.host,
        };
        host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(host)
    }

    /// The URL as text, as `URL.String` writes it.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        if !self.scheme.is_empty() {
            out.push_str(&self.scheme);
            out.push(':');
        }
        if self.opaque.is_empty() {
            self.push_hierarchy(&mut out);
        } else {
            out.push_str(&self.opaque);
        }
        if !self.query.is_empty() {
            out.push('?');
            out.push_str(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push('#');
            out.push_str(&escape(&self.fragment, Place::Fragment));
        }
        out
    }

    fn push_hierarchy(&self, out: &mut String) {
        if !self.host.is_empty()
            || self.user.is_some()
            || !(self.scheme.is_empty() || self.path.is_empty())
        {
            out.push_str("//");
            if let Some(user) = &self.user {
                out.push_str(&user.escaped());
                out.push('@');
            }
            out.push_str(&escape(&self.host, Place::Host));
        }
        let path = if self.path == "*" { "*".to_owned() } else { escape(&self.path, Place::Path) };
        if !path.is_empty() && !path.starts_with('/') && !self.host.is_empty() {
            out.push('/');
        }
        // A colon in the first segment would make it a scheme.
        if out.is_empty() && path.split('/').next().is_some_and(|first| first.contains(':')) {
            out.push_str("./");
        }
        out.push_str(&path);
    }
}

fn split_scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("missing protocol scheme".to_owned()),
            ':' => return Ok((&text[..at], &text[at + 1..])),
            _ => break,
        }
    }
    Ok(("", text))
}

fn parse_authority(scheme: &str, text: &str) -> Result<(Option<User>, String), String> {
    let Some((user, host)) = text.rsplit_once('@') else {
        return Ok((None, parse_host(scheme, text)?));
    };
    let host = parse_host(scheme, host)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
    if !user.bytes().all(plain) {
        return Err("net/url: invalid userinfo".to_owned());
    }
    let user = match user.split_once(':') {
        Some((name, password)) => User {
            name: unescape(name, Place::User)?,
            password: Some(unescape(password, Place::User)?),
        },
        None => User { name: unescape(user, Place::User)?, password: None },
    };
    Ok((Some(user), host))
}

fn parse_host(scheme: &str, host: &str) -> Result<String, String> {
    let bad_port = |port: &str| format!("invalid port {} after host", quote(port));
    match host.rfind('[') {
        Some(0) => {
            let Some(end) = host.rfind(']') else {
                return Err("missing ']' in host".to_owned());
            };
            let port = &host[end + 1..];
            if !is_port(port) {
                return Err(bad_port(port));
            }
            return Ok(format!("[{}]{port}", parse_address(&host[1..end])?));
        }
        Some(_) => return Err("invalid IP-literal".to_owned()),
        None => {}
    }
    if let (Some(first), Some(last)) = (host.find(':'), host.rfind(':')) {
        // Lists of hosts with ports are for databases; the web has one host.
        let strict = matches!(scheme, "http" | "https");
        let port = &host[if strict { first } else { last }..];
        if !is_port(port) {
            return Err(bad_port(port));
        }
    }
    unescape(host, Place::Host)
}

/// Reads what stands in brackets: an IPv6 address, perhaps with a zone.
fn parse_address(text: &str) -> Result<String, String> {
    let decoded = match text.find("%25") {
        Some(zone) => {
            unescape(&text[..zone], Place::Host)? + &unescape(&text[zone..], Place::HostZone)?
        }
        None => unescape(text, Place::Host)?,
    };
    let (address, zone) = decoded.split_once('%').unwrap_or((&decoded, "-"));
    if address.parse::<Ipv4Addr>().is_ok() && zone == "-" {
        return Err("invalid IP-literal".to_owned());
    }
    if address.parse::<Ipv6Addr>().is_err() || zone.is_empty() {
        return Err(format!("invalid host: ParseAddr({}): unable to parse IP", quote(&decoded)));
    }
    Ok(decoded)
}

fn is_port(text: &str) -> bool {
    text.is_empty() || text.strip_prefix(':').is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()))
}
