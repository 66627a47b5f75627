//! Subscripts: indexes, slices as in Python, unions and the wildcard.

/// What stands between brackets.
#[derive(Clone, Debug)]
pub(super) struct Subscript(Vec<Part>);

#[derive(Clone, Copy, Debug)]
enum Part {
    All,
    Index(i64),
    Slice { from: Option<i64>, to: Option<i64>, step: i64 },
}

impl Subscript {
    /// Reads a subscript without its brackets.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split(',').collect();
        if parts.len() > 1 && parts.iter().any(|part| part.trim() == "*") {
            return Err("`*` cannot be one of several subscripts".to_owned());
        }
        parts.into_iter().map(Part::parse).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn is_wildcard(&self) -> bool {
        matches!(self.0.as_slice(), [Part::All])
    }

    /// Returns the indexes of a list of that length, all of them in it.
    pub(super) fn indices(&self, length: usize) -> Vec<usize> {
        self.0.iter().flat_map(|part| part.indices(length)).collect()
    }
}

impl Part {
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self::All);
        }
        let number = |part: &str| match part.trim() {
            "" => Ok(None),
            part => part
                .parse::<i64>()
                .map(Some)
                .map_err(|_| format!("the subscript `{text}` is no number, slice or `*`")),
        };
        let numbers = text.split(':').map(number).collect::<Result<Vec<_>, _>>()?;
        match numbers.as_slice() {
            [Some(index)] => Ok(Self::Index(*index)),
            [from, to] => Ok(Self::Slice { from: *from, to: *to, step: 1 }),
            [_, _, Some(0)] => Err("the step of a slice cannot be 0".to_owned()),
            [from, to, step] => Ok(Self::Slice { from: *from, to: *to, step: step.unwrap_or(1) }),
            [_] => Err("the subscript is missing".to_owned()),
            _ => Err("a slice has at most two colons".to_owned()),
        }
    }

    fn indices(self, length: usize) -> Vec<usize> {
        let count = i64::try_from(length).unwrap_or(i64::MAX);
        let from_end = |index: i64| if index < 0 { index.saturating_add(count) } else { index };
        let (from, to, step) = match self {
            Self::All => (0, count, 1),
            Self::Index(index) => (from_end(index), from_end(index).saturating_add(1), 1),
            Self::Slice { from, to, step } if step > 0 => {
                (from.map_or(0, from_end), to.map_or(count, from_end), step)
            }
            Self::Slice { from, to, step } => {
                (from.map_or(count - 1, from_end), to.map_or(-1, from_end), step)
            }
        };
        // The first index inside decides where the steps fall, so bounds are cut like this only.
        let (from, to) =
            if step > 0 { (from.max(0), to.min(count)) } else { (from.min(count), to.max(-1)) };
        let mut found = Vec::new();
        let mut at = from;
        while (step > 0 && at < to) || (step < 0 && at > to) {
            if let Some(index) = usize::try_from(at).ok().filter(|index| *index < length) {
                found.push(index);
            }
            let Some(next) = at.checked_add(step) else { break };
            at = next;
        }
        found
    }
}
