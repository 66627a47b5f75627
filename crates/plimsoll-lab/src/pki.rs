//! Keys, certificates and tokens of one lab; they die with it.

use std::fs::{self, File};
use std::io::Read;

use anyhow::{Context, Result};
use k8s_openapi::ByteString;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use serde_json::{Value, json};

use crate::address;
use crate::client::User;
use crate::place::{Place, write_private};

/// What clients outside need to know: the API server's address there.
pub(crate) struct Outside {
    /// Such as `https://127.0.0.1:40123`.
    pub(crate) server: String,
}

/// Writes everything that the control plane and its clients prove themselves with.
pub(crate) fn write(place: &Place, outside: &Outside) -> Result<()> {
    let authority = KeyPair::generate()?;
    let mut params = named("plimsoll-lab");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    let certificate = params.self_signed(&authority)?;
    let put =
        |name: &str, text: &str| write_private(&place.file("pki").join(name), text.as_bytes());
    put("ca.crt", &certificate.pem())?;
    put("ca.key", &authority.serialize_pem())?;
    let issuer = Issuer::new(params, authority);

    let mut serving = named("kube-apiserver");
    serving.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    serving.subject_alt_names = subject_names()?;
    let mut front = named("front-proxy");
    front.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    for (name, params) in [("apiserver", serving), ("front-proxy", front)] {
        let key = KeyPair::generate()?;
        put(&format!("{name}.crt"), &params.signed_by(&key, &issuer)?.pem())?;
        put(&format!("{name}.key"), &key.serialize_pem())?;
    }
    let accounts = KeyPair::generate()?;
    put("accounts.key", &accounts.serialize_pem())?;
    put("accounts.pub", &accounts.public_key_pem())?;

    let mut tokens = String::new();
    for user in User::ALL {
        let token = random_token()?;
        tokens += &format!("{token},{},{},\"{}\"\n", user.name(), user.name(), user.groups());
        for (reach, server) in [("inside", address::API_SERVER_URL), ("outside", &outside.server)] {
            let config = kubeconfig(server, &certificate.pem(), *user, &token);
            put(&format!("{}-{reach}.kubeconfig", user.name()), &config.to_string())?;
        }
    }
    put("tokens.csv", &tokens)?;
    fs::File::open(place.file("pki"))?.sync_all().context("the keys are not written")
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn subject_names() -> Result<Vec<SanType>> {
    let mut names = vec![
        SanType::IpAddress(address::LOOPBACK),
        SanType::IpAddress(address::LAB),
        SanType::IpAddress(address::KUBERNETES),
    ];
    for name in ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"] {
        names.push(SanType::DnsName(name.try_into()?));
    }
    Ok(names)
}

fn random_token() -> Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A kubeconfig with everything in it, so that it can be copied anywhere.
fn kubeconfig(server: &str, authority: &str, user: User, token: &str) -> Value {
    let authority = ByteString(authority.as_bytes().to_vec());
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "lab", "cluster": {
            "server": server, "certificate-authority-data": authority,
        }}],
        "users": [{"name": user.name(), "user": {"token": token}}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": user.name()}}],
        "current-context": "lab",
    })
}
