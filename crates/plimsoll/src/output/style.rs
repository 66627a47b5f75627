//! How a stream can be written to: with colours, and how wide.

use std::env;
use std::io::{self, IsTerminal};

use annotate_snippets::Renderer;
use annotate_snippets::renderer::DecorStyle;

use crate::cli::Color;

/// One of the two streams that are written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Out,
    Err,
}

/// Colours and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) is_coloured: bool,
    /// In columns.
    pub(crate) width: usize,
}

/// The width for files and pipes.
const WIDTH: usize = 100;

/// Narrower than this nothing is readable, and wider than that no eye finds the next line.
const WIDTHS: std::ops::RangeInclusive<usize> = 60..=140;

impl Style {
    /// The style for a stream of this process.
    pub(crate) fn new(color: Color, stream: Stream) -> Self {
        let is_terminal = match stream {
            Stream::Out => io::stdout().is_terminal(),
            Stream::Err => io::stderr().is_terminal(),
        };
        let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_coloured = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                is_terminal
                    && !is_set("NO_COLOR")
                    && env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        };
        let width = terminal_size::terminal_size().filter(|_| is_terminal);
        let width = width.map_or(WIDTH, |(width, _)| usize::from(width.0));
        Self { is_coloured, width: width.clamp(*WIDTHS.start(), *WIDTHS.end()) }
    }

    pub(crate) fn renderer(self) -> Renderer {
        let renderer = if self.is_coloured { Renderer::styled() } else { Renderer::plain() };
        renderer.decor_style(DecorStyle::Ascii).term_width(self.width)
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.wrapped("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.wrapped("2", text)
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.wrapped("31", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.wrapped("32", text)
    }

    pub(crate) fn yellow(self, text: &str) -> String {
        self.wrapped("33", text)
    }

    /// Paints with one of the terminal's sixteen colours, by the code that sets it.
    pub(crate) fn painted(self, code: &str, text: &str) -> String {
        self.wrapped(code, text)
    }

    fn wrapped(self, code: &str, text: &str) -> String {
        if self.is_coloured { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
