//! How a text gives itself away as a credential.

mod spans;

pub use spans::spans;

/// A form that only credentials have: a prefix, the fewest characters behind it, and in words.
struct Shape {
    prefix: &'static str,
    rest: usize,
    words: &'static str,
}

/// Prefixes under which services hand out keys.
///
/// Source: GitHub documentation, “Supported secret scanning patterns” (2026), and the services' own
/// documentation of their keys.
const SHAPES: &[Shape] = &[
    Shape { prefix: "sk-", rest: 20, words: "an API key (sk-…)" },
    Shape { prefix: "hf_", rest: 30, words: "a Hugging Face token (hf_…)" },
    Shape { prefix: "nvapi-", rest: 40, words: "an NVIDIA API key (nvapi-…)" },
    Shape { prefix: "gsk_", rest: 40, words: "a Groq API key (gsk_…)" },
    Shape { prefix: "r8_", rest: 30, words: "a Replicate token (r8_…)" },
    Shape { prefix: "pplx-", rest: 40, words: "a Perplexity API key (pplx-…)" },
    Shape { prefix: "AIza", rest: 35, words: "a Google API key (AIza…)" },
    Shape { prefix: "AKIA", rest: 16, words: "an AWS access key (AKIA…)" },
    Shape { prefix: "ghp_", rest: 36, words: "a GitHub token (ghp_…)" },
    Shape { prefix: "gho_", rest: 36, words: "a GitHub token (gho_…)" },
    Shape { prefix: "ghs_", rest: 36, words: "a GitHub token (ghs_…)" },
    Shape { prefix: "github_pat_", rest: 30, words: "a GitHub token (github_pat_…)" },
    Shape { prefix: "glpat-", rest: 20, words: "a GitLab token (glpat-…)" },
    Shape { prefix: "xoxb-", rest: 20, words: "a Slack token (xoxb-…)" },
    Shape { prefix: "xoxp-", rest: 20, words: "a Slack token (xoxp-…)" },
];

/// Values that charts and tutorials ship as a password or key, in lower case.
///
/// Source: BerriAI/litellm deploy/charts/litellm-helm/values.yaml, open-webui/helm-charts
/// values.yaml, LiteLLM's documentation (`sk-1234`), and the top of any list of common passwords.
const KNOWN: [&str; 20] = [
    "notagreatpassword",
    "0p3n-w3bu!",
    "sk-1234",
    "changeme",
    "change-me",
    "change_me",
    "changeit",
    "password",
    "passw0rd",
    "p@ssw0rd",
    "admin",
    "adminadmin",
    "secret",
    "postgres",
    "minioadmin",
    "minio123",
    "letmein",
    "12345678",
    "123456789",
    "t0p-s3cr3t",
];

/// Values that stand where a credential is demanded and none is needed, in lower case.
const DUMMIES: [&str; 30] = [
    "none",
    "null",
    "nil",
    "empty",
    "dummy",
    "fake",
    "unused",
    "not-needed",
    "notneeded",
    "not-required",
    "no-key",
    "nokey",
    "no-key-required",
    "sk-no-key-required",
    "na",
    "n/a",
    "ollama",
    "anything",
    "placeholder",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "enabled",
    "disabled",
    "auto",
    "default",
    "test",
];

/// What [`shape`] calls a private key.
pub(crate) const PRIVATE_KEY: &str = "a private key";

/// What [`shape`] calls a URL with a password.
pub(crate) const PASSWORD_IN_URL: &str = "a URL with a password";

/// Returns what the text is, where some word of it has the form of a key or the text holds a
/// private key or a URL with a password.
pub(crate) fn shape(text: &str) -> Option<&'static str> {
    if text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----") {
        return Some(PRIVATE_KEY);
    }
    if has_password_in_url(text) {
        return Some(PASSWORD_IN_URL);
    }
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).find_map(|word| {
        let shape = SHAPES.iter().find(|shape| {
            word.strip_prefix(shape.prefix)
                .is_some_and(|rest| rest.len() >= shape.rest && looks_random(rest))
        })?;
        Some(shape.words)
    })
}

/// Tells whether a word is as mixed as a generated one: digits and letters, many different ones,
/// and not the example of some documentation.
fn looks_random(word: &str) -> bool {
    let mut different: Vec<char> = word.chars().collect();
    different.sort_unstable();
    different.dedup();
    different.len() >= 10
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !word.to_ascii_lowercase().contains("example")
}

/// Finds `scheme://user:password@host` with a password that stands there literally.
fn has_password_in_url(text: &str) -> bool {
    text.match_indices("://").any(|(at, mark)| {
        let rest = &text[at + mark.len()..];
        let end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '`' | ','));
        let authority = &rest[..end.unwrap_or(rest.len())];
        let has_scheme = text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        has_scheme
            && authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':')).is_some_and(
                |(_, password)| is_literal(password) && !password.bytes().all(|b| b == b'*'),
            )
    })
}

/// Tells whether a value is one that everybody knows.
pub(crate) fn is_known(value: &str) -> bool {
    KNOWN.contains(&value.trim().to_ascii_lowercase().as_str())
}

/// Tells whether a value under a credential's name is the credential itself: neither a reference,
/// nor a switch, a number, a path, an address, or something put there because nothing is needed.
pub(crate) fn is_literal(value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_ascii_lowercase();
    let is_masked = value.chars().all(|c| matches!(c, 'x' | 'X' | '*' | '.' | '-' | '_'));
    let is_number = value.len() < 8 && value.parse::<f64>().is_ok();
    let is_variable_name = value.contains('_')
        && value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let is_reference = value.contains(['$', '{', '}', '(', ')', '%', '<', '>'])
        || lower.starts_with("os.environ")
        || lower.starts_with("env:")
        || lower.starts_with("vault:")
        || lower.starts_with("file:")
        || lower.starts_with("op://");
    let is_place = value.starts_with(['/', '~', '.'])
        || (value.contains("://") && !has_password_in_url(value));
    // A key of a service that hands out longer ones is the example of some documentation.
    let is_cut =
        SHAPES.iter().any(|known| known.prefix != "sk-" && value.starts_with(known.prefix))
            && shape(value).is_none();
    // Such as `not-used` or `no-key`: words that a generated key or a password seldom begins with.
    let is_denied = ["no-", "no_", "not-", "not_", "sk-no-", "sk-not-"]
        .iter()
        .any(|begin| lower.starts_with(begin))
        && !lower.bytes().any(|byte| byte.is_ascii_digit());
    let is_dummy = is_cut
        || is_denied
        || DUMMIES.contains(&lower.as_str())
        || ["your-", "your_", "insert-", "insert_", "placeholder", "example", "-here", "_here"]
            .iter()
            .any(|part| lower.contains(part))
        || ["my-secret", "fake-", "dummy-", "sk-xxx", "replace", "todo"]
            .iter()
            .any(|begin| lower.starts_with(begin));
    value.len() >= 4
        && !value.contains(char::is_whitespace)
        && !(is_masked || is_number || is_variable_name || is_reference || is_place || is_dummy)
}

/// Tells whether a name says that its value is a credential.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let words = words(name);
    let Some((last, before)) = words.split_last() else { return false };
    let prior = before.last().map_or("", String::as_str);
    let switch = [
        "ENABLE", "ENABLED", "DISABLE", "USE", "REQUIRE", "ALLOW", "HAS", "IS", "SKIP", "NO",
        "EXISTING", "GENERATE", "CREATE", "MAX", "NUM",
    ];
    if words.first().is_some_and(|first| switch.contains(&first.as_str())) {
        return false;
    }
    match last.as_str() {
        "PASSWORD" | "PASSWD" | "PASS" | "APIKEY" | "APIKEYS" | "APITOKEN" => true,
        "TOKEN" => !["PAD", "EOS", "BOS", "STOP", "MASK", "UNK", "SEP", "CLS"].contains(&prior),
        "SECRET" => ["CLIENT", "APP", "JWT", "SESSION", "WEBHOOK", "SHARED", "COOKIE", "AUTH"]
            .contains(&prior),
        "KEY" | "KEYS" => [
            "API",
            "ACCESS",
            "PRIVATE",
            "MASTER",
            "SALT",
            "SECRET",
            "ENCRYPTION",
            "SIGNING",
            "SESSION",
            "COOKIE",
            "JWT",
            "ACCOUNT",
        ]
        .contains(&prior),
        "URL" | "URI" | "DSN" => ["DATABASE", "DB", "REDIS", "POSTGRES", "MONGO"].contains(&prior),
        _ => false,
    }
}

/// Returns the words of a name in capitals: `litellmApiKey` and `LITELLM_API_KEY` alike.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        let begins = c.is_ascii_uppercase() && was_lower;
        if !c.is_ascii_alphanumeric() || begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_uppercase());
        }
        was_lower = c.is_ascii_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Decodes standard base64; nothing for anything else, and for bytes that are no text.
pub(crate) fn from_base64(text: &str) -> Option<String> {
    let digits: Vec<u8> =
        text.bytes().filter(|b| !b.is_ascii_whitespace()).take_while(|b| *b != b'=').collect();
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    for chunk in digits.chunks(4) {
        let mut bits: u32 = 0;
        for digit in chunk {
            let value = match digit {
                b'A'..=b'Z' => digit - b'A',
                b'a'..=b'z' => digit - b'a' + 26,
                b'0'..=b'9' => digit - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        let missing = 4 - chunk.len();
        if missing == 3 {
            return None;
        }
        bits <<= 6 * missing;
        bytes.extend_from_slice(&bits.to_be_bytes()[1..4 - missing]);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_by_their_form() {
        for text in [
            "sk-proj-a1B2c3D4e5F6g7H8i9J0k1",
            "--token=hf_AbCdEfGhIjKlMnOpQrStUvWxYz012345",
            "AKIAQ4X7ZN2MRT5WLKPD",
            "postgres://llm:s3cr3tpw@db:5432/llm",
            "x\n-----BEGIN RSA PRIVATE KEY-----\ny",
        ] {
            assert!(shape(text).is_some(), "{text}");
        }
        for text in [
            "sk-1234",
            "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "sk-this-is-a-placeholder-key-only",
            "AKIAIOSFODNN7EXAMPLE",
            "hf_transfer",
            "https://example.com/a:b@c",
            "postgres://llm:$(DB_PASSWORD)@db/llm",
            "postgres://llm@db/llm",
            "http://user:****@host",
            "risk-assessment-2026-a1b2c3d4e5f6g7h8",
        ] {
            assert_eq!(shape(text), None, "{text}");
        }
    }

    #[test]
    fn names_of_credentials_are_told_from_their_neighbours() {
        for name in [
            "HF_TOKEN",
            "OPENAI_API_KEY",
            "LITELLM_MASTER_KEY",
            "litellmApiKey",
            "api_key",
            "POSTGRES_PASSWORD",
            "admin-password",
            "DATABASE_URL",
            "OAUTH_CLIENT_SECRET",
            "AWS_SECRET_ACCESS_KEY",
            "OPENAI_API_KEYS",
            "WEBUI_SECRET_KEY",
        ] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "MAX_TOKENS",
            "TOKENIZER",
            "EOS_TOKEN",
            "MAX_TOKEN",
            "SECRET_NAME",
            "KEY_FILE",
            "TOKEN_URL",
            "ENABLE_API_KEY",
            "existingSecret",
            "PWD",
            "AWS_ACCESS_KEY_ID",
            "PASSWORD_POLICY",
            "topologyKey",
            "SORT_KEY",
            "secretName",
            "OPENAI_API_BASE_URL",
            "",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn references_and_dummies_are_no_credentials() {
        for value in [
            "",
            "abc",
            "none",
            "EMPTY",
            "os.environ/OPENAI_API_KEY",
            "$(TOKEN)",
            "${TOKEN}",
            "/run/secrets/token",
            "true",
            "4096",
            "LITELLM_MASTER_KEY",
            "<your key>",
            "https://keys.example.com",
            "two words",
            "insert-your-token-here",
            "nvapi-NVKEY",
            "sk-xxxx",
            "not-used",
            "no_key_needed",
            "your-api-key",
            "********",
        ] {
            assert!(!is_literal(value), "{value}");
        }
        for value in [
            "not-2-be-guessed",
            "nopassword",
            "hunter22",
            "sk-1234",
            "NoTaGrEaTpAsSwOrD",
            "redis://:pw12@redis:6379/0",
        ] {
            assert!(is_literal(value), "{value}");
        }
        assert!(is_known("NoTaGrEaTpAsSwOrD"));
        assert!(!is_known("hunter22"));
    }

    #[test]
    fn base64_decodes_to_text_only() {
        assert_eq!(from_base64("aHVudGVyMg==").as_deref(), Some("hunter2"));
        assert_eq!(from_base64("YWJj").as_deref(), Some("abc"));
        assert_eq!(from_base64("YWI=\n").as_deref(), Some("ab"));
        assert_eq!(from_base64("").as_deref(), Some(""));
        for bad in ["a", "ab c!", "_-_-", "/////w=="] {
            assert_eq!(from_base64(bad), None, "{bad}");
        }
    }
}
