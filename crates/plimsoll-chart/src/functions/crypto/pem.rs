//! PEM: bytes as text between `BEGIN` and `END` lines (RFC 7468).

use crate::functions::encoding::{base64, base64_bytes};

/// A block of a PEM text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) label: String,
    pub(super) der: Vec<u8>,
}

/// Writes a block as Go's `pem.Encode` does.
pub(super) fn encode(label: &str, der: &[u8]) -> String {
    let body = base64(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, next) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = next;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

/// Reads the first block of a text.
pub(super) fn decode(text: &str) -> Option<Block> {
    let mut rest = text;
    loop {
        let begin = rest.find("-----BEGIN ")?;
        let at_line_start = begin == 0 || rest[..begin].ends_with('\n');
        rest = &rest[begin + "-----BEGIN ".len()..];
        if let Some(block) = block(rest).filter(|_| at_line_start) {
            return Some(block);
        }
    }
}

/// Reads a block after its `BEGIN`.
fn block(text: &str) -> Option<Block> {
    let (label, rest) = text.split_once("-----")?;
    let end = rest.find(&format!("-----END {label}-----"))?;
    let mut body = &rest[..end];
    // Headers, such as those of encrypted keys, end at an empty line.
    if body.lines().nth(1).is_some_and(|line| line.contains(':')) {
        body = body.split_once("\n\n").or_else(|| body.split_once("\r\n\r\n"))?.1;
    }
    let body: String = body.split_ascii_whitespace().collect();
    let der = base64_bytes(&body).ok()?;
    Some(Block { label: label.to_owned(), der })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_back() {
        let der: Vec<u8> = (0..=255).collect();
        let text = format!("noise\n{}", encode("X KEY", &der));
        assert!(text.lines().all(|line| line.len() <= 64));
        assert_eq!(decode(&text), Some(Block { label: "X KEY".into(), der }));
        assert_eq!(decode("-----BEGIN X-----\n!\n-----END X-----\n"), None);
        assert_eq!(decode("-----BEGIN X-----\nAA==\n-----END Y-----\n"), None);
    }
}
