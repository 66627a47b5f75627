//! Base 64 and base 32.

use super::{Call, Family, Function, Outcome, Type};
use crate::value::{Data, Value};

pub(super) const FAMILY: Family = Family {
    name: "encoding",
    source: "sprig 3.3.0 strings.go; Go 1.26 encoding/base64, encoding/base32",
    functions: &[
        Function::new("b64enc", &[Type::Str], b64enc, "Encodes as base 64.").reads_octets(),
        Function::new(
            "b64dec",
            &[Type::Str],
            b64dec,
            "Decodes base 64; returns the error's text for what is not base 64.",
        ),
        Function::new("b32enc", &[Type::Str], b32enc, "Encodes as base 32.").reads_octets(),
        Function::new(
            "b32dec",
            &[Type::Str],
            b32dec,
            "Decodes base 32; returns the error's text for what is not base 32.",
        ),
    ],
};

/// One way of writing bytes as letters.
struct Alphabet {
    name: &'static str,
    letters: &'static [u8],
    /// Bits that one letter carries.
    bits: u32,
    /// Letters that a group has.
    group: usize,
}

impl Alphabet {
    fn value(&self, letter: u8) -> Option<u32> {
        let index = self.letters.iter().position(|&l| l == letter)?;
        u32::try_from(index).ok()
    }
}

const BASE64: Alphabet = Alphabet {
    name: "base64",
    letters: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    bits: 6,
    group: 4,
};

const BASE32: Alphabet =
    Alphabet { name: "base32", letters: b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bits: 5, group: 8 };

fn b64enc(call: &mut Call<'_>) -> Outcome {
    Ok(Value::str(base64(call.bytes(0))))
}

fn b64dec(call: &mut Call<'_>) -> Outcome {
    decoded(call, &BASE64)
}

fn b32enc(call: &mut Call<'_>) -> Outcome {
    Ok(Value::str(encode(call.bytes(0), &BASE32)))
}

fn b32dec(call: &mut Call<'_>) -> Outcome {
    decoded(call, &BASE32)
}

fn decoded(call: &Call<'_>, alphabet: &Alphabet) -> Outcome {
    let input = call.str(0).as_bytes();
    match if alphabet.bits == BASE64.bits { decode64(input) } else { decode32(input) } {
        Ok(bytes) => Ok(Value::new(Data::string_of(&bytes))),
        Err(at) => Ok(Value::str(format!("illegal {} data at input byte {at}", alphabet.name))),
    }
}

/// Encodes as standard base 64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    encode(bytes, &BASE64)
}

/// Decodes standard base 64 as Go does.
///
/// # Errors
///
/// The offset of what is wrong.
pub fn base64_bytes(text: &str) -> Result<Vec<u8>, usize> {
    decode64(text.as_bytes())
}

fn encode(bytes: &[u8], alphabet: &Alphabet) -> String {
    let mask = (1_u32 << alphabet.bits) - 1;
    let letter = |index: u32| char::from(alphabet.letters[(index & mask) as usize]);
    let mut out = String::with_capacity(bytes.len() * 2);
    let (mut held, mut count) = (0_u32, 0);
    for &byte in bytes {
        held = held << 8 | u32::from(byte);
        count += 8;
        while count >= alphabet.bits {
            count -= alphabet.bits;
            out.push(letter(held >> count));
        }
        held &= (1 << count) - 1;
    }
    if count > 0 {
        out.push(letter(held << (alphabet.bits - count)));
    }
    while !out.len().is_multiple_of(alphabet.group) {
        out.push('=');
    }
    out
}

/// Decodes base 64 as Go does: line breaks are skipped, the last letter's spare bits ignored.
///
/// The error is the offset that Go reports.
fn decode64(input: &[u8]) -> Result<Vec<u8>, usize> {
    let skip_breaks = |mut at: usize| {
        while input.get(at).is_some_and(|b| matches!(b, b'\n' | b'\r')) {
            at += 1;
        }
        at
    };
    let mut bits = Packer::default();
    let mut at = 0;
    // How many letters the present group of four has.
    let mut letters = 0;
    loop {
        at = skip_breaks(at);
        let Some(&byte) = input.get(at) else {
            return if letters == 0 { Ok(bits.out) } else { Err(at - letters) };
        };
        if let Some(value) = BASE64.value(byte) {
            bits.push(value, BASE64.bits);
            letters = (letters + 1) % BASE64.group;
            at += 1;
        } else if byte == b'=' && letters >= 2 {
            break;
        } else {
            return Err(at);
        }
    }
    at += 1;
    if letters == 2 {
        at = skip_breaks(at);
        match input.get(at) {
            None => return Err(input.len()),
            Some(b'=') => at += 1,
            Some(_) => return Err(at - 1),
        }
    }
    at = skip_breaks(at);
    if at < input.len() { Err(at) } else { Ok(bits.out) }
}

/// Decodes base 32 as Go does: line breaks are removed before offsets count.
fn decode32(input: &[u8]) -> Result<Vec<u8>, usize> {
    let input: Vec<u8> = input.iter().copied().filter(|b| !matches!(b, b'\n' | b'\r')).collect();
    let mut bits = Packer::default();
    let mut letters = 0;
    for (at, &byte) in input.iter().enumerate() {
        let left = input.len() - at - 1;
        if byte == b'=' && letters >= 2 && left < BASE32.group {
            let padding = BASE32.group - 1 - letters;
            if left < padding {
                return Err(input.len());
            }
            for k in 0..padding {
                if input[at + 1 + k] != b'=' {
                    return Err(at + k);
                }
            }
            // A group of 3 or 6 letters ends within a byte that the letters before began.
            return if matches!(letters, 3 | 6) { Err(at) } else { Ok(bits.out) };
        }
        bits.push(BASE32.value(byte).ok_or(at)?, BASE32.bits);
        letters = (letters + 1) % BASE32.group;
    }
    if letters == 0 { Ok(bits.out) } else { Err(input.len() - letters) }
}

/// Packs groups of bits into bytes.
#[derive(Default)]
struct Packer {
    out: Vec<u8>,
    held: u32,
    count: u32,
}

impl Packer {
    fn push(&mut self, value: u32, bits: u32) {
        self.held = self.held << bits | value;
        self.count += bits;
        if self.count >= 8 {
            self.count -= 8;
            self.out.push(u8::try_from(self.held >> self.count).unwrap_or(0));
            self.held &= (1 << self.count) - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::hashes::hex;
    use crate::functions::recorded::{call, rows, text};

    #[test]
    fn encodings_and_checksums_are_those_of_go() {
        for row in rows(include_str!("../../tests/data/encoding.json")) {
            let cell = |index: usize| row[index].as_str().unwrap();
            let input = [Value::str(cell(1))];
            if cell(0) == "encode" {
                let names = ["b64enc", "b32enc", "sha1sum", "sha256sum", "sha512sum", "adler32sum"];
                for (name, index) in names.into_iter().zip(2..) {
                    assert_eq!(text(name, &input), cell(index), "{name} of {row:?}");
                }
                continue;
            }
            for (name, wanted) in [("b64dec", cell(2)), ("b32dec", cell(3))] {
                let got = call(name, &input).unwrap();
                let bytes = got.string_bytes().unwrap();
                assert_eq!(hex(bytes), wanted, "{name} of {row:?}: {got:?}");
            }
        }
    }

    #[test]
    fn bytes_that_are_no_text_survive() {
        let octets = call("b64dec", &[Value::str("/w==")]).unwrap();
        assert_eq!(text("b64enc", &[octets]), "/w==");
    }
}
