//! Keys and values of a GGUF file, without the vocabulary.

use std::collections::BTreeMap;

use crate::header::{Header, MAX_TEXT};
use crate::{Error, Result};

/// A value of a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number that is not negative.
    Unsigned(u64),
    /// A negative number.
    Negative(i64),
    /// A number with a fraction.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// A text.
    Text(String),
    /// Numbers or booleans, of which no more than 4096 are kept.
    Numbers(Vec<u64>),
    /// A list that is not kept, such as the vocabulary: its length.
    List(u64),
}

/// Lists up to this length are kept: some have an entry for each layer.
const MAX_KEPT: u64 = 4096;

/// llama.cpp's bound on a string or a list.
const MAX_LENGTH: u64 = 1 << 30;

/// Lists in lists are as deep as this at most; none are known.
const MAX_DEPTH: u32 = 4;

/// What a file says of its model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    pub(crate) values: BTreeMap<String, Value>,
}

impl Metadata {
    pub(crate) fn read(header: &mut Header<'_>, count: u64) -> Result<Self> {
        let mut values = BTreeMap::new();
        for _ in 0..count {
            let at = header.offset();
            let key = text(header, 1 << 16)?;
            let kind = header.u32()?;
            let value = value(header, kind, 0).map_err(|error| error.in_file(&key).at(at))?;
            if values.contains_key(&key) {
                return Err(Error::invalid(format!("it has the key {key} twice")).at(at));
            }
            values.insert(key, value);
        }
        Ok(Self { values })
    }

    /// Returns the value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.values.get(key)
    }

    /// Returns a text; nothing where there is none.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Returns a number that counts something; nothing where the key is missing.
    ///
    /// # Errors
    ///
    /// `Invalid` where it is no number, or below zero.
    pub fn number(&self, key: &str) -> Result<Option<u64>> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Unsigned(number)) => Ok(Some(*number)),
            Some(Value::Negative(number)) => Err(Error::invalid(format!("{key} is {number}"))),
            Some(_) => Err(Error::invalid(format!("{key} is no number"))),
        }
    }

    /// Returns how long a list is.
    #[must_use]
    pub fn length(&self, key: &str) -> Option<u64> {
        match self.get(key) {
            Some(Value::List(length)) => Some(*length),
            Some(Value::Numbers(numbers)) => Some(numbers.len() as u64),
            _ => None,
        }
    }

    /// Returns one number for each of `count` layers: a list, or one number for all.
    ///
    /// # Errors
    ///
    /// `Invalid` where it is neither, or a list that is shorter.
    pub fn numbers(&self, key: &str, count: usize) -> Result<Option<Vec<u64>>> {
        match self.get(key) {
            Some(Value::Numbers(numbers)) if numbers.len() >= count => {
                Ok(Some(numbers[..count].to_vec()))
            }
            Some(Value::Numbers(numbers)) => Err(Error::invalid(format!(
                "{key} has {} entries for {count} layers",
                numbers.len()
            ))),
            Some(Value::Bool(value)) => Ok(Some(vec![u64::from(*value); count])),
            _ => Ok(self.number(key)?.map(|number| vec![number; count])),
        }
    }

    /// Sets a value, for headers that are written.
    pub fn set(&mut self, key: impl Into<String>, value: Value) {
        self.values.insert(key.into(), value);
    }
}

fn text(header: &mut Header<'_>, limit: u64) -> Result<String> {
    let at = header.offset();
    let length = header.u64()?;
    if length > limit {
        return Err(Error::limit(format!("a text of {length} bytes, which no key has")).at(at));
    }
    // The names of merges and templates need not be UTF-8, and only names that are matter.
    Ok(String::from_utf8_lossy(&header.bytes(length)?).into_owned())
}

fn value(header: &mut Header<'_>, kind: u32, depth: u32) -> Result<Value> {
    Ok(match kind {
        0 => Value::Unsigned(header.u8()?.into()),
        1 => signed(header.u8()?.cast_signed().into()),
        2 => Value::Unsigned(header.u16()?.into()),
        3 => signed(header.u16()?.cast_signed().into()),
        4 => Value::Unsigned(header.u32()?.into()),
        5 => signed(header.u32()?.cast_signed().into()),
        6 => Value::Float(f32::from_bits(header.u32()?).into()),
        7 => Value::Bool(header.u8()? != 0),
        8 => long_text(header)?,
        9 => list(header, depth)?,
        10 => Value::Unsigned(header.u64()?),
        11 => signed(header.u64()?.cast_signed()),
        12 => Value::Float(f64::from_bits(header.u64()?)),
        other => {
            let known = "GGUF knows 0 to 12";
            return Err(Error::unsupported(format!("a value of type {other}; {known}")));
        }
    })
}

fn signed(number: i64) -> Value {
    u64::try_from(number).map_or(Value::Negative(number), Value::Unsigned)
}

/// Chat templates can be long; beyond a bound only their being there matters.
fn long_text(header: &mut Header<'_>) -> Result<Value> {
    let at = header.offset();
    let length = header.u64()?;
    if length > MAX_LENGTH {
        return Err(
            Error::limit(format!("a text of {length} bytes, which llama.cpp refuses")).at(at)
        );
    }
    if length > MAX_TEXT {
        header.skip(length)?;
        return Ok(Value::List(length));
    }
    let bytes = header.bytes(length)?;
    Ok(Value::Text(String::from_utf8_lossy(&bytes).into_owned()))
}

fn list(header: &mut Header<'_>, depth: u32) -> Result<Value> {
    let at = header.offset();
    let kind = header.u32()?;
    let length = header.u64()?;
    if length > MAX_LENGTH {
        return Err(
            Error::limit(format!("a list of {length} entries, which llama.cpp refuses")).at(at)
        );
    }
    if depth >= MAX_DEPTH {
        return Err(Error::limit("lists in lists, deeper than any model has them").at(at));
    }
    let width: u64 = match kind {
        0 | 1 | 7 => 1,
        2 | 3 => 2,
        4..=6 => 4,
        10..=12 => 8,
        8 => {
            for _ in 0..length {
                let size = header.u64()?;
                header.skip(size)?;
            }
            return Ok(Value::List(length));
        }
        9 => {
            for _ in 0..length {
                list(header, depth + 1)?;
            }
            return Ok(Value::List(length));
        }
        other => {
            return Err(
                Error::unsupported(format!("a list of type {other}; GGUF knows 0 to 12")).at(at)
            );
        }
    };
    if length > MAX_KEPT || matches!(kind, 6 | 12) {
        header.skip(length.saturating_mul(width))?;
        return Ok(Value::List(length));
    }
    let mut numbers = Vec::new();
    for _ in 0..length {
        match value(header, kind, depth + 1)? {
            Value::Unsigned(number) => numbers.push(number),
            Value::Bool(value) => numbers.push(u64::from(value)),
            // Lists of tokens may hold -1; lists that count something for each layer never do, and
            // a list that is not kept is refused where one of those is looked for.
            _ => {
                header.skip((length - numbers.len() as u64 - 1).saturating_mul(width))?;
                return Ok(Value::List(length));
            }
        }
    }
    Ok(Value::Numbers(numbers))
}
