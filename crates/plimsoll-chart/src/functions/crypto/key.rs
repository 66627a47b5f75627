//! Private keys.

use p256::ecdsa::signature::Signer as _;
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{Pkcs1v15Sign, PrivateKey as RsaKey};
use sha2::{Digest, Sha256};

use super::chance::Chance;
use super::{der, pem};

/// A private key that can sign certificates.
#[derive(Debug)]
pub(super) enum PrivateKey {
    Rsa(Box<RsaKey>),
    P256(p256::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
}

/// What key to make.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// With a modulus of that many bits.
    Rsa(usize),
    P256,
    Ed25519,
}

/// Object identifiers as DER writes their content.
mod id {
    pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    pub(super) const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
    pub(super) const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
    pub(super) const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    pub(super) const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    pub(super) const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
}

impl PrivateKey {
    pub(super) fn generate(kind: Kind, chance: &mut Chance) -> Result<Self, String> {
        Ok(match kind {
            Kind::Rsa(size) => {
                let key = RsaKey::new(chance, size);
                Self::Rsa(Box::new(key.map_err(|e| format!("error generating rsa key: {e}"))?))
            }
            Kind::P256 => loop {
                // All but a few numbers of 32 bytes are keys.
                if let Ok(key) = p256::ecdsa::SigningKey::from_slice(&chance.bytes::<32>()) {
                    break Self::P256(key);
                }
            },
            Kind::Ed25519 => Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(&chance.bytes())),
        })
    }

    /// Reads the first block of a PEM text; the error is worded as sprig words it.
    pub(super) fn from_pem(text: &str) -> Result<Self, String> {
        let block = pem::decode(text).ok_or("no PEM data in input")?;
        match block.label.as_str() {
            "PRIVATE KEY" => {
                from_pkcs8(&block.der).map_err(|error| format!("decoding PEM as PKCS#8: {error}"))
            }
            "RSA PRIVATE KEY" => rsa_key(&block.der)
                .map_err(|error| format!("parsing RSA private key from PEM: {error}")),
            "EC PRIVATE KEY" => ec_key(&block.der, None)
                .map_err(|error| format!("parsing EC private key from PEM: {error}")),
            "DSA PRIVATE KEY" => Err("keys of type DSA are not supported here".to_owned()),
            label => Err(match label.strip_suffix(" PRIVATE KEY") {
                Some(kind) => format!("invalid private key type {kind}"),
                None => format!("no private key data in PEM block of type {label}"),
            }),
        }
    }

    /// The key as PEM, in the format that sprig chooses for its type.
    pub(super) fn pem(&self) -> String {
        match self {
            // Only keys of more than two primes have no such encoding, and none is read or made.
            Self::Rsa(key) => key
                .to_pkcs1_der()
                .map(|der| pem::encode("RSA PRIVATE KEY", der.as_bytes()))
                .unwrap_or_default(),
            Self::P256(key) => {
                let public = self.public_bytes();
                let der = der::sequence(&[
                    der::integer(&[1]),
                    der::octets(&key.to_bytes()),
                    der::element(der::context(0), &der::object(id::P256)),
                    der::element(der::context(1), &der::bits(&public)),
                ]);
                pem::encode("EC PRIVATE KEY", &der)
            }
            Self::Ed25519(key) => {
                let der = der::sequence(&[
                    der::integer(&[0]),
                    der::sequence(&[der::object(id::ED25519)]),
                    der::octets(&der::octets(&key.to_bytes())),
                ]);
                pem::encode("PRIVATE KEY", &der)
            }
        }
    }

    /// The public key's own bytes, as `SubjectPublicKeyInfo` holds them.
    pub(super) fn public_bytes(&self) -> Vec<u8> {
        match self {
            Self::Rsa(key) => {
                der::sequence(&[der::integer(&key.n_bytes()), der::integer(&key.e_bytes())])
            }
            Self::P256(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::Ed25519(key) => key.verifying_key().to_bytes().to_vec(),
        }
    }

    /// `SubjectPublicKeyInfo`.
    pub(super) fn public_info(&self) -> Vec<u8> {
        let algorithm = match self {
            Self::Rsa(_) => vec![der::object(id::RSA), der::element(der::NULL, &[])],
            Self::P256(_) => vec![der::object(id::EC), der::object(id::P256)],
            Self::Ed25519(_) => vec![der::object(id::ED25519)],
        };
        der::sequence(&[der::sequence(&algorithm), der::bits(&self.public_bytes())])
    }

    /// The algorithm of [`PrivateKey::sign`], as certificates name it.
    pub(super) fn signature_algorithm(&self) -> Vec<u8> {
        match self {
            Self::Rsa(_) => {
                der::sequence(&[der::object(id::RSA_SHA256), der::element(der::NULL, &[])])
            }
            Self::P256(_) => der::sequence(&[der::object(id::ECDSA_SHA256)]),
            Self::Ed25519(_) => der::sequence(&[der::object(id::ED25519)]),
        }
    }

    /// Signs a message.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        Ok(match self {
            Self::Rsa(key) => key
                .sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message))
                .map_err(|error| error.to_string())?,
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                let (r, s) = signature.split_bytes();
                der::sequence(&[der::integer(&r), der::integer(&s)])
            }
            Self::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
        })
    }
}

fn rsa_key(der: &[u8]) -> Result<PrivateKey, String> {
    let key = RsaKey::from_pkcs1_der(der).map_err(|error| error.to_string())?;
    Ok(PrivateKey::Rsa(Box::new(key)))
}

/// Reads SEC 1's `ECPrivateKey`; the curve may be named outside.
fn ec_key(der: &[u8], curve: Option<&[u8]>) -> Result<PrivateKey, String> {
    let read = || {
        let mut fields = der::Reader::new(der).enter(der::SEQUENCE)?;
        fields.expect(der::INTEGER)?;
        let secret = fields.expect(der::OCTET_STRING)?.content;
        let named = fields.enter(der::context(0)).and_then(|mut f| f.expect(der::OBJECT));
        Some((secret, curve.or(named.map(|named| named.content))))
    };
    let (secret, curve) = read().ok_or("x509: failed to parse EC private key")?;
    if curve != Some(id::P256) {
        return Err("elliptic curves other than P-256 are not supported here".to_owned());
    }
    p256::ecdsa::SigningKey::from_slice(secret)
        .map(PrivateKey::P256)
        .map_err(|_| "x509: invalid elliptic curve private key value".to_owned())
}

fn from_pkcs8(der: &[u8]) -> Result<PrivateKey, String> {
    let read = || {
        let mut fields = der::Reader::new(der).enter(der::SEQUENCE)?;
        fields.expect(der::INTEGER)?;
        let mut algorithm = fields.enter(der::SEQUENCE)?;
        let name = algorithm.expect(der::OBJECT)?.content;
        let parameters = algorithm.expect(der::OBJECT).map(|parameters| parameters.content);
        Some((name, parameters, fields.expect(der::OCTET_STRING)?.content))
    };
    let (name, parameters, inner) = read().ok_or("x509: failed to parse private key")?;
    match name {
        id::RSA => rsa_key(inner),
        id::EC => ec_key(inner, parameters),
        id::ED25519 => {
            let seed = der::Reader::new(inner).expect(der::OCTET_STRING);
            let seed = seed.and_then(|seed| <[u8; 32]>::try_from(seed.content).ok());
            let seed = seed.ok_or("x509: invalid Ed25519 private key")?;
            Ok(PrivateKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&seed)))
        }
        _ => Err("x509: PKCS#8 wrapping contained private key with unknown algorithm".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::encoding::base64;
    use crate::functions::recorded::{Still, rows};

    #[test]
    fn keys_are_read_and_written_as_by_go() {
        for row in rows(include_str!("../../../tests/data/keys.json")) {
            let cell = |index: usize| row[index].as_str().unwrap();
            for text in [cell(1), cell(2)] {
                let key = PrivateKey::from_pem(text).unwrap();
                assert_eq!(key.pem(), cell(1), "{}", cell(0));
                assert_eq!(base64(&key.public_info()), cell(3), "{}", cell(0));
            }
        }
    }

    #[test]
    fn new_keys_come_back() {
        let mut chance = Chance::new(&Still);
        for kind in [Kind::Rsa(1024), Kind::P256, Kind::Ed25519] {
            let key = PrivateKey::generate(kind, &mut chance).unwrap();
            let again = PrivateKey::from_pem(&key.pem()).unwrap();
            assert_eq!(again.public_info(), key.public_info(), "{kind:?}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let block = |label: &str, der: &[u8]| pem::encode(label, der);
        let cases = [
            (String::new(), "no PEM data in input"),
            (block("CERTIFICATE", &[0]), "no private key data in PEM block of type CERTIFICATE"),
            (block("X PRIVATE KEY", &[0]), "invalid private key type X"),
            (block("DSA PRIVATE KEY", &[0]), "keys of type DSA are not supported here"),
            (
                block("EC PRIVATE KEY", &[0]),
                "parsing EC private key from PEM: x509: failed to parse EC private key",
            ),
            (
                block("PRIVATE KEY", &[0x30, 0x80]),
                "decoding PEM as PKCS#8: x509: failed to parse private key",
            ),
        ];
        for (text, error) in cases {
            assert_eq!(PrivateKey::from_pem(&text).unwrap_err(), error);
        }
    }
}
