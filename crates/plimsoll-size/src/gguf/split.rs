//! Models that are split into several GGUF files.

use std::collections::BTreeSet;

use super::Gguf;
use crate::{Error, Result};

/// The name of one shard: `<base>-00001-of-00003.gguf`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SplitName {
    /// What stands before the numbers.
    pub base: String,
    /// From 1.
    pub number: u32,
    /// How many there are.
    pub count: u32,
}

impl SplitName {
    /// Reads a file's name; nothing for a file that is not a shard.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (rest, count) = name.strip_suffix(".gguf")?.rsplit_once("-of-")?;
        let (base, number) = rest.rsplit_once('-')?;
        let parse = |text: &str| {
            let sound = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
            sound.then(|| text.parse::<u32>().ok()).flatten()
        };
        let (number, count) = (parse(number)?, parse(count)?);
        (1..=count).contains(&number).then(|| Self { base: base.to_owned(), number, count })
    }

    /// Returns the name of another shard of the same model.
    #[must_use]
    pub fn sibling(&self, number: u32) -> String {
        format!("{}-{number:05}-of-{:05}.gguf", self.base, self.count)
    }
}

/// Joins the shards of one model, which may come in any order, into one header.
///
/// # Errors
///
/// `Missing` where shards are missing, `Invalid` where they do not belong together.
pub(crate) fn join(mut shards: Vec<(String, Gguf)>) -> Result<Gguf> {
    let mut numbered = Vec::new();
    for (name, shard) in &shards {
        let split = shard.split().map_err(|error| error.in_file(name))?;
        numbered.push(split.ok_or_else(|| {
            Error::invalid("it is named like a shard and does not say that it is one").in_file(name)
        })?);
    }
    let Some(first) = numbered.first().copied() else {
        return Err(Error::missing("there are no shards"));
    };
    for ((name, _), split) in shards.iter().zip(&numbered) {
        if split.count != first.count {
            return Err(Error::invalid(format!(
                "it is one of {} shards, and its neighbour one of {}",
                split.count, first.count
            ))
            .in_file(name));
        }
    }
    let found: BTreeSet<u64> = numbered.iter().map(|split| split.number).collect();
    if found.len() < numbered.len() {
        return Err(Error::invalid("two shards have the same number"));
    }
    if (found.len() as u64) < first.count {
        let lacking = (0..first.count).filter(|number| !found.contains(number)).take(8);
        let lacking: Vec<String> = lacking.map(|number| (number + 1).to_string()).collect();
        return Err(Error::missing(format!(
            "{} of {} shards are there; number {} is missing",
            found.len(),
            first.count,
            lacking.join(", ")
        )));
    }
    shards.sort_by_key(|(_, shard)| shard.metadata.number("split.no").ok().flatten());
    let mut shards = shards.into_iter().map(|(_, shard)| shard);
    let mut whole = shards.next().ok_or_else(|| Error::missing("there are no shards"))?;
    for shard in shards {
        whole.file_bytes = whole.file_bytes.saturating_add(shard.file_bytes);
        whole.tensors.extend(shard.tensors);
    }
    let promised = first.tensors;
    if let Some(promised) = promised.filter(|promised| *promised != whole.tensors.len() as u64) {
        return Err(Error::invalid(format!(
            "the shards hold {} tensors and promise {promised}",
            whole.tensors.len()
        )));
    }
    Ok(whole)
}
