//! What a model needs under a setting: terms that each say how they were found.

use serde::Serialize;

use crate::{Bytes, Confidence};

/// Where a term's bytes lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// The memory of the fullest GPU.
    Gpu,
    /// The container's memory.
    Host,
    /// Memory that the container fills slowly and keeps: it belongs into the limit.
    Growing,
    /// `/dev/shm`.
    Shared,
    /// The node's page cache, charged to the container and given back when memory is short.
    Cached,
}

/// One part of an estimate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Term {
    /// What it is.
    pub name: &'static str,
    /// Where its bytes lie.
    pub place: Place,
    /// How many they are.
    pub bytes: Bytes,
    /// The formula's name, as `docs/SIZING.md` explains it.
    pub formula: &'static str,
    /// The formula with its numbers.
    pub detail: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// How far off it may be, as a fraction.
    pub band: f64,
}

/// How long the engine takes until it answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Startup {
    /// In seconds.
    pub seconds: f64,
    /// How it adds up.
    pub detail: String,
    /// `periodSeconds` of the startup probe.
    pub period_seconds: u64,
    /// `failureThreshold` of the startup probe: twice the time, and five minutes at least.
    pub failure_threshold: u64,
}

/// What a model needs under a setting.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The parts.
    pub terms: Vec<Term>,
    /// What one GPU can give; nothing where no GPU was named.
    pub usable: Option<Bytes>,
    /// What an engine takes of each GPU whatever the model, where it does so.
    pub taken: Option<Bytes>,
    /// How many GPUs.
    pub gpus: u64,
    /// The volume for the model's files.
    pub volume: Bytes,
    /// Until it answers.
    pub startup: Startup,
    /// Tokens a second for one sequence, at most, where the GPU's bandwidth is known.
    pub tokens_per_second: Option<f64>,
    /// What a reader should know.
    pub warnings: Vec<String>,
}

impl Estimate {
    /// Returns the bytes in one place.
    #[must_use]
    pub fn total(&self, place: Place) -> Bytes {
        self.terms.iter().filter(|term| term.place == place).map(|term| term.bytes).sum()
    }

    /// Returns a term by its name.
    #[must_use]
    pub fn term(&self, name: &str) -> Option<&Term> {
        self.terms.iter().find(|term| term.name == name)
    }

    /// Tells whether the fullest GPU holds its part; nothing where no GPU was named.
    #[must_use]
    pub fn fits(&self) -> Option<bool> {
        let room = self.taken.or(self.usable)?;
        Some(self.total(Place::Gpu) <= room)
    }

    /// Returns how far off the total in one place may be, as a fraction: each term's band by its
    /// share.
    #[must_use]
    pub fn band(&self, place: Place) -> f64 {
        let total = self.total(place).in_f64();
        if total == 0.0 {
            return 0.0;
        }
        let terms = self.terms.iter().filter(|term| term.place == place);
        terms.map(|term| term.bytes.in_f64() * term.band).sum::<f64>() / total
    }

    /// Returns the least sure of the terms in one place that make a twentieth of it or more.
    #[must_use]
    pub fn confidence(&self, place: Place) -> Confidence {
        let floor = self.total(place).0 / 20;
        let terms = self.terms.iter().filter(|term| term.place == place && term.bytes.0 >= floor);
        terms.map(|term| term.confidence).max().unwrap_or(Confidence::Exact)
    }

    /// Returns what the container should ask for: what it always has.
    #[must_use]
    pub fn host_request(&self) -> Bytes {
        self.total(Place::Host) + self.total(Place::Growing) + self.total(Place::Shared)
    }

    /// Returns the container's limit: with room for the page cache, so that reclaiming it does not
    /// stall the start.
    #[must_use]
    pub fn host_limit(&self) -> Bytes {
        let cached = self.total(Place::Cached);
        self.host_request() + Bytes(cached.0 / 4).max(Bytes::GIB)
    }
}
