//! Reading a header from a stream: counted, bounded, and with memory that follows the bytes that
//! are really there, never the numbers that the file claims.

use std::io::{self, Read};

use crate::{Error, ErrorKind, Result};

/// No header is larger: the longest tokenizers known make headers of some 16 MiB.
pub(crate) const MAX_HEADER: u64 = 512 << 20;

/// A string that is kept may be this long.
pub(crate) const MAX_TEXT: u64 = 1 << 20;

/// How much is read at once.
const CHUNK: usize = 64 << 10;

/// A stream at a known offset.
pub(crate) struct Header<'a> {
    reader: &'a mut dyn Read,
    offset: u64,
    is_swapped: bool,
}

impl<'a> Header<'a> {
    pub(crate) fn new(reader: &'a mut dyn Read) -> Self {
        Self { reader, offset: 0, is_swapped: false }
    }

    /// From here on numbers have their largest byte first.
    pub(crate) fn swap(&mut self) {
        self.is_swapped = true;
    }

    pub(crate) const fn offset(&self) -> u64 {
        self.offset
    }

    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> Result<()> {
        let start = self.offset;
        if start + buffer.len() as u64 > MAX_HEADER {
            return Err(Error::limit(format!(
                "the header is longer than {} MiB, which no model's header is",
                MAX_HEADER >> 20
            ))
            .at(start));
        }
        let mut filled = 0;
        while filled < buffer.len() {
            match self.reader.read(&mut buffer[filled..]) {
                Ok(0) => return Err(ends(start + filled as u64)),
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::from(error).at(start + filled as u64)),
            }
        }
        self.offset += filled as u64;
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        if self.is_swapped {
            bytes.reverse();
        }
        Ok(bytes)
    }

    pub(crate) fn u8(&mut self) -> Result<u8> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(crate) fn u16(&mut self) -> Result<u16> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(crate) fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(crate) fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// Reads `length` bytes; memory grows with what is there.
    pub(crate) fn bytes(&mut self, length: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut left = length;
        while left > 0 {
            let step = left.min(CHUNK as u64) as usize;
            let start = bytes.len();
            bytes.resize(start + step, 0);
            self.fill(&mut bytes[start..])?;
            left -= step as u64;
        }
        Ok(bytes)
    }

    /// Reads bytes, or tells that they are not there; what the system refuses is an error.
    pub(crate) fn try_fill(&mut self, buffer: &mut [u8]) -> Result<bool> {
        match self.fill(buffer) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::Truncated => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Reads on after `head`, so that a file of another kind can be told by its first bytes.
    pub(crate) fn read_on(&mut self, head: &[u8]) -> Vec<u8> {
        let mut bytes = head.to_vec();
        let mut byte = [0];
        while bytes.len() < 512 && self.fill(&mut byte).is_ok() {
            bytes.extend(byte);
        }
        bytes
    }

    pub(crate) fn skip(&mut self, length: u64) -> Result<()> {
        let mut buffer = [0; 4096];
        let mut left = length;
        while left > 0 {
            let step = left.min(buffer.len() as u64) as usize;
            self.fill(&mut buffer[..step])?;
            left -= step as u64;
        }
        Ok(())
    }
}

fn ends(offset: u64) -> Error {
    Error::new(
        ErrorKind::Truncated,
        "the file ends inside its header; the download or copy was cut short",
    )
    .at(offset)
}
