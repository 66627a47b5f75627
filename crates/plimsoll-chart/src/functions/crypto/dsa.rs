//! Keys of the Digital Signature Algorithm, which sprig can still make.
//!
//! Parameters are found as FIPS 186-3 describes and Go 1.26 does it (`crypto/dsa`): a prime `q` of
//! 256 bits, then a prime `p` of 2048 bits of which `q` divides `p - 1`.

use num_bigint::BigUint;

use super::chance::Chance;
use super::{der, pem};

const P_BITS: u64 = 2048;
const Q_BITS: u64 = 256;

/// Rounds of the Miller–Rabin test, as many as Go takes: a composite passes once in 4^64.
const ROUNDS: usize = 64;

/// How many numbers are tried for `p` before another `q`, as in Go.
const TRIES: u64 = 4 * P_BITS;

/// Makes a key and returns it in the format of OpenSSL, as sprig does.
pub(super) fn generate(chance: &mut Chance) -> String {
    let one = BigUint::from(1_u8);
    let (p, q) = primes(chance);
    let exponent = (&p - &one) / &q;
    // Almost every number yields a generator.
    let g = (2_u32..)
        .map(|number| BigUint::from(number).modpow(&exponent, &p))
        .find(|g| *g != one)
        .unwrap_or_default();
    let x = loop {
        let x = number(chance, Q_BITS);
        if x >= one && x < q {
            break x;
        }
    };
    let y = g.modpow(&x, &p);
    let mut parts = vec![der::integer(&[0])];
    parts.extend([p, q, g, y, x].map(|part| der::integer(&part.to_bytes_be())));
    pem::encode("DSA PRIVATE KEY", &der::sequence(&parts))
}

fn primes(chance: &mut Chance) -> (BigUint, BigUint) {
    loop {
        let q = odd(chance, Q_BITS);
        if !is_prime(&q, chance) {
            continue;
        }
        for _ in 0..TRIES {
            let p = odd(chance, P_BITS);
            let rest = &p % &q;
            let p = p + 1_u8 - rest;
            if p.bits() == P_BITS && is_prime(&p, chance) {
                return (p, q);
            }
        }
    }
}

/// A random number of at most that many bits, which are whole bytes.
fn number(chance: &mut Chance, bits: u64) -> BigUint {
    let bytes = (0..bits / 8).map(|_| chance.bytes::<1>()[0]).collect::<Vec<u8>>();
    BigUint::from_bytes_be(&bytes)
}

/// A random odd number of exactly that many bits.
fn odd(chance: &mut Chance, bits: u64) -> BigUint {
    let mut number = number(chance, bits);
    number.set_bit(bits - 1, true);
    number.set_bit(0, true);
    number
}

/// Tells whether an odd number is a prime, to all appearances.
fn is_prime(number: &BigUint, chance: &mut Chance) -> bool {
    let zero = BigUint::default();
    let has_small_factor = (3_u32..2000).step_by(2).any(|factor| number % factor == zero);
    if !number.bit(0) || has_small_factor {
        return false;
    }
    let one = BigUint::from(1_u8);
    let less = number - &one;
    let twos = less.trailing_zeros().unwrap_or(0);
    let odd_part = &less >> twos;
    (0..ROUNDS).all(|_| {
        let base = self::number(chance, number.bits()) % &less;
        if base <= one {
            return true;
        }
        let mut power = base.modpow(&odd_part, number);
        if power == one || power == less {
            return true;
        }
        for _ in 1..twos {
            power = &power * &power % number;
            if power == less {
                return true;
            }
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::recorded::Still;

    #[test]
    fn primes_are_told_from_other_numbers() {
        let mut chance = Chance::new(&Still);
        let mut tell = |number: u64| is_prime(&BigUint::from(number), &mut chance);
        for prime in [2003, 1_000_003, 18_446_744_073_709_551_557] {
            assert!(tell(prime), "{prime}");
        }
        // The second one is a strong pseudoprime to the bases 2, 3, 5 and 7.
        for composite in [2003 * 2003, 3_215_031_751, 2003 * 2011, 1_000_003 * 1_000_033] {
            assert!(!tell(composite), "{composite}");
        }
    }

    #[test]
    fn a_key_fulfils_its_equations() {
        let block = pem::decode(&generate(&mut Chance::new(&Still))).unwrap();
        assert_eq!(block.label, "DSA PRIVATE KEY");
        // Each number is an INTEGER of more than 127 bytes, or of 32 or 33.
        let mut numbers = Vec::new();
        let mut rest = &block.der[4 + 3..];
        while let [0x02, length, after @ ..] = rest {
            let (length, after) = match length {
                0x82 => (usize::from(after[0]) << 8 | usize::from(after[1]), &after[2..]),
                0x81 => (usize::from(after[0]), &after[1..]),
                short => (usize::from(*short), after),
            };
            numbers.push(BigUint::from_bytes_be(&after[..length]));
            rest = &after[length..];
        }
        let [p, q, g, y, x] = <[BigUint; 5]>::try_from(numbers).unwrap();
        assert_eq!((p.bits(), q.bits()), (P_BITS, Q_BITS));
        assert_eq!(&p % &q, BigUint::from(1_u8));
        assert_eq!(g.modpow(&q, &p), BigUint::from(1_u8));
        assert_eq!(g.modpow(&x, &p), y);
    }
}
