//! Random text and numbers.

use super::encoding::base64;
use super::{Call, Failure, Family, Function, Outcome, Type};
use crate::trace::Leaf;
use crate::value::Value;

pub(super) const FAMILY: Family = Family {
    name: "randomness",
    source: "sprig 3.3.0 strings.go, crypto.go; Masterminds/goutils 1.1.1",
    functions: &[
        Function::new(
            "randAlphaNum",
            &[Type::Int],
            |call| letters(call, "randAlphaNum", ALPHANUMERIC),
            "Makes a random text of letters and digits.",
        ),
        Function::new(
            "randAlpha",
            &[Type::Int],
            |call| letters(call, "randAlpha", &ALPHANUMERIC[..52]),
            "Makes a random text of letters.",
        ),
        Function::new(
            "randNumeric",
            &[Type::Int],
            |call| letters(call, "randNumeric", &ALPHANUMERIC[52..]),
            "Makes a random text of digits.",
        ),
        Function::new(
            "randAscii",
            &[Type::Int],
            rand_ascii,
            "Makes a random text of printable ASCII characters.",
        ),
        Function::new(
            "randBytes",
            &[Type::Int],
            rand_bytes,
            "Makes random bytes and encodes them as base 64.",
        ),
        Function::new(
            "randInt",
            &[Type::Int, Type::Int],
            rand_int,
            "Picks an integer from the first up to before the second.",
        ),
        Function::new("shuffle", &[Type::Str], shuffle, "Shuffles the characters of a text."),
        Function::new("uuidv4", &[], uuidv4, "Makes a random UUID."),
    ],
};

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Gives the value the origin of something that chance or the present time made.
pub(super) fn generated(call: &mut Call<'_>, name: &'static str, value: Value) -> Value {
    let mut origin = call.env.trace.leaf(Leaf::Generated(name));
    for index in 0..call.args().len() {
        let argument = call.origin(index);
        origin = call.env.trace.join(origin, argument);
    }
    Value { origin, ..value }
}

/// That many random bytes, which the rendering's budget must allow.
pub(super) fn bytes(call: &mut Call<'_>, count: usize) -> Result<Vec<u8>, Failure> {
    call.env.spend(count)?;
    let mut bytes = vec![0; count];
    call.env.world.fill_random(&mut bytes);
    Ok(bytes)
}

/// That many random numbers, which the rendering's budget must allow.
fn numbers(call: &mut Call<'_>, count: usize) -> Result<Vec<u64>, Failure> {
    let bytes = bytes(call, count.saturating_mul(8))?;
    let (numbers, _) = bytes.as_chunks();
    Ok(numbers.iter().map(|number| u64::from_le_bytes(*number)).collect())
}

/// A random number below `bound`: the high half of the product is, and its bias is one in
/// 2^64 / bound.
fn below(bound: u64, number: u64) -> u64 {
    u64::try_from((u128::from(number) * u128::from(bound)) >> 64).unwrap_or(0)
}

fn letters(call: &mut Call<'_>, name: &'static str, alphabet: &[u8]) -> Outcome {
    // A negative count is an error that sprig drops, which leaves an empty text.
    let count = usize::try_from(call.int(0)).unwrap_or(0);
    let bound = u64::try_from(alphabet.len()).unwrap_or(1);
    let text: String = numbers(call, count)?
        .into_iter()
        .filter_map(|number| alphabet.get(usize::try_from(below(bound, number)).ok()?))
        .map(|&letter| char::from(letter))
        .collect();
    Ok(generated(call, name, Value::str(text)))
}

fn rand_ascii(call: &mut Call<'_>) -> Outcome {
    let printable: Vec<u8> = (b' '..=b'~').collect();
    letters(call, "randAscii", &printable)
}

fn rand_bytes(call: &mut Call<'_>) -> Outcome {
    let count = usize::try_from(call.int(0))
        .map_err(|_| Failure::error("runtime error: makeslice: len out of range"))?;
    let text = base64(&bytes(call, count)?);
    Ok(generated(call, "randBytes", Value::str(text)))
}

fn rand_int(call: &mut Call<'_>) -> Outcome {
    let (low, high) = (call.int(0), call.int(1));
    let size = high.wrapping_sub(low);
    let bound = u64::try_from(size).ok().filter(|&size| size > 0);
    let bound = bound.ok_or_else(|| Failure::error("invalid argument to Intn"))?;
    let number = numbers(call, 1)?.first().copied().unwrap_or(0);
    let offset = below(bound, number);
    Ok(generated(call, "randInt", Value::int(low.wrapping_add_unsigned(offset))))
}

fn shuffle(call: &mut Call<'_>) -> Outcome {
    let mut characters: Vec<char> = call.str(0).chars().collect();
    let numbers = numbers(call, characters.len())?;
    for (last, number) in numbers.into_iter().enumerate().skip(1).rev() {
        let other = below(u64::try_from(last + 1).unwrap_or(1), number);
        characters.swap(last, usize::try_from(other).unwrap_or(0));
    }
    let text: String = characters.into_iter().collect();
    Ok(generated(call, "shuffle", Value::str(text)))
}

/// RFC 9562, version 4.
fn uuidv4(call: &mut Call<'_>) -> Outcome {
    let mut bytes = bytes(call, 16)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = super::hashes::hex(&bytes);
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    Ok(generated(call, "uuidv4", Value::str(parts.join("-"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::recorded::{call, call_in, env, message, text};
    use crate::trace::Origin;

    #[test]
    fn texts_have_the_length_and_letters_asked_for() {
        let made = |name: &str| text(name, &[Value::int(40)]);
        assert!(made("randAlphaNum").bytes().all(|b| b.is_ascii_alphanumeric()));
        assert!(made("randAlpha").bytes().all(|b| b.is_ascii_alphabetic()));
        assert!(made("randNumeric").bytes().all(|b| b.is_ascii_digit()));
        assert!(made("randAscii").bytes().all(|b| (b' '..=b'~').contains(&b)));
        for name in ["randAlphaNum", "randAlpha", "randNumeric", "randAscii"] {
            assert_eq!(made(name).len(), 40);
            assert_eq!(text(name, &[Value::int(-1)]), "");
        }
        assert_eq!(text("randBytes", &[Value::int(3)]).len(), 4);
        let error = message(call("randBytes", &[Value::int(-1)]));
        assert_eq!(error, "runtime error: makeslice: len out of range");
        assert!(call("randAlpha", &[Value::int(i64::MAX)]).is_err());
    }

    #[test]
    fn numbers_are_within_their_bounds() {
        for _ in 0..20 {
            let value = call("randInt", &[Value::int(-3), Value::int(4)]).unwrap();
            let crate::value::Data::Int(number, _) = value.data else { panic!("{value:?}") };
            assert!((-3..4).contains(&number));
        }
        let error = message(call("randInt", &[Value::int(5), Value::int(5)]));
        assert_eq!(error, "invalid argument to Intn");
    }

    #[test]
    fn uuids_have_their_shape() {
        let uuid = text("uuidv4", &[]);
        let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(&uuid[14..15], "4");
        assert!("89ab".contains(&uuid[19..20]));
    }

    #[test]
    fn shuffling_keeps_the_characters() {
        let mut characters: Vec<char> = text("shuffle", &[Value::str("äbcdé")]).chars().collect();
        characters.sort_unstable();
        assert_eq!(characters, ['b', 'c', 'd', 'ä', 'é']);
    }

    #[test]
    fn random_values_say_so() {
        let mut env = env();
        let value = call_in(&mut env, "uuidv4", &[]).unwrap();
        let Origin::Leaf(leaf) = env.trace.get(value.origin) else { panic!("{value:?}") };
        assert_eq!(env.trace.get_leaf(leaf), Some(&Leaf::Generated("uuidv4")));
    }
}
