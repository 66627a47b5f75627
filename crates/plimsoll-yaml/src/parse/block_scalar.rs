//! Scans literal and folded block scalars.

use std::borrow::Cow;

use super::character::{at, break_len, is_blank, line_end, push_break};
use super::problem::Problem;
use super::scanner::Scanner;
use super::token::TokenKind;
use crate::Error;

type Result<T> = std::result::Result<T, Error>;

/// What happens to the line breaks at a block's end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    pub(super) fn scan_block_scalar(&mut self, literal: bool) -> Result<()> {
        let start = self.pos;
        self.pos += 1;
        let (chomp, increment) = self.scan_block_header()?;
        let header_end = self.pos;
        self.finish_line(Problem::BlockHeader)?;
        let mut indent = increment.map_or(0, |by| self.inside.saturating_sub(1) + by);
        let mut value = String::new();
        // The breaks after the last line, and those of empty lines after that.
        let (mut last_break, mut empty) = (String::new(), String::new());
        let mut kept_end = self.skip_empty_lines(&mut indent, &mut empty)?;
        let (mut content_end, mut clipped_end) = (header_end, header_end);
        let mut more_indented = false;
        while self.column() == indent && self.pos < self.bytes.len() {
            let blank = is_blank(self.bytes, self.pos);
            if !literal && !more_indented && !blank && last_break.starts_with('\n') {
                if empty.is_empty() {
                    value.push(' ');
                }
            } else {
                value.push_str(&last_break);
            }
            value.push_str(&empty);
            last_break.clear();
            empty.clear();
            more_indented = blank;
            content_end = line_end(self.bytes, self.pos);
            value.push_str(&self.text[self.pos..content_end]);
            self.pos = content_end;
            let len = push_break(&mut last_break, self.text, self.pos);
            if len > 0 {
                self.pass_break(len);
            }
            clipped_end = self.pos;
            kept_end = self.skip_empty_lines(&mut indent, &mut empty)?;
        }
        let end = match chomp {
            Chomp::Strip => content_end,
            Chomp::Clip => clipped_end,
            Chomp::Keep if empty.is_empty() => clipped_end,
            Chomp::Keep => kept_end,
        };
        if chomp != Chomp::Strip {
            value.push_str(&last_break);
        }
        if chomp == Chomp::Keep {
            value.push_str(&empty);
        }
        self.push(TokenKind::Scalar { value: Cow::Owned(value), plain: false }, start, end);
        Ok(())
    }

    /// Scans the indicators after `|` or `>`, which may come in either order.
    fn scan_block_header(&mut self) -> Result<(Chomp, Option<usize>)> {
        let mut chomp = Chomp::Clip;
        let mut increment = None;
        for _ in 0..2 {
            match at(self.bytes, self.pos) {
                b'+' if chomp == Chomp::Clip => chomp = Chomp::Keep,
                b'-' if chomp == Chomp::Clip => chomp = Chomp::Strip,
                b'0' if increment.is_none() => {
                    return Err(self.trouble(Problem::BlockIndentZero, self.pos));
                }
                digit @ b'1'..=b'9' if increment.is_none() => {
                    increment = Some(usize::from(digit - b'0'));
                }
                _ => break,
            }
            self.pos += 1;
        }
        Ok((chomp, increment))
    }

    /// Skips the indentation of the next line, and empty lines before it, whose breaks it collects.
    ///
    /// An `indent` of 0 is replaced by the indentation found. Returns where the empty lines end.
    fn skip_empty_lines(&mut self, indent: &mut usize, breaks: &mut String) -> Result<usize> {
        let mut end = self.pos;
        let mut widest = 0;
        loop {
            while (*indent == 0 || self.column() < *indent) && at(self.bytes, self.pos) == b' ' {
                self.pos += 1;
            }
            widest = widest.max(self.column());
            if (*indent == 0 || self.column() < *indent) && at(self.bytes, self.pos) == b'\t' {
                return Err(self.trouble(Problem::BlockTab, self.pos));
            }
            if break_len(self.bytes, self.pos) == 0 {
                break;
            }
            let len = push_break(breaks, self.text, self.pos);
            self.pass_break(len);
            end = self.pos;
        }
        if *indent == 0 {
            *indent = widest.max(self.inside).max(1);
        }
        Ok(end)
    }
}
