//! Semantic versions, read leniently.

use std::cmp::Ordering;
use std::fmt;

/// A version; short ones such as `v1.2` count as `1.2.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) major: u64,
    pub(super) minor: u64,
    pub(super) patch: u64,
    pub(super) prerelease: String,
    pub(super) metadata: String,
    pub(super) original: String,
}

/// The longest version that is read, in bytes.
const MAX_LENGTH: usize = 256;

const INVALID: &str = "invalid semantic version";
const INVALID_PRERELEASE: &str = "invalid prerelease string";
const INVALID_METADATA: &str = "invalid metadata string";

impl Version {
    /// Reads a version; the error is worded as the Go library words it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("version string is too long (max {MAX_LENGTH} bytes)"));
        }
        let rest = text.strip_prefix('v').unwrap_or(text);
        let (rest, metadata) = split_off(rest, '+');
        let (numbers, prerelease) = split_off(rest, '-');
        let parts: Vec<&str> = numbers.split('.').collect();
        let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let shaped = parts.len() <= 3
            && parts.iter().all(digits)
            && prerelease.is_none_or(is_dotted)
            && metadata.is_none_or(is_dotted);
        if !shaped {
            return Err(INVALID.to_owned());
        }
        let number = |index: usize| parts.get(index).map_or(Ok(0), |part| segment(part));
        let version = Self {
            major: number(0)?,
            minor: number(1)?,
            patch: number(2)?,
            prerelease: prerelease.unwrap_or_default().to_owned(),
            metadata: metadata.unwrap_or_default().to_owned(),
            original: text.to_owned(),
        };
        if !version.prerelease.is_empty() {
            check_prerelease(&version.prerelease)?;
        }
        Ok(version)
    }

    /// The next major version.
    pub(super) fn next_major(&self) -> Result<Self, String> {
        let major = next(self.major, "major")?;
        Ok(self.derived(|v| (v.major, v.minor, v.patch) = (major, 0, 0)))
    }

    /// The next minor version.
    pub(super) fn next_minor(&self) -> Result<Self, String> {
        let minor = next(self.minor, "minor")?;
        Ok(self.derived(|v| (v.minor, v.patch) = (minor, 0)))
    }

    /// The next patch version; of a pre-release that is its release.
    pub(super) fn next_patch(&self) -> Result<Self, String> {
        if !self.prerelease.is_empty() {
            return Ok(self.derived(|_| {}));
        }
        let patch = next(self.patch, "patch")?;
        Ok(self.derived(|v| v.patch = patch))
    }

    /// The same version with another pre-release.
    pub(super) fn with_prerelease(&self, prerelease: &str) -> Result<Self, String> {
        if !prerelease.is_empty() {
            check_prerelease(prerelease)?;
        }
        let metadata = self.metadata.clone();
        Ok(self.derived(|v| (v.prerelease, v.metadata) = (prerelease.to_owned(), metadata)))
    }

    /// The same version with other metadata.
    pub(super) fn with_metadata(&self, metadata: &str) -> Result<Self, String> {
        if !metadata.is_empty() && !is_dotted(metadata) {
            return Err(INVALID_METADATA.to_owned());
        }
        let prerelease = self.prerelease.clone();
        Ok(self.derived(|v| (v.prerelease, v.metadata) = (prerelease, metadata.to_owned())))
    }

    /// A changed copy without pre-release and metadata, unless `change` sets them.
    fn derived(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut version = self.clone();
        version.prerelease.clear();
        version.metadata.clear();
        change(&mut version);
        let prefix = if self.original.starts_with('v') { "v" } else { "" };
        version.original = format!("{prefix}{version}");
        version
    }

    /// The order of versions; metadata does not count.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let numbers = |v: &Self| (v.major, v.minor, v.patch);
        numbers(self).cmp(&numbers(other)).then_with(|| {
            match (self.prerelease.is_empty(), other.prerelease.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_prereleases(&self.prerelease, &other.prerelease),
            }
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

/// Compares dotted identifiers one by one; numbers come before words, a shorter list first.
pub(super) fn compare_prereleases(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let pair = (left.next(), right.next());
        if pair == (None, None) {
            return Ordering::Equal;
        }
        let order = compare_parts(pair.0.unwrap_or(""), pair.1.unwrap_or(""));
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn compare_parts(a: &str, b: &str) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    if a.is_empty() || b.is_empty() {
        return a.len().cmp(&b.len());
    }
    match (unsigned(a), unsigned(b)) {
        (None, None) => a.cmp(b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        // Equal numbers that are written differently are never called equal.
        (Some(x), Some(y)) => {
            if x > y {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
    }
}

/// A number of at most 64 bits; a sign makes it a word.
fn unsigned(text: &str) -> Option<u64> {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn segment(digits: &str) -> Result<u64, String> {
    digits.parse().map_err(|_| {
        let reason = format!("strconv.ParseUint: parsing \"{digits}\": value out of range");
        format!("error parsing version segment: {reason}")
    })
}

fn next(number: u64, name: &str) -> Result<u64, String> {
    number.checked_add(1).ok_or_else(|| format!("{name} version increment would overflow uint64"))
}

fn split_off(text: &str, separator: char) -> (&str, Option<&str>) {
    match text.split_once(separator) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// Tells whether the text is identifiers of letters, digits and hyphens with dots between.
fn is_dotted(text: &str) -> bool {
    text.split('.').all(|part| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

fn check_prerelease(text: &str) -> Result<(), String> {
    if !is_dotted(text) {
        return Err(INVALID_PRERELEASE.to_owned());
    }
    let padded = |part: &str| {
        part.len() > 1 && part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit())
    };
    if text.split('.').any(padded) {
        return Err("version segment starts with 0".to_owned());
    }
    Ok(())
}
