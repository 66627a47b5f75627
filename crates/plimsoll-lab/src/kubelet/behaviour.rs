//! How a pretended container behaves.

use std::time::Duration;

/// Annotations of pods that tell how a container behaves: this, and the container's name.
pub(crate) const PREFIX: &str = "lab.plimsoll.test/";

/// What one container does. Words of its annotation, separated by blanks:
///
/// - `exit=3`: it ends with this code; `after=2s`: when.
/// - `oom`: it is killed for want of memory.
/// - `ready=20s`: when it is ready; `ready=never`.
/// - `image=absent`, `image=denied`: its image cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Behaviour {
    pub(crate) image: Image,
    /// When it is ready after its start; never if there is nothing.
    pub(crate) ready: Option<Duration>,
    /// How it ends by itself, and when; nothing if it runs on.
    pub(crate) end: Option<(End, Duration)>,
}

/// Whether an image can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Image {
    Present,
    Absent,
    Denied,
}

/// How a container ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Exit(i32),
    OutOfMemory,
}

impl End {
    pub(crate) fn code(self) -> i32 {
        match self {
            Self::Exit(code) => code,
            Self::OutOfMemory => 137,
        }
    }

    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Exit(0) => "Completed",
            Self::Exit(_) => "Error",
            Self::OutOfMemory => "OOMKilled",
        }
    }
}

impl Behaviour {
    /// What a container does that is not told: it runs and is ready, or ends well if it is one that
    /// is meant to end.
    pub(crate) fn usual(ends: bool) -> Self {
        let end = ends.then_some((End::Exit(0), Duration::from_millis(100)));
        Self { image: Image::Present, ready: Some(Duration::ZERO), end }
    }

    /// Reads the words of an annotation; the first word that is none is the error.
    pub(crate) fn read(words: &str, ends: bool) -> Result<Self, String> {
        let mut behaviour = Self::usual(ends);
        let mut after = Duration::from_millis(100);
        let mut end = behaviour.end.map(|(end, _)| end);
        for word in words.split_whitespace() {
            let unknown = || format!("the lab knows no behaviour {word:?}");
            match word.split_once('=').unwrap_or((word, "")) {
                ("exit", code) => end = Some(End::Exit(code.parse().map_err(|_| unknown())?)),
                ("oom", "") => end = Some(End::OutOfMemory),
                ("after", time) => after = duration(time).ok_or_else(unknown)?,
                ("ready", "never") => behaviour.ready = None,
                ("ready", time) => behaviour.ready = Some(duration(time).ok_or_else(unknown)?),
                ("image", "absent") => behaviour.image = Image::Absent,
                ("image", "denied") => behaviour.image = Image::Denied,
                _ => return Err(unknown()),
            }
        }
        behaviour.end = end.map(|end| (end, after));
        Ok(behaviour)
    }
}

fn duration(written: &str) -> Option<Duration> {
    let seconds: f64 = written.strip_suffix('s')?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read() {
        let second = Duration::from_secs(1);
        let read = Behaviour::read("oom after=1s ready=never", false).unwrap();
        assert_eq!(read.end, Some((End::OutOfMemory, second)));
        assert_eq!(read.ready, None);
        let read = Behaviour::read("after=1s", true).unwrap();
        assert_eq!(read.end, Some((End::Exit(0), second)));
        assert_eq!(Behaviour::read("", false), Ok(Behaviour::usual(false)));
    }

    #[test]
    fn an_unknown_word_is_no_behaviour() {
        for words in ["explode", "exit=x", "after=1", "ready=-1s", "image=green", "oom=1"] {
            assert!(Behaviour::read(words, false).is_err(), "{words}");
        }
    }
}
