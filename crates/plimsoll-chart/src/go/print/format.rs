//! Format strings: Go's `Sprintf`.

use super::flags::Flags;
use super::printer::Printer;
use crate::functions::Failure;
use crate::trace::OriginId;
use crate::value::{Data, Value};

/// Go's bound on widths, precisions and argument numbers.
const TOO_LARGE: i64 = 1_000_000;

/// Writes `args` as `format` says.
pub(super) fn run(
    printer: &mut Printer<'_>,
    format: &Value,
    args: &[Value],
) -> Result<(), Failure> {
    let Some(text) = format.as_text() else { return Ok(()) };
    let mut directive = Directive { text: text.as_str(), at: 0, arg: 0, args, ..Directive::ZERO };
    while directive.at < directive.text.len() {
        let start = directive.at;
        let rest = directive.text.get(start..).unwrap_or("");
        directive.at = rest.find('%').map_or(directive.text.len(), |found| start + found);
        printer.copy(format, start..directive.at)?;
        if directive.at == directive.text.len() {
            break;
        }
        directive.at += 1;
        if !directive.verb(printer, format.origin)? {
            break;
        }
    }
    if !directive.reordered && directive.arg < args.len() {
        extra(printer, &args[directive.arg..], format.origin)?;
    }
    Ok(())
}

/// Go's complaint about operands that no verb used.
fn extra(printer: &mut Printer<'_>, args: &[Value], origin: OriginId) -> Result<(), Failure> {
    printer.flags = Flags::default();
    printer.write("%!(EXTRA ", origin)?;
    for (index, arg) in args.iter().enumerate() {
        printer.write(if index > 0 { ", " } else { "" }, origin)?;
        if arg.is_nil() {
            printer.write("<nil>", arg.origin)?;
        } else {
            printer.write(&format!("{}=", arg.type_name()), arg.origin)?;
            printer.print_arg(arg, 'v')?;
        }
    }
    printer.write(")", origin)
}

/// The place in the format and the next operand.
struct Directive<'f> {
    text: &'f str,
    at: usize,
    args: &'f [Value],
    arg: usize,
    /// The item before was an index like `[3]`.
    after_index: bool,
    /// The format uses indexes anywhere.
    reordered: bool,
    /// The index of this directive, if any, is a valid one.
    good_index: bool,
}

impl<'f> Directive<'f> {
    const ZERO: Self = Self {
        text: "",
        at: 0,
        args: &[],
        arg: 0,
        after_index: false,
        reordered: false,
        good_index: true,
    };

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Reads one directive after its `%` and writes its operand; false when the format ends first.
    fn verb(&mut self, printer: &mut Printer<'_>, origin: OriginId) -> Result<bool, Failure> {
        self.good_index = true;
        let mut flags = self.flags();
        self.index();
        self.width(&mut flags, printer, origin)?;
        self.precision(&mut flags, printer, origin)?;
        if !self.after_index {
            self.index();
        }
        let Some(verb) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) else {
            printer.write("%!(NOVERB)", origin)?;
            return Ok(false);
        };
        self.at += verb.len_utf8();
        if matches!(verb, 'v' | 'w') {
            flags.sharp_v = std::mem::take(&mut flags.sharp);
            // `%+v` names the fields of structs, which is no sign in front of numbers.
            flags.plus = false;
        }
        printer.flags = flags;
        if verb == '%' {
            printer.write("%", origin)?;
        } else if !self.good_index {
            printer.write(&format!("%!{verb}(BADINDEX)"), origin)?;
        } else if let Some(arg) = self.args.get(self.arg) {
            printer.print_arg(arg, verb)?;
            self.arg += 1;
        } else {
            printer.write(&format!("%!{verb}(MISSING)"), origin)?;
        }
        Ok(true)
    }

    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        while let Some(byte) = self.byte() {
            match byte {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => break,
            }
            self.at += 1;
        }
        flags
    }

    fn width(
        &mut self,
        flags: &mut Flags,
        printer: &mut Printer<'_>,
        origin: OriginId,
    ) -> Result<(), Failure> {
        if self.byte() != Some(b'*') {
            flags.width = self.number();
            self.good_index &= !(self.after_index && flags.width.is_some());
            return Ok(());
        }
        self.at += 1;
        self.after_index = false;
        match self.int_operand() {
            None => printer.write("%!(BADWIDTH)", origin)?,
            Some(width) => {
                flags.width = Some(width.unsigned_abs() as usize);
                if width < 0 {
                    flags.minus = true;
                    flags.zero = false;
                }
            }
        }
        Ok(())
    }

    fn precision(
        &mut self,
        flags: &mut Flags,
        printer: &mut Printer<'_>,
        origin: OriginId,
    ) -> Result<(), Failure> {
        if self.byte() != Some(b'.') || self.at + 1 >= self.text.len() {
            return Ok(());
        }
        self.at += 1;
        self.good_index &= !self.after_index;
        self.index();
        if self.byte() != Some(b'*') {
            flags.precision = Some(self.number().unwrap_or(0));
            return Ok(());
        }
        self.at += 1;
        self.after_index = false;
        flags.precision = self.int_operand().and_then(|precision| usize::try_from(precision).ok());
        if flags.precision.is_none() {
            printer.write("%!(BADPREC)", origin)?;
        }
        Ok(())
    }

    /// Reads a number; one that is too large swallows the rest of the format, as in Go.
    fn number(&mut self) -> Option<usize> {
        let (number, at) = parse_number(self.text.as_bytes(), self.at, self.text.len());
        self.at = at;
        number
    }

    /// Takes the next operand as a width or precision.
    fn int_operand(&mut self) -> Option<i64> {
        let arg = self.args.get(self.arg)?;
        self.arg += 1;
        let int = match arg.data {
            Data::Int(int, _) => Some(int),
            Data::Uint(int) => i64::try_from(int).ok(),
            _ => None,
        };
        int.filter(|int| (-TOO_LARGE..=TOO_LARGE).contains(int))
    }

    /// Reads an argument index such as `[3]`, if there is one.
    fn index(&mut self) {
        self.after_index = false;
        if self.byte() != Some(b'[') {
            return;
        }
        self.reordered = true;
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let close = rest.iter().position(|&byte| byte == b']').filter(|_| rest.len() >= 3);
        let Some(close) = close else {
            self.at += 1;
            self.good_index = false;
            return;
        };
        self.at += close + 1;
        let number = match parse_number(rest, 1, close) {
            (Some(number), end) if end == close => number,
            _ => {
                self.good_index = false;
                return;
            }
        };
        self.after_index = true;
        match number.checked_sub(1).filter(|&index| index < self.args.len()) {
            Some(index) => self.arg = index,
            None => self.good_index = false,
        }
    }
}

/// Reads decimal digits of `bytes[start..end]`; returns the number and where it ends.
fn parse_number(bytes: &[u8], start: usize, end: usize) -> (Option<usize>, usize) {
    let mut number: Option<usize> = None;
    let mut at = start;
    while let Some(digit) = bytes.get(at).filter(|byte| at < end && byte.is_ascii_digit()) {
        let so_far = number.unwrap_or(0);
        if so_far as i64 > TOO_LARGE {
            return (None, end);
        }
        number = Some(so_far * 10 + usize::from(digit - b'0'));
        at += 1;
    }
    (number, at)
}
