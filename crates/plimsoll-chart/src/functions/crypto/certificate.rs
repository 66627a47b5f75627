//! X.509 certificates, byte for byte as Go's `x509.CreateCertificate` makes them for sprig.

use std::any::Any;
use std::net::IpAddr;

use sha2::{Digest, Sha256};

use super::der;
use super::key::PrivateKey;
use super::pem;
use crate::functions::{Call, Outcome, Signature, dates};
use crate::go::quote::quote;
use crate::value::{Host, Value};

/// sprig's `certificate`: both parts as PEM.
#[derive(Debug)]
pub(super) struct Certificate {
    pub(super) cert: Value,
    pub(super) key: Value,
}

/// What a certificate is to say.
#[derive(Clone, Debug, Default)]
pub(super) struct Request {
    pub(super) common_name: String,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) names: Vec<String>,
    pub(super) serial: [u8; 16],
    /// Seconds after 1970-01-01 00:00:00 UTC.
    pub(super) not_before: i64,
    pub(super) not_after: i64,
    pub(super) is_authority: bool,
}

/// Who signs.
#[derive(Debug)]
pub(super) enum Issuer {
    Itself,
    Authority {
        /// The name in its certificate, in DER.
        subject: Vec<u8>,
        public_info: Vec<u8>,
        /// The identifier of its key, if its certificate has one.
        key_id: Option<Vec<u8>>,
        key: Box<PrivateKey>,
    },
}

/// The parts of a certificate that matter to those it signs.
pub(super) struct Parts<'d> {
    subject: &'d [u8],
    public_info: &'d [u8],
    key_id: Option<&'d [u8]>,
}

/// Object identifiers as DER writes their content.
mod id {
    pub(super) const COMMON_NAME: &[u8] = &[0x55, 4, 3];
    pub(super) const SUBJECT_KEY: &[u8] = &[0x55, 0x1d, 14];
    pub(super) const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
    pub(super) const ALTERNATIVE_NAME: &[u8] = &[0x55, 0x1d, 17];
    pub(super) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
    pub(super) const AUTHORITY_KEY: &[u8] = &[0x55, 0x1d, 35];
    pub(super) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];
    pub(super) const SERVER: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
    pub(super) const CLIENT: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];
}

impl Certificate {
    /// The certificate and its key as a signer of others; the error is worded as sprig words it.
    pub(super) fn issuer(&self) -> Result<Issuer, String> {
        let text = |value: &Value| value.as_text().map_or(String::new(), |t| t.as_str().to_owned());
        let block = pem::decode(&text(&self.cert)).ok_or("unable to decode certificate")?;
        let parts = parts(&block.der).ok_or(
            "error parsing certificate: decodedSignerCert.Bytes: x509: malformed certificate",
        )?;
        let key = PrivateKey::from_pem(&text(&self.key))
            .map_err(|error| format!("error parsing private key: {error}"))?;
        Ok(Issuer::Authority {
            subject: parts.subject.to_vec(),
            public_info: parts.public_info.to_vec(),
            key_id: parts.key_id.map(<[u8]>::to_vec),
            key: Box::new(key),
        })
    }
}

impl Request {
    /// Makes the certificate of `key` in DER.
    pub(super) fn sign(&self, key: &PrivateKey, issuer: &Issuer) -> Result<Vec<u8>, String> {
        let subject = distinguished_name(&self.common_name);
        let (signer, issuer_name, authority_id) = match issuer {
            Issuer::Itself => (key, subject.clone(), None),
            Issuer::Authority { subject: name, public_info, key_id, key: signer } => {
                if *public_info != signer.public_info() {
                    return Err(
                        "x509: provided PrivateKey doesn't match parent's PublicKey".to_owned()
                    );
                }
                // A certificate that names itself as issuer needs no pointer to another key.
                let key_id = key_id.as_deref().filter(|_| *name != subject);
                (&**signer, name.clone(), key_id)
            }
        };
        let body = der::sequence(&[
            der::element(der::context(0), &der::integer(&[2])),
            der::integer(&self.serial),
            signer.signature_algorithm(),
            issuer_name,
            der::sequence(&[time(self.not_before)?, time(self.not_after)?]),
            subject,
            key.public_info(),
            der::element(der::context(3), &self.extensions(key, authority_id)?),
        ]);
        let signature = signer.sign(&body)?;
        Ok(der::sequence(&[body, signer.signature_algorithm(), der::bits(&signature)]))
    }

    fn extensions(&self, key: &PrivateKey, authority_id: Option<&[u8]>) -> Result<Vec<u8>, String> {
        // Bits from the left: 0 signs data, 2 encrypts keys, 5 signs certificates.
        let usage = if self.is_authority { [2, 0b1010_0100] } else { [5, 0b1010_0000] };
        let purposes = der::sequence(&[der::object(id::SERVER), der::object(id::CLIENT)]);
        let constraints = if self.is_authority {
            der::sequence(&[der::element(der::BOOLEAN, &[0xff])])
        } else {
            der::sequence(&[])
        };
        let mut extensions = vec![
            extension(id::KEY_USAGE, true, &der::element(der::BIT_STRING, &usage)),
            extension(id::EXTENDED_KEY_USAGE, false, &purposes),
            extension(id::BASIC_CONSTRAINTS, true, &constraints),
        ];
        if self.is_authority {
            // Since Go 1.25 the identifier is the start of a SHA-256 sum.
            let sum = Sha256::digest(key.public_bytes());
            extensions.push(extension(id::SUBJECT_KEY, false, &der::octets(&sum[..20])));
        }
        if let Some(authority_id) = authority_id {
            let id = der::element(der::context_plain(0), authority_id);
            extensions.push(extension(id::AUTHORITY_KEY, false, &der::sequence(&[id])));
        }
        if !self.names.is_empty() || !self.addresses.is_empty() {
            let critical = self.common_name.is_empty();
            extensions.push(extension(id::ALTERNATIVE_NAME, critical, &self.alternatives()?));
        }
        Ok(der::sequence(&extensions))
    }

    fn alternatives(&self) -> Result<Vec<u8>, String> {
        let mut names = Vec::new();
        for name in &self.names {
            if !name.is_ascii() {
                let quoted = quote(name);
                return Err(format!("x509: {quoted} cannot be encoded as an IA5String"));
            }
            names.push(der::element(der::context_plain(2), name.as_bytes()));
        }
        for address in &self.addresses {
            let bytes = match address.to_canonical() {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            };
            names.push(der::element(der::context_plain(7), &bytes));
        }
        Ok(der::sequence(&names))
    }
}

fn extension(id: &[u8], critical: bool, content: &[u8]) -> Vec<u8> {
    let mut parts = vec![der::object(id)];
    if critical {
        parts.push(der::element(der::BOOLEAN, &[0xff]));
    }
    parts.push(der::octets(content));
    der::sequence(&parts)
}

/// A name of nothing but a common name, or of nothing at all.
fn distinguished_name(common_name: &str) -> Vec<u8> {
    if common_name.is_empty() {
        return der::sequence(&[]);
    }
    let printable = |b: u8| b.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&b);
    let tag =
        if common_name.bytes().all(printable) { der::PRINTABLE_STRING } else { der::UTF8_STRING };
    let text = der::element(tag, common_name.as_bytes());
    let pair = der::sequence(&[der::object(id::COMMON_NAME), text]);
    der::sequence(&[der::element(der::SET, &pair)])
}

fn time(seconds: i64) -> Result<Vec<u8>, String> {
    let text = |layout| dates::utc_text(seconds, layout);
    let year: i64 = text("2006").parse().unwrap_or(-1);
    match year {
        1950..2050 => Ok(der::element(der::UTC_TIME, text("060102150405Z").as_bytes())),
        0..=9999 => Ok(der::element(der::GENERALIZED_TIME, text("20060102150405Z").as_bytes())),
        _ => Err("asn1: structure error: cannot represent time as GeneralizedTime".to_owned()),
    }
}

/// Finds the parts of a certificate in DER; none if it is not one.
pub(super) fn parts(der: &[u8]) -> Option<Parts<'_>> {
    let mut body = der::Reader::new(der).enter(der::SEQUENCE)?.enter(der::SEQUENCE)?;
    let mut ahead = body;
    if ahead.next()?.tag == der::context(0) {
        body = ahead;
    }
    body.expect(der::INTEGER)?;
    body.expect(der::SEQUENCE)?;
    body.expect(der::SEQUENCE)?;
    body.expect(der::SEQUENCE)?;
    let subject = body.expect(der::SEQUENCE)?.whole;
    let public_info = body.expect(der::SEQUENCE)?.whole;
    let mut key_id = None;
    while let Some(element) = body.next() {
        if element.tag == der::context(3) {
            key_id = subject_key(element.content);
        }
    }
    Some(Parts { subject, public_info, key_id })
}

fn subject_key(extensions: &[u8]) -> Option<&[u8]> {
    let mut list = der::Reader::new(extensions).enter(der::SEQUENCE)?;
    while let Some(mut fields) = list.enter(der::SEQUENCE) {
        if fields.expect(der::OBJECT)?.content != id::SUBJECT_KEY {
            continue;
        }
        let content = std::iter::from_fn(|| fields.next()).last()?.content;
        return Some(der::Reader::new(content).expect(der::OCTET_STRING)?.content);
    }
    None
}

impl Host for Certificate {
    fn type_name(&self) -> &'static str {
        "sprig.certificate"
    }

    fn kind(&self) -> &'static str {
        "struct"
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Cert" => Some(self.cert.clone()),
            "Key" => Some(self.key.clone()),
            _ => None,
        }
    }

    fn method(&self, _name: &str) -> Option<&'static Signature> {
        None
    }

    fn call(&self, _name: &str, _call: &mut Call<'_>) -> Outcome {
        Ok(Value::nil())
    }

    fn string(&self) -> Option<String> {
        // How Go prints a struct.
        let text = |value: &Value| value.as_text().map_or(String::new(), |t| t.as_str().to_owned());
        Some(format!("{{{} {}}}", text(&self.cert), text(&self.key)))
    }

    fn plain(&self) -> Value {
        let entries = [("Cert".into(), self.cert.clone()), ("Key".into(), self.key.clone())];
        crate::functions::Env::map_of(entries)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;
    use crate::functions::encoding::base64_bytes;
    use crate::functions::recorded::rows;

    fn strings(json: &Json) -> Vec<String> {
        let items = json.as_array().unwrap();
        items.iter().map(|item| item.as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn certificates_are_those_of_go() {
        let keys = rows(include_str!("../../../tests/data/keys.json"));
        let pem_of = |json: &Json| {
            let index = usize::try_from(json.as_u64().unwrap()).unwrap();
            keys[index][1].as_str().unwrap().to_owned()
        };
        for row in rows(include_str!("../../../tests/data/certificate.json")) {
            let cell = |index: usize| row[index].as_str().unwrap_or_default();
            let request = Request {
                common_name: cell(0).to_owned(),
                addresses: strings(&row[1]).iter().map(|ip| ip.parse().unwrap()).collect(),
                names: strings(&row[2]),
                serial: u128::from_str_radix(cell(3), 16).unwrap().to_be_bytes(),
                not_before: row[4].as_i64().unwrap(),
                not_after: row[5].as_i64().unwrap(),
                is_authority: row[6].as_bool().unwrap(),
            };
            let key = PrivateKey::from_pem(&pem_of(&row[7])).unwrap();
            let issuer = if cell(8).is_empty() {
                Issuer::Itself
            } else {
                let der = base64_bytes(cell(8)).unwrap();
                let cert = Value::str(pem::encode("CERTIFICATE", &der));
                Certificate { cert, key: Value::str(pem_of(&row[9])) }.issuer().unwrap()
            };
            let outcome = request.sign(&key, &issuer);
            if let Some(error) = row[12].as_str() {
                assert_eq!(outcome.unwrap_err(), error, "{row:?}");
                continue;
            }
            let der = outcome.unwrap_or_else(|error| panic!("{error}: {row:?}"));
            let mut parts = der::Reader::new(&der).enter(der::SEQUENCE).unwrap();
            let signed = parts.next().unwrap().whole;
            assert_eq!(signed, base64_bytes(cell(10)).unwrap(), "{row:?}");
            // ECDSA takes a random number that Go does not derive from the message.
            let is_ecdsa = row[9].as_u64() == Some(1);
            if !is_ecdsa {
                assert_eq!(der, base64_bytes(cell(11)).unwrap(), "{row:?}");
            }
        }
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        for row in rows(include_str!("../../../tests/data/certificate.json")).iter().take(4) {
            let der = base64_bytes(row[11].as_str().unwrap()).unwrap();
            assert!(parts(&der).is_some());
            for end in 0..der.len().min(200) {
                assert!(parts(&der[..end]).is_none());
            }
        }
    }
}
