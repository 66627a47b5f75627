//! What a file is, by its first bytes.

use crate::{Error, ErrorKind};

/// What a file is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// GGUF, of either endianness.
    Gguf,
    /// Safetensors: a length, then JSON.
    Safetensors,
    /// JSON, such as a configuration, an index or a manifest.
    Json,
    /// A pointer that git-lfs leaves where a file was not fetched.
    LfsPointer,
    /// A page, such as the login of the server that was asked for the file.
    Html,
    /// Other text.
    Text,
    /// A zip archive, as `torch.save` writes.
    Zip,
    /// A pickle, as old `torch.save` wrote.
    Pickle,
    /// A format of llama.cpp from before GGUF.
    OldGgml,
    /// Compressed or archived: gzip, zstd or tar.
    Archive,
    /// No bytes at all.
    Empty,
    /// Only zeros: a file that was allocated and never written.
    Zeros,
    /// None of these.
    Unknown,
}

/// Says what a file is that begins with `head`, of which some 512 bytes suffice.
#[must_use]
pub fn sniff(head: &[u8]) -> FileKind {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    if head.is_empty() {
        FileKind::Empty
    } else if head.starts_with(b"GGUF") {
        FileKind::Gguf
    } else if head.starts_with(b"version https://git-lfs.github.com/spec/") {
        FileKind::LfsPointer
    } else if is_safetensors(head) {
        FileKind::Safetensors
    } else if head.starts_with(b"PK\x03\x04") {
        FileKind::Zip
    } else if head.starts_with(b"\x80") && matches!(head.get(1), Some(2..=5)) {
        FileKind::Pickle
    } else if [b"lmgg", b"fmgg", b"tjgg", b"algg"].iter().any(|magic| head.starts_with(*magic)) {
        FileKind::OldGgml
    } else if head.starts_with(b"\x1F\x8B")
        || head.starts_with(b"\x28\xB5\x2F\xFD")
        || head.get(257..262) == Some(b"ustar")
    {
        FileKind::Archive
    } else if text.starts_with(b"{") {
        FileKind::Json
    } else if is_html(text) {
        FileKind::Html
    } else if head.iter().all(|byte| *byte == 0) {
        FileKind::Zeros
    } else if is_text(head) {
        FileKind::Text
    } else {
        FileKind::Unknown
    }
}

impl FileKind {
    /// Returns why a file of this kind is no model that can be read, and the next step.
    pub(crate) fn refusal(self, head: &[u8]) -> Error {
        let message = match self {
            Self::LfsPointer => {
                let size = pointer_size(head);
                let size = size.map(|size| format!(" for a file of {size} bytes"));
                format!(
                    "it is a git-lfs pointer{}, not the model; run git lfs pull",
                    size.unwrap_or_default()
                )
            }
            Self::Html => "it is a web page, not a model; the download needs a login or another \
                           address"
                .to_owned(),
            Self::Text => "it is a text, not a model".to_owned(),
            Self::Json => "it is JSON, not a model with weights; name the folder that holds it \
                           together with its weights"
                .to_owned(),
            Self::Zip | Self::Pickle => {
                "it is a PyTorch checkpoint, which only running its code can read; use the \
                 safetensors or GGUF files of the model"
                    .to_owned()
            }
            Self::OldGgml => {
                "it is a ggml file from before GGUF, which no current engine loads; convert it"
                    .to_owned()
            }
            Self::Archive => "it is compressed or an archive; unpack it first".to_owned(),
            Self::Empty => "it is empty".to_owned(),
            Self::Zeros => "it begins with zeros; the download has reserved its place and not \
                            written it"
                .to_owned(),
            Self::Gguf | Self::Safetensors | Self::Unknown => {
                "it is neither GGUF nor safetensors".to_owned()
            }
        };
        Error::new(ErrorKind::NotAModel, message)
    }
}

/// A header length that fits a header, then an object.
fn is_safetensors(head: &[u8]) -> bool {
    let Some((length, rest)) = head.split_first_chunk::<8>() else { return false };
    let length = u64::from_le_bytes(*length);
    (2..=100 << 20).contains(&length) && rest.first() == Some(&b'{')
}

fn is_html(text: &[u8]) -> bool {
    let start: Vec<u8> = text.iter().take(14).map(u8::to_ascii_lowercase).collect();
    start.starts_with(b"<!doctype html")
        || start.starts_with(b"<html")
        || start.starts_with(b"<?xml")
}

fn is_text(head: &[u8]) -> bool {
    let is_control = |byte: &u8| *byte < 32 && !b"\t\n\r\x0C".contains(byte);
    let sound = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The head may end inside a character.
        Err(error) => error.error_len().is_none() && error.valid_up_to() > 0,
    };
    sound && !head.iter().any(is_control)
}

fn pointer_size(head: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(head);
    text.lines().find_map(|line| line.strip_prefix("size "))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        let mut zip = b"PK\x03\x04".to_vec();
        zip.extend([0; 20]);
        for (head, kind) in [
            (&b"GGUF\x03\0\0\0"[..], FileKind::Gguf),
            (b"", FileKind::Empty),
            (b"\x10\0\0\0\0\0\0\0{\"a\":{}}", FileKind::Safetensors),
            (
                b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 5\n",
                FileKind::LfsPointer,
            ),
            (b" {\"model_type\":\"llama\"}", FileKind::Json),
            (b"<!DOCTYPE html><html>", FileKind::Html),
            (b"Access denied\n", FileKind::Text),
            (&zip, FileKind::Zip),
            (b"\x80\x02}q\0", FileKind::Pickle),
            (b"tjgg\x03\0\0\0", FileKind::OldGgml),
            (b"\x1F\x8B\x08\0", FileKind::Archive),
            (&[0; 64], FileKind::Zeros),
            (b"\x01\x02\x03\x04", FileKind::Unknown),
        ] {
            assert_eq!(sniff(head), kind, "{:?}", String::from_utf8_lossy(head));
        }
        let pointer =
            b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 4661724384\n";
        let message = sniff(pointer).refusal(pointer).to_string();
        assert!(message.contains("git-lfs pointer for a file of 4661724384 bytes"), "{message}");
    }
}
