//! The style of a scalar, and its text in that style.

use std::ops::Range;

use super::Writer;
use super::plain::stays_string;
use crate::functions::Failure;
use crate::trace::OriginId;
use crate::value::{Text, Value};

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// What the characters of a text allow.
struct Allowed {
    plain: bool,
    single: bool,
    literal: bool,
}

impl Style {
    /// The style of a string.
    pub(super) fn of(text: &str) -> Self {
        let wanted = if text.contains('\n') {
            Self::Literal
        } else if stays_string(text) {
            Self::Plain
        } else {
            Self::Double
        };
        wanted.allowed(&Allowed::by(text))
    }

    /// The style of a key on the line of its value.
    pub(super) fn of_key(text: &str) -> Self {
        match Self::of(text) {
            Self::Literal => Self::Double,
            style => style,
        }
    }

    /// The next style in which the text can be written.
    const fn allowed(self, allowed: &Allowed) -> Self {
        match self {
            Self::Plain if allowed.plain => Self::Plain,
            Self::Plain | Self::Single if allowed.single => Self::Single,
            Self::Literal if allowed.literal => Self::Literal,
            _ => Self::Double,
        }
    }
}

impl Allowed {
    fn by(text: &str) -> Self {
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let (mut tabs, mut special, mut breaks) = (false, false, false);
        let (mut break_space, mut space_break) = (false, false);
        let mut before = None;
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            let ends_word = characters.peek().is_none_or(|&next| is_blank(next));
            let starts_word = before.is_none_or(is_blank_or_nul);
            indicators |= match c {
                ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
                | '@' | '`' => before.is_none(),
                '#' => starts_word,
                '?' | '-' => before.is_none() && ends_word,
                ':' => ends_word,
                _ => false,
            };
            tabs |= c == '\t';
            special |= c != '\t' && !is_printable(c);
            breaks |= is_break(c);
            break_space |= c == ' ' && before.is_some_and(is_break);
            space_break |= is_break(c) && before == Some(' ');
            before = Some(c);
        }
        let at_edge = |c: char| c == ' ' || is_break(c);
        let edges = text.starts_with(at_edge) || text.ends_with(at_edge);
        let crooked = break_space || space_break || tabs || special;
        Self {
            plain: !(edges || crooked || breaks || indicators),
            single: !crooked,
            literal: !(text.ends_with(' ') || space_break || special),
        }
    }
}

pub(super) fn has_break(text: &str) -> bool {
    text.contains(is_break)
}

const fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

const fn is_blank_or_nul(c: char) -> bool {
    is_blank(c) || is_break(c) || c == '\0'
}

/// Four-byte characters count as unprintable.
const fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && c != '\u{feff}'
}

impl Writer<'_> {
    /// Writes the string that `holder` holds.
    pub(super) fn scalar(
        &mut self,
        holder: &Value,
        style: Style,
        indent: usize,
    ) -> Result<(), Failure> {
        let text = holder.as_text().cloned().unwrap_or_else(|| Text::plain(""));
        let text = text.as_str();
        let edge = |at: usize| at.min(text.len().saturating_sub(1));
        let (first, last) = if text.is_empty() {
            (holder.origin, holder.origin)
        } else {
            (self.env.slice_origin(holder, 0), self.env.slice_origin(holder, edge(text.len())))
        };
        match style {
            Style::Plain => {
                if !text.is_empty() && !self.whitespace {
                    self.put(" ", first)?;
                }
                self.copy(holder, 0..text.len())?;
                self.whitespace = false;
                self.indention = false;
                Ok(())
            }
            Style::Single => {
                self.indicator("'", true, false, first)?;
                let mut start = 0;
                for (at, _) in text.match_indices('\'') {
                    self.copy(holder, start..at + 1)?;
                    start = at;
                }
                self.copy(holder, start..text.len())?;
                self.indicator("'", false, false, last)
            }
            Style::Double => {
                self.indicator("\"", true, false, first)?;
                self.escaped(holder, text)?;
                self.indicator("\"", false, false, last)
            }
            Style::Literal => self.literal(holder, text, indent, first),
        }
    }

    fn copy(&mut self, holder: &Value, range: Range<usize>) -> Result<(), Failure> {
        let text = holder.as_text().map_or("", Text::as_str);
        self.env.spend(range.len())?;
        self.column += text.get(range.clone()).map_or(0, |part| part.chars().count());
        self.env.append_part(&mut self.out, holder, range);
        Ok(())
    }

    fn escaped(&mut self, holder: &Value, text: &str) -> Result<(), Failure> {
        // go-yaml looks for a byte order mark at the start only, whatever character it is at.
        let all = text.starts_with('\u{feff}');
        let mut start = 0;
        for (at, c) in text.char_indices() {
            if !all && is_printable(c) && !is_break(c) && c != '"' && c != '\\' {
                continue;
            }
            self.copy(holder, start..at)?;
            let origin = self.env.slice_origin(holder, at);
            self.put(&escape(c), origin)?;
            start = at + c.len_utf8();
        }
        self.copy(holder, start..text.len())
    }

    fn literal(
        &mut self,
        holder: &Value,
        text: &str,
        indent: usize,
        origin: OriginId,
    ) -> Result<(), Failure> {
        self.indicator("|", true, false, origin)?;
        if text.starts_with(|c: char| c == ' ' || is_break(c)) {
            self.indicator("2", false, false, origin)?;
        }
        let mut from_end = text.chars().rev();
        let hint = match (from_end.next().is_some_and(is_break), from_end.next()) {
            (false, _) => "-",
            (true, None) => "+",
            (true, Some(before)) if is_break(before) => "+",
            (true, Some(_)) => "",
        };
        self.indicator(hint, false, false, origin)?;
        self.line_break(origin)?;
        self.whitespace = true;
        let mut start = 0;
        for line in text.split_inclusive(is_break) {
            let end = start + line.len();
            if !line.starts_with(is_break) {
                let origin = self.env.slice_origin(holder, start);
                self.indent(indent, origin)?;
                self.indention = false;
            }
            self.copy(holder, start..end)?;
            if line.ends_with(is_break) {
                self.column = 0;
                self.indention = true;
            }
            start = end;
        }
        Ok(())
    }
}

fn escape(c: char) -> String {
    let short = match c {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            let code = u32::from(c);
            return match code {
                0..=0xff => format!("\\x{code:02X}"),
                0x100..=0xffff => format!("\\u{code:04X}"),
                _ => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}
