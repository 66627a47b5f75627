//! AES-256 in CBC mode with PKCS#7 padding; the key is the password cut or filled up with zeros.

use aes::Aes256;
use aes::cipher::{BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _};

use crate::functions::encoding::{base64, base64_bytes};
use crate::functions::random::{bytes, generated};
use crate::functions::{Call, Failure, Outcome};
use crate::value::{Data, Value};

const BLOCK: usize = 16;

/// How many bytes go through the cipher in the time of a step.
const BYTES_A_STEP: u64 = 4;

fn cipher(password: &str) -> Aes256 {
    let mut key = [0; 32];
    let length = password.len().min(key.len());
    key[..length].copy_from_slice(&password.as_bytes()[..length]);
    Aes256::new(&key.into())
}

pub(super) fn encrypt(call: &mut Call<'_>) -> Outcome {
    let plain = call.str(1);
    if plain.is_empty() {
        return Ok(Value::str(""));
    }
    call.env.work(plain.len() as u64 / BYTES_A_STEP)?;
    let start = bytes(call, BLOCK)?;
    let cipher = cipher(call.str(0));
    let padding = BLOCK - plain.len() % BLOCK;
    let mut content = plain.as_bytes().to_vec();
    content.resize(plain.len() + padding, u8::try_from(padding).unwrap_or(0));
    let mut out = start;
    for block in content.chunks(BLOCK) {
        let before = &out[out.len() - BLOCK..];
        let mixed: [u8; BLOCK] = std::array::from_fn(|index| block[index] ^ before[index]);
        let mut mixed = mixed.into();
        cipher.encrypt_block(&mut mixed);
        out.extend_from_slice(&mixed);
    }
    Ok(generated(call, "encryptAES", Value::str(base64(&out))))
}

pub(super) fn decrypt(call: &mut Call<'_>) -> Outcome {
    let encoded = call.str(1);
    if encoded.is_empty() {
        return Ok(Value::str(""));
    }
    call.env.work(encoded.len() as u64 / BYTES_A_STEP)?;
    let bytes = base64_bytes(encoded)
        .map_err(|at| Failure::error(format!("illegal base64 data at input byte {at}")))?;
    // The texts are those of Go's panics, since sprig does not check either.
    let capacity = encoded.len() / 4 * 3;
    if capacity < BLOCK {
        let message = format!("slice bounds out of range [:16] with capacity {capacity}");
        return Err(Failure::error(format!("runtime error: {message}")));
    }
    if bytes.len() < BLOCK {
        let message = format!("slice bounds out of range [16:{}]", bytes.len());
        return Err(Failure::error(format!("runtime error: {message}")));
    }
    if !bytes.len().is_multiple_of(BLOCK) {
        return Err(Failure::error("crypto/cipher: input not full blocks"));
    }
    let cipher = cipher(call.str(0));
    let mut plain = Vec::with_capacity(bytes.len());
    for at in (BLOCK..bytes.len()).step_by(BLOCK) {
        let block: [u8; BLOCK] = std::array::from_fn(|index| bytes[at + index]);
        let mut block = block.into();
        cipher.decrypt_block(&mut block);
        plain.extend((0..BLOCK).map(|index| block[index] ^ bytes[at - BLOCK + index]));
    }
    let Some(&padding) = plain.last() else {
        return Err(Failure::error("runtime error: index out of range [-1]"));
    };
    match plain.len().checked_sub(usize::from(padding)) {
        Some(length) => plain.truncate(length),
        None => {
            let end = usize::from(padding) - plain.len();
            let message = format!("slice bounds out of range [:-{end}]");
            return Err(Failure::error(format!("runtime error: {message}")));
        }
    }
    Ok(Value::new(Data::string_of(&plain)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::recorded::{call, message, rows, text};

    #[test]
    fn texts_are_decrypted_as_by_sprig() {
        for row in rows(include_str!("../../../tests/data/aes.json")) {
            let args = [0, 1].map(|index| Value::str(row[index].as_str().unwrap()));
            match row[3].as_str() {
                Some(error) => assert_eq!(message(call("decryptAES", &args)), error, "{row:?}"),
                None => assert_eq!(text("decryptAES", &args), row[2].as_str().unwrap(), "{row:?}"),
            }
        }
    }

    #[test]
    fn what_is_encrypted_comes_back() {
        for length in [0, 1, 15, 16, 17, 100] {
            let plain = Value::str("é".repeat(length));
            let password = Value::str("a password that is longer than the key of 32 bytes");
            let secret = text("encryptAES", &[password.clone(), plain.clone()]);
            let back = text("decryptAES", &[password, Value::str(secret)]);
            assert_eq!(back, plain.as_text().unwrap().as_str());
        }
    }
}
