//! Constraints on versions, such as `>=1.2 <2 || ^3.1.0-0`.

mod plain;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::LazyLock;

use regex::Regex;

use plain::Comparison;

use super::version::{Version, compare_prereleases};

/// Alternatives, each a list of conditions that must all hold.
#[derive(Debug)]
pub(super) struct Constraint {
    alternatives: Vec<Vec<Condition>>,
}

/// The longest constraint that is read, in bytes.
const MAX_LENGTH: usize = 512;

/// The most alternatives that are read.
const MAX_ALTERNATIVES: usize = 32;

/// One comparison with a version.
#[derive(Debug, PartialEq)]
struct Condition {
    operator: Operator,
    version: Version,
    /// Where the numbers end: what follows is a wildcard or missing.
    open: Open,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Tilde,
    Caret,
}

/// Which part of a condition's version is the first that may be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    No,
    Major,
    Minor,
    Patch,
}

/// The shapes of a constraint's parts.
///
/// The library finds them with regular expressions, and what it accepts (such as `1|2` for one
/// number, or a range within a list) follows from how these match, so the same shapes are used.
struct Shapes {
    /// `a - b`; the groups are the two versions.
    range: Regex,
    /// A list of conditions with spaces or commas between.
    list: Regex,
    /// A condition anywhere in a list.
    item: Regex,
    /// A whole condition; the groups are operator, version, three numbers and the suffix.
    condition: Regex,
}

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let operator = r"(?:=||!=|>|<|>=|=>|<=|=<|~|~>|\^)";
    let number = r"[0-9|xX*]+";
    let words = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*";
    let version = format!(r"v?{number}(?:\.{number})?(?:\.{number})?(?:-{words})?(?:\+{words})?");
    let space = r"[\t\n\f\r ]";
    let parts = format!(r"v?({number})(?:\.({number}))?(?:\.({number}))?(-{words})?(?:\+{words})?");
    let item = format!("{space}*{operator}{space}*{version}{space}*");
    let compile = |pattern: String| Regex::new(&pattern).expect("the shapes are valid");
    Shapes {
        range: compile(format!("{space}*({version}){space}+-{space}+({version}){space}*")),
        list: compile(format!(
            "^(?:{item})(?:(?:{space}+|,{space}*){operator}{space}*{version}{space}*)*$"
        )),
        item: compile(format!("{operator}{space}*{version}")),
        condition: compile(format!("^{space}*({operator}){space}*({parts}){space}*$")),
    }
});

impl Constraint {
    /// Reads a constraint; the error is worded as the Go library words it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("constraint string is too long (max {MAX_LENGTH} bytes)"));
        }
        let text = without_ranges(text);
        let alternatives: Vec<&str> = text.split("||").collect();
        if alternatives.len() > MAX_ALTERNATIVES {
            return Err(format!("too many constraint groups (max {MAX_ALTERNATIVES})"));
        }
        let alternatives = alternatives.into_iter().map(conditions).collect::<Result<_, _>>()?;
        Ok(Self { alternatives })
    }

    /// Tells whether `version` satisfies one of the alternatives.
    ///
    /// Pre-releases satisfy only lists in which a condition names a pre-release.
    pub(super) fn allows(&self, version: &Version) -> bool {
        self.alternatives.iter().any(|conditions| {
            let names_prerelease = conditions.iter().any(|c| !c.version.prerelease.is_empty());
            (version.prerelease.is_empty() || names_prerelease)
                && conditions.iter().all(|condition| condition.allows(version))
        })
    }
}

/// Writes ranges as two comparisons.
fn without_ranges(text: &str) -> Cow<'_, str> {
    // The hyphen of a range stands between spaces.
    let spaced = |space: char| matches!(space, '\t' | '\n' | '\x0C' | '\r' | ' ');
    if !text.split('-').skip(1).any(|rest| rest.starts_with(spaced)) {
        return Cow::Borrowed(text);
    }
    let mut out = text.to_owned();
    for found in SHAPES.range.captures_iter(text) {
        let comparisons = format!(">= {}, <= {} ", &found[1], &found[2]);
        out = out.replacen(&found[0], &comparisons, 1);
    }
    Cow::Owned(out)
}

fn conditions(list: &str) -> Result<Vec<Condition>, String> {
    if let Some(plain) = plain::comparisons(list) {
        return plain.iter().map(Condition::new).collect();
    }
    any_conditions(list)
}

/// Reads a list by the Go library's own expressions.
fn any_conditions(list: &str) -> Result<Vec<Condition>, String> {
    if !SHAPES.list.is_match(list) {
        return Err(improper(list));
    }
    SHAPES.item.find_iter(list).map(|item| condition(item.as_str())).collect()
}

fn condition(text: &str) -> Result<Condition, String> {
    let parts = SHAPES.condition.captures(text).ok_or_else(|| improper(text))?;
    let part = |index: usize| parts.get(index).map(|part| part.as_str());
    Condition::new(&Comparison {
        operator: part(1).unwrap_or_default(),
        version: part(2).unwrap_or_default(),
        numbers: [part(3), part(4), part(5)],
        prerelease: part(6).unwrap_or_default(),
    })
}

fn improper(text: &str) -> String {
    format!("improper constraint: {}", crate::go::quote::quote(text))
}

impl Condition {
    fn new(comparison: &Comparison<'_>) -> Result<Self, String> {
        let suffix = comparison.prerelease;
        let numbers =
            comparison.numbers.map(|number| number.filter(|n| !matches!(*n, "x" | "X" | "*")));
        let (open, version) = match numbers {
            [None, ..] => (Open::Major, format!("0.0.0{suffix}")),
            [Some(major), None, _] => (Open::Minor, format!("{major}.0.0{suffix}")),
            [Some(major), Some(minor), None] => (Open::Patch, format!("{major}.{minor}.0{suffix}")),
            [Some(_), Some(_), Some(_)] => (Open::No, comparison.version.to_owned()),
        };
        let version = Version::parse(&version).map_err(|_| "constraint parser error".to_owned())?;
        let operator = match comparison.operator {
            "!=" => Operator::NotEqual,
            ">" => Operator::Greater,
            "<" => Operator::Less,
            ">=" | "=>" => Operator::GreaterOrEqual,
            "<=" | "=<" => Operator::LessOrEqual,
            "~" | "~>" => Operator::Tilde,
            "^" => Operator::Caret,
            _ => Operator::Equal,
        };
        Ok(Self { operator, version, open })
    }

    fn allows(&self, version: &Version) -> bool {
        let order = version.compare(&self.version);
        match self.operator {
            Operator::Equal if self.open == Open::No => order == Ordering::Equal,
            Operator::Equal | Operator::Tilde => order != Ordering::Less && self.is_near(version),
            Operator::NotEqual => self.differs(version, order),
            Operator::Greater => self.lies_below(version, order),
            Operator::Less => order == Ordering::Less,
            Operator::GreaterOrEqual => order != Ordering::Less,
            Operator::LessOrEqual => self.reaches(version, order),
            Operator::Caret => order != Ordering::Less && self.is_compatible(version),
        }
    }

    /// `~`: the same minor version, or the same major version if only that is given.
    fn is_near(&self, version: &Version) -> bool {
        let own = &self.version;
        let is_zero = own.major == 0 && own.minor == 0 && own.patch == 0;
        if is_zero && !matches!(self.open, Open::Minor | Open::Patch) {
            return true;
        }
        version.major == own.major && (version.minor == own.minor || self.open == Open::Minor)
    }

    fn differs(&self, version: &Version, order: Ordering) -> bool {
        let own = &self.version;
        match self.open {
            Open::No => order != Ordering::Equal,
            Open::Minor => own.major != version.major,
            Open::Patch => {
                own.major != version.major
                    || own.minor != version.minor
                    || compare_prereleases(&version.prerelease, &own.prerelease) != Ordering::Equal
            }
            Open::Major => {
                own.major != version.major
                    || own.minor != version.minor
                    || own.patch != version.patch
                    || order != Ordering::Equal
            }
        }
    }

    /// `>`: beyond all versions that the given numbers stand for.
    fn lies_below(&self, version: &Version, order: Ordering) -> bool {
        let own = &self.version;
        if self.open == Open::No {
            return order == Ordering::Greater;
        }
        match version.major.cmp(&own.major) {
            Ordering::Equal => match self.open {
                Open::Minor => false,
                Open::Patch => version.minor > own.minor,
                Open::No | Open::Major => order == Ordering::Greater,
            },
            unequal => unequal == Ordering::Greater,
        }
    }

    /// `<=`: up to the last version that the given numbers stand for.
    fn reaches(&self, version: &Version, order: Ordering) -> bool {
        let own = &self.version;
        if self.open == Open::No {
            return order != Ordering::Greater;
        }
        match version.major.cmp(&own.major) {
            Ordering::Greater => false,
            Ordering::Equal => version.minor <= own.minor || self.open == Open::Minor,
            Ordering::Less => true,
        }
    }

    /// `^`: the same leftmost number that is not zero.
    fn is_compatible(&self, version: &Version) -> bool {
        let own = &self.version;
        if own.major > 0 || self.open == Open::Minor {
            return version.major == own.major;
        }
        if version.major > 0 {
            return false;
        }
        if own.minor > 0 || self.open == Open::Patch {
            return version.minor == own.minor;
        }
        version.minor == 0 && version.patch == own.patch
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_plain_form_reads_as_the_expressions_do(
            words in proptest::collection::vec(
                prop_oneof![
                    "[=!<>~^]{0,2}", "v?", "[0-9]{1,2}", "[.x*|X]", "(-[a-z0-9.-]{0,4})?",
                    "([+][a-z0-9.]{0,3})?", "[ ,\t]?", Just(">=1.2.3-0".to_owned()),
                    Just(" <2.x".to_owned()), Just(", ".to_owned()),
                ],
                0..9,
            ),
        ) {
            let list = words.concat();
            if plain::comparisons(&list).is_some() {
                prop_assert_eq!(conditions(&list), any_conditions(&list), "{}", list);
            }
        }
    }

    #[test]
    fn what_charts_write_is_plain() {
        for list in [">=1.21-0", ">= 1.19.0-0 < 2", "^1.2, !=1.3.0", "*", "1.x.x", "~v1.2.3+b.1"] {
            assert!(plain::comparisons(list).is_some(), "{list}");
        }
        for list in ["", "1.2.3.4", "1 - 2", ">>1", "1|2", ">1,,<2", "1.2-", "1.2 3a"] {
            assert!(plain::comparisons(list).is_none(), "{list}");
        }
    }
}
