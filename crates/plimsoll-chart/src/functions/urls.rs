//! URLs taken apart and put together.

mod escape;
mod url;

use std::sync::Arc;

use url::Url;

use super::{Call, Env, Failure, Family, Function, Outcome, Type};
use crate::value::{Data, Map, Value};

pub(super) const FAMILY: Family = Family {
    name: "URLs",
    source: "sprig 3.3.0 url.go; Go 1.26 net/url",
    functions: &[
        Function::new(
            "urlParse",
            &[Type::Str],
            url_parse,
            "Takes a URL apart into a dict of scheme, host, path and the other parts.",
        ),
        Function::new(
            "urlJoin",
            &[Type::Map],
            url_join,
            "Puts a URL together from a dict such as `urlParse` returns.",
        ),
    ],
};

fn url_parse(call: &mut Call<'_>) -> Outcome {
    let fail = |error| Failure::error(format!("unable to parse url: {error}"));
    let url = Url::parse(call.str(0)).map_err(fail)?;
    let entries = [
        ("scheme", url.scheme.clone()),
        ("hostname", url.host_name().to_owned()),
        ("userinfo", url.user.as_ref().map(url::User::escaped).unwrap_or_default()),
        ("host", url.host),
        ("path", url.path),
        ("query", url.query),
        ("opaque", url.opaque),
        ("fragment", url.fragment),
    ];
    Ok(Env::map_of(entries.into_iter().map(|(key, text)| (Arc::from(key), Value::str(text)))))
}

fn url_join(call: &mut Call<'_>) -> Outcome {
    let parts = call.map(0);
    let mut url = Url {
        scheme: part(&parts, "scheme")?,
        host: part(&parts, "host")?,
        path: part(&parts, "path")?,
        query: part(&parts, "query")?,
        opaque: part(&parts, "opaque")?,
        fragment: part(&parts, "fragment")?,
        ..Url::default()
    };
    let user = part(&parts, "userinfo")?;
    if !user.is_empty() {
        let fail = |error| Failure::error(format!("unable to parse userinfo in dict: {error}"));
        url.user = Url::parse(&format!("proto://{user}@host")).map_err(fail)?.user;
    }
    Ok(call.owing_to_all(Value::str(url.text())))
}

/// The string under `key`, empty if there is none.
fn part(parts: &Map, key: &str) -> Result<String, Failure> {
    match parts.get(key) {
        None => Ok(String::new()),
        Some(value) => match &value.data {
            Data::Str(text) => Ok(text.as_str().to_owned()),
            Data::Nil | Data::Invalid => Err(Failure::error(
                "runtime error: invalid memory address or nil pointer dereference",
            )),
            _ => Err(Failure::error(format!(
                "unable to parse {key} key, must be of type string, but {} found",
                value.kind()
            ))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::recorded::{call, message, rows, text};

    const KEYS: [&str; 8] =
        ["scheme", "host", "hostname", "path", "query", "opaque", "fragment", "userinfo"];

    #[test]
    fn urls_come_apart_and_together_as_in_go() {
        for row in rows(include_str!("../../tests/data/url.json")) {
            let outcome = call("urlParse", &[Value::str(row[0].as_str().unwrap())]);
            if let Some(error) = row[10].as_str() {
                assert_eq!(message(outcome), error, "{row:?}");
                continue;
            }
            let value = outcome.unwrap();
            let Data::Map(map) = &value.data else { panic!("{value:?}") };
            for (key, index) in KEYS.into_iter().zip(1..) {
                let part = map.get(key).unwrap();
                assert_eq!(
                    part.as_text().unwrap().as_str(),
                    row[index].as_str().unwrap(),
                    "{row:?}"
                );
            }
            assert_eq!(text("urlJoin", &[value]), row[9].as_str().unwrap(), "{row:?}");
        }
    }

    #[test]
    fn joining_escapes_as_go_does() {
        for row in rows(include_str!("../../tests/data/url_join.json")) {
            let parts = row[0].as_object().unwrap();
            let entries = parts.iter().map(|(key, json)| {
                let value = json.as_str().map_or_else(|| Value::int(1), Value::str);
                (Arc::from(key.as_str()), value)
            });
            let outcome = call("urlJoin", &[Env::map_of(entries)]);
            match row[2].as_str() {
                Some(error) => assert_eq!(message(outcome), error, "{row:?}"),
                None => {
                    let value = outcome.unwrap();
                    let got = value.as_text().unwrap().as_str();
                    assert_eq!(got, row[1].as_str().unwrap(), "{row:?}");
                }
            }
        }
    }
}
