//! Paths to a field of a tree, written as people write them.

use std::fmt;
use std::str::FromStr;

/// One step down a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into the mapping's value under this key.
    Key(String),
    /// Into the sequence's element at this index, from 0.
    Index(usize),
}

/// A path such as `spec.containers[0].resources.limits["nvidia.com/gpu"]`; empty is the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(pub Vec<Step>);

impl FieldPath {
    /// Returns this path with a key appended.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Key(key.to_owned()));
        Self(steps)
    }

    /// Returns this path with an index appended.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Index(index));
        Self(steps)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if is_plain(key) => {
                    if i > 0 {
                        f.write_str(".")?;
                    }
                    f.write_str(key)?;
                }
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && !key.contains(['.', '[', ']', '"', ' '])
}

/// Says where and why a written path cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    /// Byte offset of the trouble.
    pub offset: usize,
    /// What is wrong there.
    pub message: &'static str,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.message, self.offset)
    }
}

impl std::error::Error for PathError {}

impl FromStr for FieldPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut steps = Vec::new();
        let mut rest = text.strip_prefix('.').unwrap_or(text);
        while !rest.is_empty() {
            let offset = text.len() - rest.len();
            if let Some(inside) = rest.strip_prefix('[') {
                let (step, after) =
                    bracket(inside).map_err(|message| PathError { offset, message })?;
                steps.push(step);
                rest = after;
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                if end == 0 {
                    return Err(PathError { offset, message: "a key is missing" });
                }
                steps.push(Step::Key(rest[..end].to_owned()));
                rest = &rest[end..];
            }
            if let Some(after) = rest.strip_prefix('.') {
                rest = after;
                if rest.is_empty() {
                    return Err(PathError { offset: text.len(), message: "a key is missing" });
                }
            }
        }
        Ok(Self(steps))
    }
}

fn bracket(inside: &str) -> Result<(Step, &str), &'static str> {
    if let Some(quoted) = inside.strip_prefix('"') {
        let end = quoted.find("\"]").ok_or("the quoted key is not closed by \"]")?;
        return Ok((Step::Key(quoted[..end].to_owned()), &quoted[end + 2..]));
    }
    let end = inside.find(']').ok_or("the bracket is not closed")?;
    let step =
        inside[..end].parse().map_or_else(|_| Step::Key(inside[..end].to_owned()), Step::Index);
    Ok((step, &inside[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_as_written() {
        for text in [
            "",
            "spec",
            "spec.containers[0].image",
            "limits[\"nvidia.com/gpu\"]",
            "[\"a.b\"].c[2][3]",
        ] {
            let path: FieldPath = text.parse().unwrap();
            assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn wrong_paths_say_where() {
        assert_eq!("a..b".parse::<FieldPath>().unwrap_err().offset, 2);
        assert_eq!("a[0".parse::<FieldPath>().unwrap_err().message, "the bracket is not closed");
        assert!("a.".parse::<FieldPath>().is_err());
    }
}
