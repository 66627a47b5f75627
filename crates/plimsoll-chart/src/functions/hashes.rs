//! Checksums.

use sha1::Digest;

use super::{Call, Family, Function, Outcome, Type};
use crate::value::Value;

pub(super) const FAMILY: Family = Family {
    name: "checksums",
    source: "sprig 3.3.0 crypto.go",
    functions: &[
        Function::new("sha1sum", &[Type::Str], sha1sum, "Returns the SHA-1 sum in hexadecimal.")
            .reads_octets(),
        Function::new(
            "sha256sum",
            &[Type::Str],
            sha256sum,
            "Returns the SHA-256 sum in hexadecimal.",
        )
        .reads_octets(),
        Function::new(
            "sha512sum",
            &[Type::Str],
            sha512sum,
            "Returns the SHA-512 sum in hexadecimal.",
        )
        .reads_octets(),
        Function::new(
            "adler32sum",
            &[Type::Str],
            adler32sum,
            "Returns the Adler-32 sum in decimal.",
        )
        .reads_octets(),
    ],
};

fn sha1sum(call: &mut Call<'_>) -> Outcome {
    Ok(Value::str(hex(&sha1::Sha1::digest(call.bytes(0)))))
}

fn sha256sum(call: &mut Call<'_>) -> Outcome {
    Ok(Value::str(hex(&sha2::Sha256::digest(call.bytes(0)))))
}

fn sha512sum(call: &mut Call<'_>) -> Outcome {
    Ok(Value::str(hex(&sha2::Sha512::digest(call.bytes(0)))))
}

/// RFC 1950.
fn adler32sum(call: &mut Call<'_>) -> Outcome {
    const MODULUS: u32 = 65_521;
    let (low, high) = call.bytes(0).iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % MODULUS;
        (low, (high + low) % MODULUS)
    });
    Ok(Value::str((high << 16 | low).to_string()))
}

/// Writes bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
