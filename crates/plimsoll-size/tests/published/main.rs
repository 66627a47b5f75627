//! Figures against what others published, and the page that shows them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

mod cache;
mod document;
mod misses;
mod totals;
mod weights;
