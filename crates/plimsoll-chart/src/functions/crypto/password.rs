//! Passwords hashed and derived.

use blowfish::Blowfish;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{COST, chance};
use crate::functions::random::generated;
use crate::functions::{Call, Failure, Outcome};
use crate::value::{Data, Value};

/// bcrypt's work factor: `bcrypt.DefaultCost` of golang.org/x/crypto.
const BCRYPT_COST: u32 = 10;

/// What bcrypt encrypts.
const BCRYPT_TEXT: &[u8; 24] = b"OrpheanBeholderScryDoubt";

pub(super) fn bcrypt(call: &mut Call<'_>) -> Outcome {
    let hash = hashed(call, 0)?;
    Ok(generated(call, "bcrypt", Value::str(hash)))
}

pub(super) fn htpasswd(call: &mut Call<'_>) -> Outcome {
    let user = call.str(0);
    if user.contains(':') {
        return Ok(Value::str(format!("invalid username: {user}")));
    }
    let entry = format!("{user}:{}", hashed(call, 1)?);
    Ok(generated(call, "htpasswd", Value::str(entry)))
}

/// The bcrypt hash of the argument at `index`, or the text that sprig returns instead.
fn hashed(call: &mut Call<'_>, index: usize) -> Result<String, Failure> {
    let password = call.str(index);
    if password.len() > 72 {
        let reason = "bcrypt: password length exceeds 72 bytes";
        return Ok(format!("failed to encrypt string with bcrypt: {reason}"));
    }
    let salt = chance(call, COST)?.bytes();
    Ok(bcrypt_text(password, salt))
}

fn bcrypt_text(password: &str, salt: [u8; 16]) -> String {
    // The terminator of C's strings belongs to the key, as far as it fits.
    let mut key = password.as_bytes().to_vec();
    key.push(0);
    key.truncate(72);
    let mut state: Blowfish = Blowfish::bc_init_state();
    state.salted_expand_key(&salt, &key);
    for _ in 0..1_u32 << BCRYPT_COST {
        state.bc_expand_key(&key);
        state.bc_expand_key(&salt);
    }
    let mut hash = Vec::new();
    for pair in BCRYPT_TEXT.chunks_exact(8) {
        let word = |at: usize| u32::from_be_bytes(std::array::from_fn(|index| pair[at + index]));
        let encrypted = (0..64).fold([word(0), word(4)], |block, _| state.bc_encrypt(block));
        hash.extend(encrypted.into_iter().flat_map(u32::to_be_bytes));
    }
    // The last byte is dropped, as in the first implementation.
    format!("$2a${BCRYPT_COST}${}{}", bcrypt_base64(&salt), bcrypt_base64(&hash[..23]))
}

/// Base 64 with an alphabet of its own and without padding.
fn bcrypt_base64(bytes: &[u8]) -> String {
    const STANDARD: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const OWN: &[u8] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let standard = crate::functions::encoding::base64(bytes);
    let letters = standard.trim_end_matches('=').chars();
    letters.filter_map(|letter| STANDARD.find(letter)).map(|i| char::from(OWN[i])).collect()
}

/// The name that the Master Password algorithm hashes with.
const SEED: &[u8] = b"com.lyndir.masterpassword";

/// The shapes of passwords by type: a letter for each character stands for its class.
const SHAPES: &[(&str, &[&str])] = &[
    ("maximum", &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"]),
    (
        "long",
        &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
    ),
    ("medium", &["CvcnoCvc", "CvcCvcno"]),
    ("short", &["Cvcn"]),
    ("basic", &["aaanaaan", "aannaaan", "aaannaaa"]),
    ("pin", &["nnnn"]),
];

/// The characters of a class.
const fn class(letter: u8) -> &'static [u8] {
    match letter {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

pub(super) fn derive(call: &mut Call<'_>) -> Outcome {
    let counter = match call.any(0).data {
        Data::Uint(counter) => u32::try_from(counter).unwrap_or(u32::MAX),
        _ => 0,
    };
    let [kind, password, user, site] = [1, 2, 3, 4].map(|index| call.str(index));
    let Some((_, shapes)) = SHAPES.iter().find(|(name, _)| *name == kind) else {
        return Ok(Value::str(format!("cannot find password template {kind}")));
    };
    // Twice what a hash of a password takes.
    call.env.work(2 * COST)?;
    let length = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes();
    let salt = [SEED, &length(user), user.as_bytes()].concat();
    let mut key = [0; 64];
    scrypt::Params::new(15, 8, 2)
        .ok()
        .and_then(|params| scrypt::scrypt(password.as_bytes(), &salt, &params, &mut key).ok())
        .ok_or_else(|| Failure::error("failed to derive password"))?;
    let message = [SEED, &length(site), site.as_bytes(), &counter.to_be_bytes()].concat();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key)
        .map_err(|_| Failure::error("failed to derive password"))?;
    mac.update(&message);
    let seed = mac.finalize().into_bytes();
    let shape = shapes[usize::from(seed[0]) % shapes.len()];
    let characters = shape.bytes().zip(&seed[1..]).map(|(letter, &number)| {
        let class = class(letter);
        char::from(class[usize::from(number) % class.len()])
    });
    Ok(Value::str(characters.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::recorded::{call, rows, text};

    #[test]
    fn passwords_are_derived_as_by_sprig() {
        for row in rows(include_str!("../../../tests/data/derived_password.json")) {
            let counter = Value::new(Data::Uint(row[0].as_u64().unwrap()));
            let mut args = vec![counter];
            args.extend((1..5).map(|index| Value::str(row[index].as_str().unwrap())));
            assert_eq!(text("derivePassword", &args), row[5].as_str().unwrap(), "{row:?}");
        }
    }

    #[test]
    fn hashes_are_those_of_go_for_the_same_salt() {
        for row in rows(include_str!("../../../tests/data/bcrypt.json")) {
            let (password, hash) = (row[0].as_str().unwrap(), row[1].as_str().unwrap());
            let salt: Vec<u8> = (0..32)
                .step_by(2)
                .map(|at| u8::from_str_radix(&row[2].as_str().unwrap()[at..at + 2], 16).unwrap())
                .collect();
            assert_eq!(bcrypt_text(password, salt.try_into().unwrap()), hash, "{row:?}");
        }
    }

    #[test]
    fn what_cannot_be_hashed_says_so() {
        let long = Value::str("x".repeat(73));
        let message =
            "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
        assert_eq!(text("bcrypt", std::slice::from_ref(&long)), message);
        assert_eq!(text("htpasswd", &[Value::str("u"), long]), format!("u:{message}"));
        let refused = text("htpasswd", &[Value::str("a:b"), Value::str("x")]);
        assert_eq!(refused, "invalid username: a:b");
        assert!(call("bcrypt", &[Value::str("")]).is_ok());
    }
}
