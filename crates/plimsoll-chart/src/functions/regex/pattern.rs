//! A compiled expression, and what Go's `Expand` makes of a replacement.

use std::ops::Range;

use super::syntax;
use crate::limits::BYTES_READ_A_STEP;

/// An expression in Go's syntax, ready to match.
#[derive(Debug)]
pub(super) struct Pattern {
    regex: regex::Regex,
    /// The groups' names in order, empty for unnamed ones; the first stands for the whole match.
    names: Vec<String>,
    /// How many times longer a search takes than for one letter, at the worst.
    weight: u64,
    /// Whether a search may look far beyond the end of what it finds.
    wanders: bool,
}

/// A part of an expanded replacement.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A part of the replacement.
    Template(Range<usize>),
    /// A part of the text that was searched.
    Source(Range<usize>),
}

/// How much memory one compiled expression may take, in bytes.
const SIZE_LIMIT: usize = 3 << 20;

/// The steps that compiling a character takes.
const CHARACTER: u64 = 40;

/// Tells whether an expression may match a short text after it looked at a long one: one that
/// repeats something without end, and offers something else instead, as `a.*b|a` does. Searching
/// for all matches then takes the square of the text's length.
fn wanders(source: &str) -> bool {
    let repeats = source.contains(['*', '+']) || source.contains(",}");
    repeats && ["|", ")*", ")?", "){0"].iter().any(|choice| source.contains(choice))
}

/// Roughly the steps that compiling an expression takes: its characters, those that are repeated
/// counted as often as they may be repeated.
pub(super) fn cost(source: &str) -> u64 {
    /// A class of Unicode's takes that much more.
    const CLASS: u64 = 1200 * CHARACTER;
    let (mut groups, mut sum, mut last) = (Vec::new(), 0_u64, 0_u64);
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        let rest = &source[at..];
        let mut length = c.len_utf8();
        let mut own = CHARACTER;
        match c {
            '\\' => {
                let next = rest[1..].chars().next();
                length += next.map_or(0, char::len_utf8);
                own = if matches!(next, Some('p' | 'P')) { CLASS } else { CHARACTER };
            }
            '(' => {
                groups.push(sum);
                (sum, own) = (0, 0);
            }
            ')' => {
                own = sum;
                sum = groups.pop().unwrap_or(0);
            }
            '{' => {
                let inner = rest.split('}').next().unwrap_or(rest);
                let most = inner[1..].split(',').filter_map(|n| n.parse::<u64>().ok()).max();
                own = most.map_or(CHARACTER, |most| last.saturating_mul(most.saturating_sub(1)));
                length = if most.is_some() { (inner.len() + 1).min(rest.len()) } else { 1 };
            }
            _ => {}
        }
        sum = sum.saturating_add(own);
        last = own;
        at += length;
    }
    groups.into_iter().fold(sum, u64::saturating_add).saturating_add(1000)
}

impl Pattern {
    /// Why an expression cannot be compiled, as Go words it, as far as that shows without trying.
    pub(super) fn check(source: &str) -> Result<(), String> {
        syntax::translate(source).map(drop)
    }

    /// Compiles an expression; the error is worded as Go words it.
    pub(super) fn new(source: &str) -> Result<Self, String> {
        let translated = syntax::translate(source)?;
        let regex = regex::RegexBuilder::new(&translated.pattern)
            .size_limit(SIZE_LIMIT)
            .nest_limit(syntax::NEST_LIMIT)
            .build()
            .map_err(|_| format!("error parsing regexp: expression too large: `{source}`"))?;
        let weight = (cost(source) / CHARACTER).max(1);
        Ok(Self { regex, names: translated.names, weight, wanders: wanders(source) })
    }

    /// Roughly the steps of a search from `at` on that ended at `end`, in a text of `length` bytes.
    pub(super) fn effort(&self, length: usize, at: usize, end: Option<usize>) -> u64 {
        let end = end.filter(|_| !self.wanders).unwrap_or(length);
        let read = 1 + end.saturating_sub(at);
        (read as u64).saturating_mul(self.weight) / BYTES_READ_A_STEP as u64
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The first match that starts at or after `at`.
    pub(super) fn find_at(&self, text: &str, at: usize) -> Option<Range<usize>> {
        self.regex.find_at(text, at).map(|found| found.range())
    }

    /// The groups of that match; the first is the whole match.
    pub(super) fn captures_at(&self, text: &str, at: usize) -> Option<Vec<Option<Range<usize>>>> {
        let captures = self.regex.captures_at(text, at)?;
        Some(captures.iter().map(|group| group.map(|found| found.range())).collect())
    }

    fn named(&self, name: &str, groups: &[Option<Range<usize>>]) -> Option<Range<usize>> {
        let mut pairs = self.names.iter().zip(groups);
        pairs.find_map(|(of, group)| if of == name { group.clone() } else { None })
    }
}

/// Expands `$1`, `$name` and `${name}` in `template` as `regexp.Expand` does.
pub(super) fn expansion(
    template: &str,
    pattern: &Pattern,
    groups: &[Option<Range<usize>>],
) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(dollar) = template[at..].find('$').map(|offset| at + offset) {
        pieces.push(Piece::Template(at..dollar));
        at = dollar + 1;
        if template[at..].starts_with('$') {
            pieces.push(Piece::Template(dollar..at));
            at += 1;
            continue;
        }
        let Some((name, length)) = reference(&template[at..]) else {
            pieces.push(Piece::Template(dollar..at));
            continue;
        };
        let group = match group_number(name) {
            Some(number) => groups.get(number).cloned().flatten(),
            None => pattern.named(name, groups),
        };
        pieces.extend(group.map(Piece::Source));
        at += length;
    }
    pieces.push(Piece::Template(at..template.len()));
    pieces
}

/// The name at the start of what follows a dollar, and the length of the reference.
fn reference(text: &str) -> Option<(&str, usize)> {
    let inner = text.strip_prefix('{');
    let name_on = inner.unwrap_or(text);
    let is_name = |c: char| c.is_alphabetic() || c.is_numeric() || c == '_';
    let length = name_on.find(|c| !is_name(c)).unwrap_or(name_on.len());
    let (name, rest) = name_on.split_at(length);
    if name.is_empty() || (inner.is_some() && !rest.starts_with('}')) {
        return None;
    }
    Some((name, length + if inner.is_some() { 2 } else { 0 }))
}

fn group_number(name: &str) -> Option<usize> {
    // Go gives up counting at a hundred million, and a leading zero makes it a name.
    let number = name.bytes().all(|b| b.is_ascii_digit())
        && name.len() <= 9
        && (name == "0" || !name.starts_with('0'));
    if number { name.parse().ok() } else { None }
}
