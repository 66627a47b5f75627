//! What rendering needs from outside: time, chance, and what a cluster would answer.

use std::fmt;

use plimsoll_yaml::Node;

/// A moment, counted from 1970-01-01 00:00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    /// Whole seconds.
    pub seconds: i64,
    /// Nanoseconds within the second, below 1e9.
    pub nanoseconds: u32,
}

/// The outside world as templates see it.
pub trait World: fmt::Debug {
    /// Returns the present moment, for `now` and its like.
    fn now(&self) -> Instant;

    /// Fills `bytes` with randomness, for `randAlphaNum`, `uuidv4`, key generators and their like.
    fn fill_random(&self, bytes: &mut [u8]);

    /// Returns what `lookup` finds: an object, or a list of objects where `name` is empty. There is
    /// no cluster unless somebody plays one, and then templates see an empty map.
    fn lookup(
        &self,
        _api_version: &str,
        _kind: &str,
        _namespace: &str,
        _name: &str,
    ) -> Option<Node> {
        None
    }

    /// Returns the address of a host, for `getHostByName`; empty where no names are looked up, as in
    /// Helm without `--enable-dns`.
    ///
    /// # Errors
    ///
    /// Why the name cannot be looked up, which stops the rendering.
    fn look_up(&self, _host: &str) -> Result<String, String> {
        Ok(String::new())
    }
}
