//! Where in a text the credentials stand, for those who show the rest of it.

use plimsoll_yaml::Span;

use super::shape;

/// Returns the bytes of `text` that have the form of a credential: keys that services hand out,
/// passwords in URLs, web tokens, and what lies between the marks of a private key; in the order of
/// the text, none overlapping another.
#[must_use]
pub fn spans(text: &str) -> Vec<Span> {
    let mut found = private_keys(text);
    found.extend(url_passwords(text));
    let is_key = |word: &str| shape(word).is_some();
    let in_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    found.extend(words(text, in_word).into_iter().filter(|span| is_key(span.of(text))));
    let in_token = |c: char| in_word(c) || c == '.';
    found.extend(words(text, in_token).into_iter().filter(|span| is_web_token(span.of(text))));
    found.sort_unstable();
    found.dedup_by(|next, kept| {
        let touches = next.start < kept.end;
        if touches {
            kept.end = kept.end.max(next.end);
        }
        touches
    });
    found
}

fn words(text: &str, is_inside: impl Fn(char) -> bool) -> Vec<Span> {
    let mut found = Vec::new();
    let mut begun = None;
    for (at, c) in text.char_indices() {
        match begun {
            None if is_inside(c) => begun = Some(at),
            Some(start) if !is_inside(c) => {
                found.push(Span::new(start, at));
                begun = None;
            }
            _ => {}
        }
    }
    found.extend(begun.map(|start| Span::new(start, text.len())));
    found
}

/// A JSON web token (RFC 7519): three parts in base64, the first of which starts with `{"`.
fn is_web_token(word: &str) -> bool {
    word.starts_with("eyJ") && word.len() >= 40 && word.matches('.').count() == 2
}

fn private_keys(text: &str) -> Vec<Span> {
    const MARK: &str = "PRIVATE KEY-----";
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(MARK) {
        let start = from + at + MARK.len();
        let end = text[start..].find("-----END").map_or(text.len(), |at| start + at);
        if text[..from + at].contains("-----BEGIN") && start < end {
            found.push(Span::new(start, end));
        }
        from = text[end..].find(MARK).map_or(text.len(), |at| end + at + MARK.len());
    }
    found
}

/// The passwords of `scheme://user:password@host`; references such as `$(DB_PASSWORD)` are none.
fn url_passwords(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    for (at, mark) in text.match_indices("://") {
        let start = at + mark.len();
        let rest = &text[start..];
        let end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '`' | ','));
        let authority = &rest[..end.unwrap_or(rest.len())];
        let Some((user, _)) = authority.rsplit_once('@') else { continue };
        let Some((name, password)) = user.split_once(':') else { continue };
        let is_reference = password.contains(['$', '{', '}', '(', ')', '<', '>']);
        if !password.is_empty() && !is_reference {
            let start = start + name.len() + 1;
            found.push(Span::new(start, start + password.len()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_credential_is_covered() {
        for (text, secret) in [
            (
                "--token=hf_AbCdEfGhIjKlMnOpQrStUvWxYz012345 --x",
                "hf_AbCdEfGhIjKlMnOpQrStUvWxYz012345",
            ),
            ("url: postgres://llm:s3cr3t@db:5432/llm", "s3cr3t"),
            ("postgres://u:p:q@db, redis", "p:q"),
            ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----", "\nabc\n"),
            ("-----BEGIN PRIVATE KEY-----\nabc", "\nabc"),
            (
                "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl!",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
            ),
        ] {
            let found: Vec<_> = spans(text).iter().map(|span| span.of(text)).collect();
            assert_eq!(found, [secret], "{text}");
        }
    }

    #[test]
    fn all_are_found_and_nothing_else() {
        let text = "a://u:one@h b://u:two@h -----BEGIN PRIVATE KEY-----\n1-----END PRIVATE KEY-----\n\
                    -----BEGIN EC PRIVATE KEY-----\n2-----END EC PRIVATE KEY-----";
        let found: Vec<_> = spans(text).iter().map(|span| span.of(text)).collect();
        assert_eq!(found, ["one", "two", "\n1", "\n2"]);
        for text in
            ["", "postgres://u:$(PW)@db", "http://h:80/a@b", "hf_transfer", "ä PRIVATE KEY-----ü"]
        {
            assert_eq!(spans(text), [], "{text}");
        }
    }
}
