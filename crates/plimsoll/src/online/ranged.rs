//! A file that lies elsewhere, read from its start or its middle in growing pieces.

use std::io::{self, Read};

use super::client::{Client, Question};

/// The first piece: the header of a shard of safetensors fits into it.
const FIRST: u64 = 64 << 10;

/// The largest piece.
const LARGEST: u64 = 4 << 20;

/// Where a file lies, and what it is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) url: String,
    /// What names its contents for good, such as a digest.
    pub(super) key: String,
    pub(super) token: Option<String>,
    pub(super) bytes: u64,
}

/// Reads a file piece by piece.
pub(super) struct Ranged<'a> {
    client: &'a Client,
    place: &'a Place,
    at: u64,
    step: u64,
    piece: Vec<u8>,
    /// What of the piece was read.
    used: usize,
}

impl<'a> Ranged<'a> {
    pub(super) const fn new(client: &'a Client, place: &'a Place, at: u64) -> Self {
        Self { client, place, at, step: FIRST, piece: Vec::new(), used: 0 }
    }

    fn fetch(&mut self) -> io::Result<()> {
        let length = self.step.min(self.place.bytes.saturating_sub(self.at));
        let cache = &self.client.cache;
        let kept = cache.get(&self.place.key, self.at, length);
        self.piece = match kept {
            Some(piece) => piece,
            None => {
                let question = Question {
                    token: self.place.token.as_deref(),
                    range: Some((self.at, length)),
                    ..Question::new(&self.place.url)
                };
                let piece = self
                    .client
                    .piece(&question)
                    .map_err(|error| io::Error::other(format!("{error:#}")))?;
                cache.put(&self.place.key, self.at, &piece);
                piece
            }
        };
        self.used = 0;
        self.at += length;
        self.step = (self.step * 2).min(LARGEST);
        Ok(())
    }
}

impl Read for Ranged<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.used == self.piece.len() {
            if self.at >= self.place.bytes || buffer.is_empty() {
                return Ok(0);
            }
            self.fetch()?;
        }
        let count = buffer.len().min(self.piece.len() - self.used);
        buffer[..count].copy_from_slice(&self.piece[self.used..self.used + count]);
        self.used += count;
        Ok(count)
    }
}
