//! The real clock and the real randomness.

use std::time::{SystemTime, UNIX_EPOCH};

use plimsoll_chart::{Instant, World};

/// The world outside this process.
#[derive(Debug)]
pub(crate) struct System;

impl World for System {
    fn now(&self) -> Instant {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => Instant {
                seconds: i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
                nanoseconds: since.subsec_nanos(),
            },
            Err(_) => Instant { seconds: 0, nanoseconds: 0 },
        }
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        // Without a source of randomness no key may be made at all.
        if let Err(error) = getrandom::fill(bytes) {
            std::panic::resume_unwind(Box::new(format!("no randomness from the system: {error}")));
        }
    }
}

/// A world in which nothing is left to chance, so that two renderings can be compared.
#[derive(Debug)]
pub(crate) struct Seeded(pub(crate) u64);

impl World for Seeded {
    fn now(&self) -> Instant {
        // A day apart for each seed, so that texts made from the time differ too.
        let day = i64::try_from(self.0 % 10_000).unwrap_or(0);
        Instant { seconds: 1_700_000_000 + day * 86_400, nanoseconds: 0 }
    }

    /// SplitMix64 (Steele, Lea and Flood 2014), started anew for each call: the same call gives
    /// the same bytes under one seed and others under another.
    fn fill_random(&self, bytes: &mut [u8]) {
        let mut state = self.0;
        for chunk in bytes.chunks_mut(8) {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^= mixed >> 31;
            chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
        }
    }
}

/// The real world of a user who asks for names to be looked up, which is not done.
#[derive(Debug)]
pub(crate) struct Nameless;

impl World for Nameless {
    fn now(&self) -> Instant {
        System.now()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        System.fill_random(bytes);
    }

    fn look_up(&self, host: &str) -> Result<String, String> {
        Err(format!(
            "{host} is not looked up: nothing is asked of a network; leave out --enable-dns"
        ))
    }
}
