//! Keys, certificates, passwords and encryption.

mod certificate;
mod chance;
mod cipher;
mod der;
mod dsa;
mod key;
mod password;
mod pem;

use std::rc::Rc;

use certificate::{Certificate, Issuer, Request};
use chance::Chance;
use key::{Kind, PrivateKey};

use super::random::generated;
use super::{Call, Failure, Family, Function, Outcome, Type};
use crate::value::{Data, Value};

pub(super) const FAMILY: Family = Family {
    name: "cryptography",
    source: "sprig 3.3.0 crypto.go; Go 1.26 crypto/x509",
    functions: &[
        Function::new(
            "genPrivateKey",
            &[Type::Str],
            gen_private_key,
            "Makes a private key of type `rsa`, `ecdsa`, `ed25519` or `dsa`.",
        ),
        Function::new(
            "genCA",
            &[Type::Str, Type::Int],
            |call| gen_ca(call, "genCA", None),
            "Makes a certificate authority, valid for some days, with a new key.",
        ),
        Function::new(
            "genCAWithKey",
            &[Type::Str, Type::Int, Type::Str],
            |call| gen_ca(call, "genCAWithKey", Some(2)),
            "Makes a certificate authority, valid for some days, with the given key.",
        ),
        Function::new(
            "genSelfSignedCert",
            &[Type::Str, Type::List, Type::List, Type::Int],
            |call| gen_self_signed(call, "genSelfSignedCert", None),
            "Makes a certificate for names and addresses, signed by its own new key.",
        ),
        Function::new(
            "genSelfSignedCertWithKey",
            &[Type::Str, Type::List, Type::List, Type::Int, Type::Str],
            |call| gen_self_signed(call, "genSelfSignedCertWithKey", Some(4)),
            "Makes a certificate for names and addresses, signed by its own given key.",
        ),
        Function::new(
            "genSignedCert",
            &[Type::Str, Type::List, Type::List, Type::Int, Type::Certificate],
            |call| gen_signed(call, "genSignedCert", None),
            "Makes a certificate for names and addresses, signed by an authority.",
        ),
        Function::new(
            "genSignedCertWithKey",
            &[Type::Str, Type::List, Type::List, Type::Int, Type::Certificate, Type::Str],
            |call| gen_signed(call, "genSignedCertWithKey", Some(5)),
            "Makes a certificate of the given key, signed by an authority.",
        ),
        Function::new(
            "buildCustomCert",
            &[Type::Str, Type::Str],
            build_custom_cert,
            "Puts together a certificate and its key, both given as PEM in base 64.",
        ),
        Function::new(
            "derivePassword",
            &[Type::Uint32, Type::Str, Type::Str, Type::Str, Type::Str],
            password::derive,
            "Derives a password for a site from a main password, as Master Password does.",
        ),
        Function::new("bcrypt", &[Type::Str], password::bcrypt, "Hashes a password with bcrypt."),
        Function::new(
            "htpasswd",
            &[Type::Str, Type::Str],
            password::htpasswd,
            "Makes an entry of an htpasswd file.",
        ),
        Function::new(
            "encryptAES",
            &[Type::Str, Type::Str],
            cipher::encrypt,
            "Encrypts a text with a password (AES-256-CBC) and encodes it as base 64.",
        ),
        Function::new(
            "decryptAES",
            &[Type::Str, Type::Str],
            cipher::decrypt,
            "Decrypts what `encryptAES` made.",
        ),
    ],
};

/// The steps that an expensive hash takes, so that their number is bounded too.
const COST: u64 = 2_000_000;

/// The steps that a new key of a certificate takes.
const KEY_COST: u64 = 1_500_000;

/// The steps that a new key of 4096 bits takes. It is found by chance, in a third of this time or in
/// twice as much; three of them must fit, which charts of etcd make.
const LARGE_KEY_COST: u64 = 10_500_000;

/// The steps that a new key for DSA takes.
const DSA_COST: u64 = 20_000_000;

/// The bits of the RSA keys of certificates.
const CERTIFICATE_BITS: usize = 2048;

fn chance(call: &mut Call<'_>, cost: u64) -> Result<Chance, Failure> {
    call.env.work(cost)?;
    Ok(Chance::new(&*call.env.world))
}

fn gen_private_key(call: &mut Call<'_>) -> Outcome {
    let kind = match call.str(0) {
        "" | "rsa" => Kind::Rsa(4096),
        "ecdsa" => Kind::P256,
        "ed25519" => Kind::Ed25519,
        "dsa" => {
            let key = dsa::generate(&mut chance(call, DSA_COST)?);
            return Ok(generated(call, "genPrivateKey", Value::str(key)));
        }
        other => return Ok(Value::str(format!("Unknown type {other}"))),
    };
    let cost = if matches!(kind, Kind::Rsa(_)) { LARGE_KEY_COST } else { KEY_COST };
    let key = PrivateKey::generate(kind, &mut chance(call, cost)?).map_err(Failure::error)?;
    Ok(generated(call, "genPrivateKey", Value::str(key.pem())))
}

fn gen_ca(call: &mut Call<'_>, name: &'static str, key: Option<usize>) -> Outcome {
    let mut chance = chance(call, KEY_COST)?;
    let key = given_key(call, key, &mut chance)?;
    let request = Request { is_authority: true, ..request(call, 1, None, &mut chance)? };
    finish(call, name, &request, &key, &Issuer::Itself)
}

fn gen_self_signed(call: &mut Call<'_>, name: &'static str, key: Option<usize>) -> Outcome {
    let mut chance = chance(call, KEY_COST)?;
    let key = given_key(call, key, &mut chance)?;
    let request = request(call, 3, Some([1, 2]), &mut chance)?;
    finish(call, name, &request, &key, &Issuer::Itself)
}

fn gen_signed(call: &mut Call<'_>, name: &'static str, key: Option<usize>) -> Outcome {
    let mut chance = chance(call, KEY_COST)?;
    let key = given_key(call, key, &mut chance)?;
    let authority = match &call.any(4).data {
        Data::Host(host) => host.as_any().downcast_ref::<Certificate>(),
        _ => None,
    };
    let authority = authority.ok_or_else(|| Failure::error("the authority is no certificate"))?;
    let issuer = authority.issuer().map_err(Failure::error)?;
    let request = request(call, 3, Some([1, 2]), &mut chance)?;
    finish(call, name, &request, &key, &issuer)
}

/// The key in the argument at `index`, or a new one.
fn given_key(
    call: &Call<'_>,
    index: Option<usize>,
    chance: &mut Chance,
) -> Result<PrivateKey, Failure> {
    match index {
        None => PrivateKey::generate(Kind::Rsa(CERTIFICATE_BITS), chance),
        Some(index) => PrivateKey::from_pem(call.str(index))
            .map_err(|error| format!("parsing private key: {error}")),
    }
    .map_err(Failure::error)
}

/// The common name at 0, the days at `days`, and the lists of addresses and names.
fn request(
    call: &Call<'_>,
    days: usize,
    lists: Option<[usize; 2]>,
    chance: &mut Chance,
) -> Result<Request, Failure> {
    const DAY: i64 = 24 * 3600 * 1_000_000_000;
    let mut request = Request {
        common_name: call.str(0).to_owned(),
        serial: chance.bytes(),
        not_before: call.env.world.now().seconds,
        ..Request::default()
    };
    let length = call.int(days).wrapping_mul(DAY);
    request.not_after = request.not_before.saturating_add(length.div_euclid(1_000_000_000));
    let Some([addresses, names]) = lists else { return Ok(request) };
    for item in call.list(addresses).items() {
        let text = item.as_text().map(crate::value::Text::as_str).ok_or_else(|| {
            Failure::error(format!("error parsing ip: {} is not a string", shown(item)))
        })?;
        let address = text.parse().map_err(|_| format!("error parsing ip: {text}"));
        request.addresses.push(address.map_err(Failure::error)?);
    }
    for item in call.list(names).items() {
        let text = item.as_text().map(crate::value::Text::as_str).ok_or_else(|| {
            let reason = format!("{} is not a string", shown(item));
            Failure::error(format!("error processing alternate dns name: {reason}"))
        })?;
        request.names.push(text.to_owned());
    }
    Ok(request)
}

/// Names a value by its type: what was given in a secret's place is not printed.
fn shown(value: &Value) -> &'static str {
    value.type_name()
}

fn finish(
    call: &mut Call<'_>,
    name: &'static str,
    request: &Request,
    key: &PrivateKey,
    issuer: &Issuer,
) -> Outcome {
    let signed = request.sign(key, issuer);
    let der =
        signed.map_err(|error| Failure::error(format!("error creating certificate: {error}")))?;
    let cert = generated(call, name, Value::str(pem::encode("CERTIFICATE", &der)));
    Ok(certificate(cert.origin, cert, Value::str(key.pem())))
}

fn certificate(origin: crate::trace::OriginId, cert: Value, key: Value) -> Value {
    let (cert, key) = (Value { origin, ..cert }, Value { origin, ..key });
    Value::of(Data::Host(Rc::new(Certificate { cert, key })), origin)
}

fn build_custom_cert(call: &mut Call<'_>) -> Outcome {
    let decoded = |index: usize, what: &str| {
        super::encoding::base64_bytes(call.str(index))
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| Failure::error(format!("unable to decode base64 {what}")))
    };
    let (cert, key) = (decoded(0, "certificate")?, decoded(1, "private key")?);
    let block = pem::decode(&cert).ok_or_else(|| Failure::error("unable to decode certificate"))?;
    certificate::parts(&block.der).ok_or_else(|| {
        Failure::error("error parsing certificate: decodedCert.Bytes: x509: malformed certificate")
    })?;
    PrivateKey::from_pem(&key)
        .map_err(|error| Failure::error(format!("error parsing private key: {error}")))?;
    let (from_cert, from_key) = (call.origin(0), call.origin(1));
    let origin = call.env.trace.join(from_cert, from_key);
    Ok(certificate(origin, Value::str(cert), Value::str(key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::recorded::{call_in, env, message, render};
    use crate::trace::{Leaf, Origin};
    use crate::value::Value;

    fn rendered(template: &str) -> String {
        render(template, Value::nil()).unwrap_or_else(|error| panic!("{template}: {error}"))
    }

    #[test]
    fn certificates_and_keys_go_together() {
        let text = rendered(
            "{{ $ca := genCA `ca` 365 }}{{ $ca.Cert }}{{ $ca.Key }}\
             {{ $leaf := genSignedCert `leaf` (list `10.0.0.1`) (list `a.b`) 10 $ca }}\
             {{ $leaf.Cert }}{{ (buildCustomCert (b64enc $leaf.Cert) (b64enc $leaf.Key)).Cert }}",
        );
        assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 3);
        assert_eq!(text.matches("BEGIN RSA PRIVATE KEY").count(), 1);
        let text = rendered(
            "{{ $key := genPrivateKey `ecdsa` }}{{ $ca := genCAWithKey `ca` 365 $key }}\
             {{ eq $ca.Key $key }} {{ $own := genSelfSignedCertWithKey `x` nil nil 1 $key }}\
             {{ eq $own.Key $key }} {{ $other := genPrivateKey `ed25519` }}\
             {{ $leaf := genSignedCertWithKey `x` nil nil 1 $ca $other }}{{ eq $leaf.Key $other }} \
             {{ printf `%T` $leaf }}",
        );
        assert_eq!(text, "true true true sprig.certificate");
    }

    #[test]
    fn wrong_arguments_are_told() {
        let cases = [
            ("genPrivateKey `x`", "Unknown type x"),
            ("genSelfSignedCert `x` (list 1) nil 1", "error parsing ip: int is not a string"),
            ("genSelfSignedCert `x` (list `a`) nil 1", "error parsing ip: a"),
            (
                "genSelfSignedCert `x` nil (list 1) 1",
                "error processing alternate dns name: int is not a string",
            ),
            ("genCAWithKey `x` 1 `y`", "parsing private key: no PEM data in input"),
            ("buildCustomCert `!` ``", "unable to decode base64 certificate"),
            ("buildCustomCert `` `!`", "unable to decode base64 private key"),
            ("buildCustomCert `eA==` ``", "unable to decode certificate"),
        ];
        for (action, wanted) in cases {
            let got = render(&format!("{{{{ {action} }}}}"), Value::nil());
            let got = got.unwrap_or_else(|error| error);
            assert_eq!(got, wanted, "{action}");
        }
        let error = render("{{ genSignedCert `x` nil nil 1 `ca` }}", Value::nil()).unwrap_err();
        let wanted = "wrong type for value; expected sprig.certificate; got string";
        assert!(error.ends_with(wanted) || error.contains("can't handle"), "{error}");
    }

    #[test]
    fn new_keys_say_that_they_are_made_up() {
        let mut env = env();
        let key = call_in(&mut env, "genPrivateKey", &[Value::str("ed25519")]).unwrap();
        let Origin::Leaf(leaf) = env.trace.get(key.origin) else { panic!("{:?}", key.origin) };
        assert_eq!(env.trace.get_leaf(leaf), Some(&Leaf::Generated("genPrivateKey")));
    }

    #[test]
    fn the_number_of_keys_is_bounded() {
        let mut env = env();
        env.steps = KEY_COST - 1;
        let error = message(call_in(&mut env, "genPrivateKey", &[Value::str("ed25519")]));
        assert_eq!(error, "the rendering takes more steps than its limit allows");
    }
}
