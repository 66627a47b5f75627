//! Translates Go's syntax of regular expressions into that of the `regex` crate.
//!
//! Both match in the same way (leftmost, first alternative), so only the writing differs: which
//! escapes exist, what classes contain, what may be repeated. The translation is complete: it
//! parses all of Go's syntax, reports Go's errors, and writes each element in a form that holds
//! under no flags, with its flags around it.

mod class;

use class::{escape, hex_escape, perl_class, unicode_class};

/// How deep groups may nest: what Go allows of groups that capture. Others it does not count.
const DEPTH_LIMIT: usize = 999;

/// The nesting that the translation of [`DEPTH_LIMIT`] groups needs at most.
pub(super) const NEST_LIMIT: u32 = 10_000;

/// The highest count of a repetition, nested ones multiplied.
const REPEAT_LIMIT: usize = 1000;

/// An expression in the syntax of the `regex` crate.
#[derive(Debug)]
pub(super) struct Translated {
    pub(super) pattern: String,
    /// Names of the groups; the first stands for the whole match.
    pub(super) names: Vec<String>,
}

/// Translates an expression; the error is worded as Go words it.
pub(super) fn translate(source: &str) -> Result<Translated, String> {
    let mut parser = Parser {
        source,
        at: 0,
        flags: Flags::default(),
        groups: vec![Group::default()],
        names: vec![String::new()],
    };
    parser.run()?;
    let mut groups = parser.groups;
    let last = groups.pop().filter(|_| groups.is_empty());
    let Some(whole) = last else {
        return Err(error("missing closing )", source));
    };
    Ok(Translated { pattern: whole.finish().0, names: parser.names })
}

fn error(what: &str, part: &str) -> String {
    format!("error parsing regexp: {what}: `{part}`")
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Flags {
    fold_case: bool,
    multi_line: bool,
    dot_newline: bool,
    lazy: bool,
}

impl Flags {
    /// Writes an element so that letters match in any case if that is asked for.
    fn fold(self, element: String) -> String {
        if self.fold_case { format!("(?i:{element})") } else { element }
    }
}

/// One element that a repetition can apply to.
#[derive(Debug)]
struct Atom {
    pattern: String,
    /// The largest product of counted repetitions on a path through it.
    weight: usize,
}

/// An open group: its finished alternatives and the one in progress.
#[derive(Debug, Default)]
struct Group {
    done: String,
    atoms: Vec<Atom>,
    weight: usize,
    capture: bool,
    flags_outside: Flags,
}

impl Group {
    fn next_alternative(&mut self) {
        for atom in self.atoms.drain(..) {
            self.done.push_str(&atom.pattern);
            self.weight = self.weight.max(atom.weight);
        }
    }

    fn finish(mut self) -> (String, usize) {
        self.next_alternative();
        (self.done, self.weight)
    }
}

struct Parser<'s> {
    source: &'s str,
    at: usize,
    flags: Flags,
    groups: Vec<Group>,
    names: Vec<String>,
}

impl<'s> Parser<'s> {
    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    fn run(&mut self) -> Result<(), String> {
        // Where the repetition just before began, if what was before is one.
        let mut repeated = None;
        while let Some(c) = self.rest().chars().next() {
            let start = self.at;
            let mut is_repeat = false;
            match c {
                '(' => self.open()?,
                '|' => {
                    self.at += 1;
                    let group = self.group();
                    group.next_alternative();
                    group.done.push('|');
                }
                ')' => self.close()?,
                '^' => self.simple(1, if self.flags.multi_line { "(?m:^)" } else { r"\A" }),
                '$' => self.simple(1, if self.flags.multi_line { "(?m:$)" } else { r"\z" }),
                '.' => self.simple(1, if self.flags.dot_newline { "(?s:.)" } else { "." }),
                '[' => self.class()?,
                '*' | '+' | '?' => {
                    self.at += 1;
                    self.repeat(start, &c.to_string(), None, repeated)?;
                    is_repeat = true;
                }
                '{' => match counted(self.rest()) {
                    Some((min, max, length)) => {
                        self.at += length;
                        self.count(start, min, max, repeated)?;
                        is_repeat = true;
                    }
                    None => {
                        self.at += 1;
                        self.literal('{');
                    }
                },
                '\\' => self.backslash()?,
                _ => {
                    self.at += c.len_utf8();
                    self.literal(c);
                }
            }
            // Only what stands directly before counts: Go accepts `a*(?i)*`.
            repeated = is_repeat.then_some(start);
        }
        Ok(())
    }

    fn group(&mut self) -> &mut Group {
        if self.groups.is_empty() {
            self.groups.push(Group::default());
        }
        let last = self.groups.len() - 1;
        &mut self.groups[last]
    }

    fn push(&mut self, pattern: String) {
        self.group().atoms.push(Atom { pattern, weight: 1 });
    }

    fn simple(&mut self, length: usize, pattern: &str) {
        self.at += length;
        self.push(pattern.to_owned());
    }

    fn literal(&mut self, c: char) {
        let pattern = self.flags.fold(hex_escape(c));
        self.push(pattern);
    }

    /// A group, or flags; `(?` begins what Perl added.
    fn open(&mut self) -> Result<(), String> {
        let rest = self.rest();
        if !rest.starts_with("(?") {
            self.at += 1;
            return self.enter(Some(String::new()));
        }
        let name_at = if rest.len() > 4 && rest.starts_with("(?P<") {
            Some(4)
        } else if rest.len() > 3 && rest.starts_with("(?<") {
            Some(3)
        } else {
            None
        };
        let Some(name_at) = name_at else { return self.flags_or_group() };
        let Some(end) = rest.find('>') else { return Err(error("invalid named capture", rest)) };
        let name = &rest[name_at..end];
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(error("invalid named capture", &rest[..=end]));
        }
        self.at += end + 1;
        self.enter(Some(name.to_owned()))
    }

    fn enter(&mut self, capture: Option<String>) -> Result<(), String> {
        if self.groups.len() > DEPTH_LIMIT {
            return Err(error("expression nests too deeply", self.source));
        }
        let flags_outside = self.flags;
        let is_capture = capture.is_some();
        self.names.extend(capture);
        self.groups.push(Group { capture: is_capture, flags_outside, ..Group::default() });
        Ok(())
    }

    fn flags_or_group(&mut self) -> Result<(), String> {
        let rest = self.rest();
        let outside = self.flags;
        let (mut flags, mut on, mut seen) = (self.flags, true, false);
        for (offset, c) in rest.char_indices().skip(2) {
            match c {
                'i' => flags.fold_case = on,
                'm' => flags.multi_line = on,
                's' => flags.dot_newline = on,
                'U' => flags.lazy = on,
                '-' if on => {
                    (on, seen) = (false, false);
                    continue;
                }
                ':' | ')' if on || seen => {
                    self.at += offset + 1;
                    if c == ':' {
                        self.flags = outside;
                        self.enter(None)?;
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => {
                    let part = &rest[..offset + c.len_utf8()];
                    return Err(error("invalid or unsupported Perl syntax", part));
                }
            }
            seen = true;
        }
        Err(error("invalid or unsupported Perl syntax", rest))
    }

    fn close(&mut self) -> Result<(), String> {
        if self.groups.len() < 2 {
            return Err(error("unexpected )", self.source));
        }
        self.at += 1;
        let Some(group) = self.groups.pop() else { return Ok(()) };
        self.flags = group.flags_outside;
        let open = if group.capture { "(" } else { "(?:" };
        let (inside, weight) = group.finish();
        self.group().atoms.push(Atom { pattern: format!("{open}{inside})"), weight });
        Ok(())
    }

    /// A repetition whose text starts at `start` and whose operator ends at the present place.
    fn repeat(
        &mut self,
        start: usize,
        operator: &str,
        factor: Option<(usize, bool)>,
        repeated: Option<usize>,
    ) -> Result<(), String> {
        let mut lazy = self.flags.lazy;
        if self.rest().starts_with('?') {
            self.at += 1;
            lazy = !lazy;
        }
        if let Some(before) = repeated {
            let part = &self.source[before..self.at];
            return Err(error("invalid nested repetition operator", part));
        }
        let part = &self.source[start..self.at];
        let group = self.group();
        let Some(atom) = group.atoms.last_mut() else {
            return Err(error("missing argument to repetition operator", part));
        };
        if let Some((factor, checked)) = factor {
            atom.weight = if factor == 0 { 1 } else { atom.weight.max(1).saturating_mul(factor) };
            if checked && atom.weight > REPEAT_LIMIT {
                return Err(error("invalid repeat count", part));
            }
        }
        let lazy = if lazy { "?" } else { "" };
        atom.pattern = format!("(?:{}){operator}{lazy}", atom.pattern);
        Ok(())
    }

    fn count(
        &mut self,
        start: usize,
        min: Option<usize>,
        max: Option<Option<usize>>,
        repeated: Option<usize>,
    ) -> Result<(), String> {
        let valid = |n: &usize| *n <= REPEAT_LIMIT;
        let (Some(min), Some(max)) = (min.filter(valid), max) else {
            return Err(error("invalid repeat count", &self.source[start..self.at]));
        };
        if max.is_some_and(|max| !valid(&max) || max < min) {
            return Err(error("invalid repeat count", &self.source[start..self.at]));
        }
        let checked = min >= 2 || max.is_some_and(|max| max >= 2);
        let (operator, factor) = match max {
            Some(max) => (format!("{{{min},{max}}}"), max),
            None => (format!("{{{min},}}"), min.max(1)),
        };
        self.repeat(start, &operator, Some((factor, checked)), repeated)
    }

    fn backslash(&mut self) -> Result<(), String> {
        let rest = self.rest();
        match rest.as_bytes().get(1) {
            Some(b'A') => self.simple(2, r"\A"),
            Some(b'b') => self.simple(2, r"(?-u:\b)"),
            Some(b'B') => self.simple(2, r"(?-u:\B)"),
            Some(b'z') => self.simple(2, r"\z"),
            Some(b'C') => return Err(error("invalid escape sequence", r"\C")),
            Some(b'Q') => {
                let quoted = &rest[2..];
                let (literal, skip) = match quoted.find(r"\E") {
                    Some(end) => (&quoted[..end], end + 2),
                    None => (quoted, quoted.len()),
                };
                self.at += 2 + skip;
                literal.chars().for_each(|c| self.literal(c));
            }
            Some(b'p' | b'P') => {
                let (pattern, length) = unicode_class(rest)?;
                self.at += length;
                let pattern = self.flags.fold(pattern);
                self.push(pattern);
            }
            _ => {
                if let Some(class) = perl_class(rest) {
                    self.at += 2;
                    let pattern = self.flags.fold(class.to_owned());
                    self.push(pattern);
                } else {
                    let (c, length) = escape(rest)?;
                    self.at += length;
                    let pattern = match c {
                        Some(c) => self.flags.fold(hex_escape(c)),
                        None => class::NEVER.to_owned(),
                    };
                    self.push(pattern);
                }
            }
        }
        Ok(())
    }

    fn class(&mut self) -> Result<(), String> {
        let (pattern, length) = class::bracketed(self.rest())?;
        self.at += length;
        let pattern = self.flags.fold(pattern);
        self.push(pattern);
        Ok(())
    }
}

/// A number in a repetition: none when it is beyond any limit.
type Count = Option<usize>;

/// Reads `{min}`, `{min,}` or `{min,max}`: both counts and the length of the text.
///
/// The outer option of the maximum is that of [`Count`], the inner one tells whether it is there.
fn counted(text: &str) -> Option<(Count, Option<Count>, usize)> {
    let inner = text.strip_prefix('{')?;
    let end = inner.find('}')?;
    let length = end + 2;
    let body = &inner[..end];
    let (min, max) = match body.split_once(',') {
        None => {
            let count = number(body)?;
            (count, count.map(Some))
        }
        Some((min, "")) => (number(min)?, Some(None)),
        Some((min, max)) => (number(min)?, number(max)?.map(Some)),
    };
    Some((min, max, length))
}

fn number(digits: &str) -> Option<Count> {
    let plain = !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    plain.then(|| digits.parse::<usize>().ok().filter(|&n| n <= REPEAT_LIMIT))
}
