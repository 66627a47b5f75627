//! Shares equal short strings, since the keys of a text repeat endlessly.

use std::sync::Arc;

/// How many slots there are at most; a power of two.
const MOST_SLOTS: usize = 1024;
/// Longer strings are rarely repeated.
const LONGEST: usize = 48;

/// A small cache in which each string has one possible slot.
#[derive(Debug)]
pub(super) struct Words {
    slots: Vec<Option<Arc<str>>>,
}

impl Words {
    /// Makes a cache for a text of `len` bytes.
    pub(super) fn new(len: usize) -> Self {
        // About one word stands in so many bytes, and most are met again.
        const BYTES: usize = 32;
        Self { slots: vec![None; (len / BYTES).next_power_of_two().min(MOST_SLOTS)] }
    }

    /// Returns `text` as a shared string.
    #[inline]
    pub(super) fn share(&mut self, text: &str) -> Arc<str> {
        if text.len() > LONGEST {
            return Arc::from(text);
        }
        let slot = slot_of(text) % self.slots.len();
        let slot = &mut self.slots[slot];
        match slot {
            Some(word) if **word == *text => Arc::clone(word),
            _ => Arc::clone(slot.insert(Arc::from(text))),
        }
    }
}

#[inline]
fn slot_of(text: &str) -> usize {
    let bytes = text.as_bytes();
    let head =
        bytes.first_chunk().map_or_else(|| gather(bytes), |chunk| u64::from_le_bytes(*chunk));
    let tail = bytes.last_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk));
    let mixed = (head ^ tail.rotate_left(23) ^ (bytes.len() as u64) << 56)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(mixed >> 54).unwrap_or(0)
}

/// Packs fewer than eight bytes into a number.
#[inline]
fn gather(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))
}
