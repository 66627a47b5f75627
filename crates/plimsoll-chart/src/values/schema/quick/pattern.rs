//! The expressions of schemas, as far as every engine reads them alike: no flags, no Unicode
//! classes, no boundaries of words, printable ASCII only.
//!
//! What is read here means what `boon` makes of it: `\d` and `\w` are ASCII, `\s` has ten
//! characters, `$` is the end of the text and `.` everything but a newline.

mod program;

use program::Program;

/// The deepest nesting of groups.
const DEEPEST: usize = 30;

/// The most repetitions that may be counted.
const MOST_COUNTED: u32 = 1000;

/// An expression that surely compiles, ready to match.
#[derive(Debug)]
pub(super) struct Pattern(Program);

impl Pattern {
    /// Reads an expression; nothing where it holds more than the plain syntax.
    pub(super) fn read(source: &str) -> Option<Self> {
        let mut reader = Reader { rest: source, sets: Vec::new() };
        let tree = reader.either(0)?;
        if !reader.rest.is_empty() {
            return None;
        }
        Program::new(&tree, reader.sets).map(Self)
    }

    /// The most steps that matching may take.
    pub(super) fn effort(&self, text: &str) -> usize {
        self.0.effort(text)
    }

    /// Tells whether it matches somewhere in `text`; nothing where that takes too long.
    pub(super) fn is_match(&self, text: &str) -> Option<bool> {
        self.0.is_match(text)
    }
}

/// A part of an expression.
#[derive(Debug)]
enum Tree {
    Start,
    End,
    /// One of the characters of the set with that number.
    Set(usize),
    All(Vec<Self>),
    Either(Vec<Self>),
    Repeat(Box<Self>, u32, Option<u32>),
}

/// Characters by their ranges, both ends included.
#[derive(Debug, PartialEq)]
struct Set {
    ranges: Vec<(char, char)>,
    negated: bool,
}

impl Set {
    fn holds(&self, c: char) -> bool {
        self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != self.negated
    }
}

const DIGITS: &[(char, char)] = &[('0', '9')];
const NO_DIGITS: &[(char, char)] = &[('\0', '/'), (':', char::MAX)];
const WORDS: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const NO_WORDS: &[(char, char)] =
    &[('\0', '/'), (':', '@'), ('[', '^'), ('`', '`'), ('{', char::MAX)];
const SPACES: &[(char, char)] = &[
    ('\t', '\r'),
    (' ', ' '),
    ('\u{a0}', '\u{a0}'),
    ('\u{2003}', '\u{2003}'),
    ('\u{2029}', '\u{2029}'),
    ('\u{feff}', '\u{feff}'),
];
const NO_SPACES: &[(char, char)] = &[
    ('\0', '\u{8}'),
    ('\u{e}', '\u{1f}'),
    ('!', '\u{9f}'),
    ('\u{a1}', '\u{2002}'),
    ('\u{2004}', '\u{2028}'),
    ('\u{202a}', '\u{fefe}'),
    ('\u{ff00}', char::MAX),
];

/// What a backslash and a letter stand for, or one character.
enum Escape {
    Ranges(&'static [(char, char)]),
    Plain(char),
}

struct Reader<'p> {
    rest: &'p str,
    sets: Vec<Set>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn either(&mut self, depth: usize) -> Option<Tree> {
        if depth > DEEPEST {
            return None;
        }
        let mut branches = vec![self.all(depth)?];
        while self.eat("|") {
            branches.push(self.all(depth)?);
        }
        if branches.len() == 1 { branches.pop() } else { Some(Tree::Either(branches)) }
    }

    fn all(&mut self, depth: usize) -> Option<Tree> {
        let mut parts = Vec::new();
        while let Some(c) = self.peek() {
            match c {
                '|' | ')' => break,
                '^' | '$' => {
                    self.take();
                    parts.push(if c == '^' { Tree::Start } else { Tree::End });
                    // What repeats an assertion is read by no two engines alike.
                    if matches!(self.peek(), Some('*' | '+' | '?' | '{')) {
                        return None;
                    }
                }
                _ => {
                    let one = self.one(c, depth)?;
                    parts.push(self.repeated(one)?);
                }
            }
        }
        Some(Tree::All(parts))
    }

    fn one(&mut self, c: char, depth: usize) -> Option<Tree> {
        self.take();
        match c {
            '(' => {
                if !self.eat("?:") && self.peek() == Some('?') {
                    return None;
                }
                let inner = self.either(depth + 1)?;
                self.eat(")").then_some(inner)
            }
            '[' => {
                let set = self.class()?;
                Some(self.set(set))
            }
            '.' => Some(self.set(Set { ranges: vec![('\n', '\n')], negated: true })),
            '\\' => {
                let ranges = match self.escape()? {
                    Escape::Ranges(ranges) => ranges.to_vec(),
                    Escape::Plain(c) => vec![(c, c)],
                };
                Some(self.set(Set { ranges, negated: false }))
            }
            '*' | '+' | '?' | '{' | '}' | ']' => None,
            ' '..='~' => Some(self.set(Set { ranges: vec![(c, c)], negated: false })),
            _ => None,
        }
    }

    fn set(&mut self, set: Set) -> Tree {
        let known = self.sets.iter().position(|known| *known == set);
        Tree::Set(known.unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        }))
    }

    fn escape(&mut self) -> Option<Escape> {
        Some(match self.take()? {
            'd' => Escape::Ranges(DIGITS),
            'D' => Escape::Ranges(NO_DIGITS),
            'w' => Escape::Ranges(WORDS),
            'W' => Escape::Ranges(NO_WORDS),
            's' => Escape::Ranges(SPACES),
            'S' => Escape::Ranges(NO_SPACES),
            'n' => Escape::Plain('\n'),
            'r' => Escape::Plain('\r'),
            't' => Escape::Plain('\t'),
            c @ ('\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^'
            | '$' | '/' | '-' | '"' | ':' | '@' | '#') => Escape::Plain(c),
            _ => return None,
        })
    }

    /// What stands between brackets, of which the first is behind us.
    fn class(&mut self) -> Option<Set> {
        let negated = self.eat("^");
        let mut ranges = Vec::new();
        let mut first = true;
        while !self.eat("]") {
            // Sets within sets and operations on them are Rust's alone.
            if ["&&", "--", "~~"].iter().any(|operation| self.rest.starts_with(operation)) {
                return None;
            }
            let from = match self.take()? {
                '\\' => match self.escape()? {
                    Escape::Ranges(more) => {
                        ranges.extend_from_slice(more);
                        // A range cannot start here, but a `-` that is the last stands for itself.
                        if self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                            return None;
                        }
                        first = false;
                        continue;
                    }
                    Escape::Plain(c) => c,
                },
                '-' if !first && !self.rest.starts_with(']') => return None,
                '[' | '^' => return None,
                c @ ' '..='~' => c,
                _ => return None,
            };
            first = false;
            let ranging = self.rest.starts_with('-') && !self.rest.starts_with("-]");
            let to = if ranging { self.upper()? } else { from };
            if from > to {
                return None;
            }
            ranges.push((from, to));
        }
        (!ranges.is_empty()).then_some(Set { ranges, negated })
    }

    /// The upper end of a range, from the `-` on.
    fn upper(&mut self) -> Option<char> {
        self.take();
        match self.take()? {
            '\\' => match self.escape()? {
                Escape::Plain(c) => Some(c),
                Escape::Ranges(_) => None,
            },
            '[' | '^' | '-' | '&' | '~' => None,
            c @ ' '..='~' => Some(c),
            _ => None,
        }
    }

    fn repeated(&mut self, one: Tree) -> Option<Tree> {
        let (least, most) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => self.counts()?,
            _ => return Some(one),
        };
        self.take();
        // Whether it takes few or many says nothing about whether there is a match.
        self.eat("?");
        if matches!(self.peek(), Some('*' | '+' | '?' | '{')) {
            return None;
        }
        Some(Tree::Repeat(Box::new(one), least, most))
    }

    /// What stands between braces; stays before the closing one.
    fn counts(&mut self) -> Option<(u32, Option<u32>)> {
        self.take();
        let inner = self.rest.split('}').next()?;
        self.rest = self.rest.strip_prefix(inner)?;
        self.peek()?;
        let number = |text: &str| -> Option<u32> {
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|number| plain && *number <= MOST_COUNTED)
        };
        let (least, most) = match inner.split_once(',') {
            None => (number(inner)?, Some(number(inner)?)),
            Some((least, "")) => (number(least)?, None),
            Some((least, most)) => (number(least)?, Some(number(most)?)),
        };
        most.is_none_or(|most| most > 0 && least <= most).then_some((least, most))
    }
}
