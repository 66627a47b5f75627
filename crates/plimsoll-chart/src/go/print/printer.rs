//! One verb applied to one value, at any depth.

use std::ops::Range;

use super::MOST_DEPTH;
use super::flags::Flags;
use crate::functions::{Env, Failure};
use crate::go::duration::format_duration;
use crate::go::quote;
use crate::trace::OriginId;
use crate::value::{Data, IntKind, List, Map, Text, TextBuilder, Value, complex_parts};

type Printed = Result<(), Failure>;

/// Writes values; the counterpart of Go's `fmt.pp`.
pub(super) struct Printer<'p> {
    out: &'p mut TextBuilder,
    pub(super) env: &'p mut Env,
    pub(super) flags: Flags,
    /// Inside `%!verb(…)`, where methods are not called.
    erroring: bool,
}

impl<'p> Printer<'p> {
    pub(super) fn new(out: &'p mut TextBuilder, env: &'p mut Env) -> Self {
        Self { out, env, flags: Flags::default(), erroring: false }
    }

    /// Writes `text` as it is.
    pub(super) fn write(&mut self, text: &str, origin: OriginId) -> Printed {
        // However short, a piece takes some time and its origin some bytes.
        self.env.spend(text.len().saturating_add(8))?;
        let origin = if origin == OriginId::UNSET { OriginId::NONE } else { origin };
        self.out.push(text, origin);
        Ok(())
    }

    /// Writes the bytes `range` of a string.
    pub(super) fn copy(&mut self, holder: &Value, range: Range<usize>) -> Printed {
        self.env.spend(range.len())?;
        self.env.append_part(self.out, holder, range);
        Ok(())
    }

    fn pad(&mut self, text: &str, origin: OriginId) -> Printed {
        if self.flags.width.is_none() {
            return self.write(text, origin);
        }
        self.write(&self.flags.padded(text), origin)
    }

    /// Writes a top-level operand.
    pub(super) fn print_arg(&mut self, value: &Value, verb: char) -> Printed {
        match (&value.data, verb) {
            (Data::Nil | Data::Invalid, 'T' | 'v') => self.pad("<nil>", value.origin),
            (Data::Nil | Data::Invalid, _) => self.bad_verb(value, verb),
            (_, 'T') => {
                let name = self.flags.truncated(value.type_name()).to_owned();
                self.pad(&name, value.origin)
            }
            (Data::List(_) | Data::Map(_) | Data::Bytes(_), 'p') => Err(address(value)),
            (Data::Host(host), 'p') if matches!(host.kind(), "ptr" | "map" | "slice") => {
                Err(address(value))
            }
            (_, 'p') => self.bad_verb(value, verb),
            _ => self.print_value(value, verb, 0),
        }
    }

    fn print_value(&mut self, value: &Value, verb: char, depth: usize) -> Printed {
        if depth > MOST_DEPTH {
            return Err(Failure::error("the value is nested too deeply to be printed"));
        }
        let origin = value.origin;
        let is_plain = matches!(
            value.data,
            Data::Invalid
                | Data::Nil
                | Data::Bool(_)
                | Data::Uint(_)
                | Data::Float(_)
                | Data::Str(_)
                | Data::Octets(_)
                | Data::Int(..)
        );
        if verb == 'w' && !is_plain {
            return self.bad_verb(value, verb);
        }
        match &value.data {
            Data::Invalid | Data::Nil => {
                let text = if self.flags.sharp_v { "interface {}(nil)" } else { "<nil>" };
                self.write(text, origin)
            }
            Data::Bool(boolean) if matches!(verb, 't' | 'v') => {
                self.pad(if *boolean { "true" } else { "false" }, origin)
            }
            Data::Int(nanoseconds, IntKind::Duration)
                if !self.flags.sharp_v && self.takes_method(verb) =>
            {
                let text = Value::of(Data::Str(Text::plain(format_duration(*nanoseconds))), origin);
                self.print_string(&text, verb)
            }
            Data::Int(int, IntKind::Uint8) => self.print_integer(value, *int as u64, false, verb),
            Data::Int(int, _) => self.print_integer(value, *int as u64, *int < 0, verb),
            Data::Uint(int) => self.print_integer(value, *int, false, verb),
            Data::Float(float) => self.print_float(value, *float, verb),
            Data::Str(_) => self.print_string(value, verb),
            Data::Octets(bytes) => match verb {
                'x' | 'X' => self.print_hexadecimal(bytes, verb, origin),
                _ => Err(Failure::not_text()),
            },
            Data::Bytes(bytes) => self.print_bytes(value, bytes, verb, depth),
            Data::List(list) => self.print_list(value, list, verb, depth),
            Data::Map(map) => self.print_map(value, map, verb, depth),
            Data::Host(host) if complex_parts(&**host).is_some() => {
                let parts = complex_parts(&**host).unwrap_or_default();
                self.print_complex(value, parts, verb)
            }
            Data::Host(host) => {
                let text = host.string().filter(|_| !self.flags.sharp_v && self.takes_method(verb));
                match text {
                    Some(text) => {
                        let text = Value::of(Data::Str(Text::plain(text)), origin);
                        self.print_string(&text, verb)
                    }
                    None => match host.fields() {
                        Some(fields) => self.print_struct(host.kind(), &fields, verb, depth),
                        None => self.print_value(&host.plain(), verb, depth + 1),
                    },
                }
            }
            Data::Bool(_) => self.bad_verb(value, verb),
        }
    }

    /// Writes a struct's fields, or those of the struct that a pointer leads to.
    pub(super) fn print_struct(
        &mut self,
        kind: &str,
        fields: &[Value],
        verb: char,
        depth: usize,
    ) -> Printed {
        self.write(if kind == "ptr" && depth == 0 { "&{" } else { "{" }, OriginId::NONE)?;
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                self.write(" ", OriginId::NONE)?;
            }
            self.print_value(field, verb, depth + 1)?;
        }
        self.write("}", OriginId::NONE)
    }

    /// Tells whether `String` methods answer for `verb`.
    const fn takes_method(&self, verb: char) -> bool {
        !self.erroring && matches!(verb, 'v' | 's' | 'x' | 'X' | 'q')
    }

    /// Go's `%!verb(type=value)`.
    pub(super) fn bad_verb(&mut self, value: &Value, verb: char) -> Printed {
        let origin = value.origin;
        self.write(&format!("%!{verb}("), origin)?;
        if value.is_nil() {
            self.write("<nil>", origin)?;
        } else {
            self.write(&format!("{}=", value.type_name()), origin)?;
            let outer = std::mem::replace(&mut self.erroring, true);
            self.print_value(value, 'v', 0)?;
            self.erroring = outer;
        }
        self.write(")", origin)
    }

    fn print_integer(&mut self, value: &Value, bits: u64, negative: bool, verb: char) -> Printed {
        let size = if negative { bits.wrapping_neg() } else { bits };
        let character = || u32::try_from(bits).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
        let unsigned = matches!(value.data, Data::Uint(_) | Data::Int(_, IntKind::Uint8));
        let text = match verb {
            'v' if self.flags.sharp_v && unsigned => {
                Flags { sharp: true, ..self.flags }.integer(size, false, 'x')
            }
            'v' | 'd' | 'b' | 'o' | 'O' | 'x' | 'X' => self.flags.integer(size, negative, verb),
            'c' => self.flags.padded(&character().to_string()),
            'q' => self.flags.padded(&quote::quote_char(character(), self.flags.plus)),
            'U' => self.flags.unicode(bits),
            _ => return self.bad_verb(value, verb),
        };
        self.write(&text, value.origin)
    }

    fn print_float(&mut self, value: &Value, float: f64, verb: char) -> Printed {
        let text = match verb {
            'v' => self.flags.float(float, 'g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => self.flags.float(float, verb, None),
            'f' | 'e' | 'E' => self.flags.float(float, verb, Some(6)),
            'F' => self.flags.float(float, 'f', Some(6)),
            _ => return self.bad_verb(value, verb),
        };
        self.write(&text, value.origin)
    }

    /// Writes a complex number: both parts as floats, the imaginary one always with its sign.
    fn print_complex(&mut self, value: &Value, parts: (f64, f64), verb: char) -> Printed {
        if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
            return self.bad_verb(value, verb);
        }
        let plus = self.flags.plus;
        self.write("(", value.origin)?;
        self.print_float(value, parts.0, verb)?;
        self.flags.plus = true;
        let imaginary = self.print_float(value, parts.1, verb);
        self.flags.plus = plus;
        imaginary?;
        self.write("i)", value.origin)
    }

    /// Writes a string; its pieces keep their origins.
    fn print_string(&mut self, value: &Value, verb: char) -> Printed {
        let Some(text) = value.as_text() else { return Ok(()) };
        match verb {
            'v' if self.flags.sharp_v => self.print_quoted(value, text),
            'v' | 's' => {
                let shown = self.flags.truncated(text.as_str());
                self.pad_pieces(value, shown)
            }
            'q' => self.print_quoted(value, text),
            'x' | 'X' => {
                let origin = self.env.origin_of(value);
                self.print_hexadecimal(text.as_str().as_bytes(), verb, origin)
            }
            _ => self.bad_verb(value, verb),
        }
    }

    /// Writes the beginning of a string, which is `shown`.
    fn pad_pieces(&mut self, value: &Value, shown: &str) -> Printed {
        let end = shown.len();
        let fill = match self.flags.width {
            Some(_) => {
                let count = self.flags.padding(shown.chars().count());
                self.flags.filler().to_string().repeat(count)
            }
            None => String::new(),
        };
        if !self.flags.minus {
            self.write(&fill, value.origin)?;
        }
        self.copy(value, 0..end)?;
        if self.flags.minus {
            self.write(&fill, value.origin)?;
        }
        Ok(())
    }

    fn print_quoted(&mut self, value: &Value, text: &Text) -> Printed {
        let end = self.flags.truncated(text.as_str()).len();
        let shown = text.as_str().get(..end).unwrap_or("");
        let raw = self.flags.sharp && quote::can_backquote(shown);
        let mark = if raw { "`" } else { "\"" };
        let ascii_only = self.flags.plus;
        let mut pieces = Vec::new();
        for (piece, origin) in self.env.pieces(value, 0..end) {
            let mut quoted = String::with_capacity(piece.len());
            if raw {
                quoted.push_str(&piece);
            } else {
                quote::push_quoted(&mut quoted, &piece, ascii_only);
            }
            pieces.push((quoted, origin));
        }
        let count = 2 + pieces.iter().map(|(piece, _)| piece.chars().count()).sum::<usize>();
        let fill = self.flags.filler().to_string().repeat(self.flags.padding(count));
        let minus = self.flags.minus;
        self.write(if minus { "" } else { &fill }, value.origin)?;
        self.write(mark, value.origin)?;
        for (piece, origin) in pieces {
            self.write(&piece, origin)?;
        }
        self.write(mark, value.origin)?;
        self.write(if minus { &fill } else { "" }, value.origin)
    }

    /// Writes bytes as hexadecimal digits.
    fn print_hexadecimal(&mut self, bytes: &[u8], verb: char, origin: OriginId) -> Printed {
        let length = self.flags.precision.unwrap_or(usize::MAX).min(bytes.len());
        self.env.spend(length.saturating_mul(5))?;
        let prefix = match (self.flags.sharp, verb) {
            (false, _) => "",
            (true, 'X') => "0X",
            (true, _) => "0x",
        };
        let mut text = String::new();
        for (index, byte) in bytes.iter().take(length).enumerate() {
            if index > 0 && self.flags.space {
                text.push(' ');
            }
            if index == 0 || self.flags.space {
                text.push_str(prefix);
            }
            text.push_str(&if verb == 'X' { format!("{byte:02X}") } else { format!("{byte:02x}") });
        }
        self.pad(&text, origin)
    }

    fn print_bytes(&mut self, value: &Value, bytes: &[u8], verb: char, depth: usize) -> Printed {
        let origin = value.origin;
        match verb {
            's' | 'q' => {
                let text = std::str::from_utf8(bytes).map_err(|_| Failure::not_text())?;
                let text = Value::of(Data::Str(Text::plain(text)), origin);
                self.print_string(&text, verb)
            }
            'x' | 'X' => self.print_hexadecimal(bytes, verb, origin),
            'v' | 'd' if self.flags.is_bare() => {
                // Whole files are printed this way, byte for byte.
                self.env.work(bytes.len() as u64 / 4)?;
                self.write(&decimals(bytes), origin)
            }
            _ => {
                let name = if depth == 0 { "[]byte" } else { "[]uint8" };
                let items = bytes
                    .iter()
                    .map(|&byte| Value::of(Data::Int(i64::from(byte), IntKind::Uint8), origin));
                self.print_items(name, items, value, verb, depth)
            }
        }
    }

    fn print_list(&mut self, value: &Value, list: &List, verb: char, depth: usize) -> Printed {
        if list.is_nil() && self.flags.sharp_v {
            return self.write(&format!("{}(nil)", value.type_name()), value.origin);
        }
        self.print_items(value.type_name(), list.items().iter().cloned(), value, verb, depth)
    }

    fn print_items(
        &mut self,
        type_name: &str,
        items: impl Iterator<Item = Value>,
        holder: &Value,
        verb: char,
        depth: usize,
    ) -> Printed {
        let sharp = self.flags.sharp_v;
        let (open, between, close) = if sharp { ("{", ", ", "}") } else { ("[", " ", "]") };
        self.write(if sharp { type_name } else { "" }, holder.origin)?;
        self.write(open, holder.origin)?;
        for (index, item) in items.enumerate() {
            self.write(if index > 0 { between } else { "" }, holder.origin)?;
            self.print_value(&item, verb, depth + 1)?;
        }
        self.write(close, holder.origin)
    }

    fn print_map(&mut self, value: &Value, map: &Map, verb: char, depth: usize) -> Printed {
        let origin = value.origin;
        if map.is_nil() && self.flags.sharp_v {
            return self.write(&format!("{}(nil)", map.kind().type_name()), origin);
        }
        if self.flags.sharp_v {
            self.write(&format!("{}{{", map.kind().type_name()), origin)?;
        } else {
            self.write("map[", origin)?;
        }
        for (index, (key, item)) in map.snapshot().into_iter().enumerate() {
            if index > 0 {
                self.write(if self.flags.sharp_v { ", " } else { " " }, origin)?;
            }
            self.print_string(&Value::of(Data::Str(Text::plain(key)), origin), verb)?;
            self.write(":", origin)?;
            self.print_value(&item, verb, depth + 1)?;
        }
        self.write(if self.flags.sharp_v { "}" } else { "]" }, origin)
    }
}

/// Bytes as numbers between brackets.
fn decimals(bytes: &[u8]) -> String {
    let mut text = Vec::with_capacity(bytes.len().saturating_mul(4) + 2);
    text.push(b'[');
    for byte in bytes {
        let (digits, length) = DECIMALS[usize::from(*byte)];
        let end = text.len() + length;
        // Four bytes at once take less time than as many as are needed.
        text.extend_from_slice(&digits);
        text.truncate(end);
    }
    if text.len() > 1 {
        text.pop();
    }
    text.push(b']');
    String::from_utf8(text).expect("digits, spaces and brackets are ASCII")
}

/// All bytes as numbers with a space behind, and the length of that.
static DECIMALS: [([u8; 4], usize); 256] = {
    let mut all = [([b' '; 4], 0); 256];
    let mut byte = 0;
    while byte < 256 {
        let (hundreds, tens, ones) =
            (b'0' + (byte / 100) as u8, b'0' + (byte / 10 % 10) as u8, b'0' + (byte % 10) as u8);
        all[byte] = match byte {
            0..10 => ([ones, b' ', b' ', b' '], 2),
            10..100 => ([tens, ones, b' ', b' '], 3),
            _ => ([hundreds, tens, ones, b' '], 4),
        };
        byte += 1;
    }
    all
};

fn address(value: &Value) -> Failure {
    let name = value.type_name();
    Failure::error(format!("%p of {name} prints a memory address, which no two runs share"))
}

#[cfg(test)]
mod tests {
    use super::decimals;

    #[test]
    fn bytes_are_numbers() {
        assert_eq!(decimals(&[]), "[]");
        let all: Vec<u8> = (0..=255).collect();
        let numbers: Vec<String> = all.iter().map(ToString::to_string).collect();
        assert_eq!(decimals(&all), format!("[{}]", numbers.join(" ")));
    }
}
