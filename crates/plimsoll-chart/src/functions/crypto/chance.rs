//! Randomness for makers of keys.

use std::convert::Infallible;

use rsa::rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};

use crate::world::World;

/// A generator that is seeded once by the world.
///
/// It hashes seed and counter, so it never repeats itself, whatever the world gives: a search for
/// primes ends even where a test's world always answers the same.
#[derive(Debug)]
pub(super) struct Chance {
    seed: [u8; 32],
    counter: u64,
}

impl Chance {
    pub(super) fn new(world: &dyn World) -> Self {
        let mut seed = [0; 32];
        world.fill_random(&mut seed);
        Self { seed, counter: 0 }
    }

    /// Random bytes.
    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(32) {
            let mut hash = Sha256::new();
            hash.update(self.seed);
            hash.update(self.counter.to_le_bytes());
            self.counter += 1;
            part.copy_from_slice(&hash.finalize()[..part.len()]);
        }
    }
}

impl TryRng for Chance {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.bytes()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Chance {}
