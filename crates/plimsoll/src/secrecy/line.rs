//! Secrets in lines of any text: templates, scripts, configuration inside a value.

use plimsoll_rules::credential;
use plimsoll_yaml::Span;

use super::{is_reference, names_secret};

/// Returns the bytes of `text` that are secrets, in order, none overlapping another.
pub(crate) fn spans(text: &str) -> Vec<Span> {
    let mut found = credential::spans(text);
    let mut offset = 0;
    let mut before: Option<Context> = None;
    for line in text.split_inclusive('\n') {
        let context = Context::of(line);
        let follows = before.as_ref().is_some_and(|before| context.is_value_of(before));
        let values = if follows { whole_value(line) } else { pairs(line) };
        found.extend(values.into_iter().map(|span| span.shifted(offset)));
        if !line.trim().is_empty() {
            before = Some(context);
        }
        offset += line.len();
    }
    merged(found)
}

/// Sorts stretches and joins those that touch.
pub(crate) fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    spans.dedup_by(|next, kept| {
        let overlaps = next.start < kept.end;
        if overlaps {
            kept.end = kept.end.max(next.end);
        }
        overlaps
    });
    spans
}

/// What a line says about the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Context {
    /// `name: API_KEY`, of a variable.
    Name {
        is_secret: bool,
    },
    /// `- --api-key`, an argument whose value is the next.
    Flag {
        is_secret: bool,
    },
    /// `value: …`
    Value,
    /// Another item of a list.
    Item,
    Other,
}

impl Context {
    fn of(line: &str) -> Self {
        let line = line.trim();
        let item = line.strip_prefix("- ").map(str::trim_start);
        let field = item.unwrap_or(line);
        let bare = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
        if let Some(name) = field.strip_prefix("name:") {
            return Self::Name { is_secret: names_secret(&bare(name)) };
        }
        if field.starts_with("value:") {
            return Self::Value;
        }
        match item.map(bare) {
            Some(flag) if flag.starts_with('-') && !flag.contains(['=', ' ']) => {
                Self::Flag { is_secret: names_secret(&flag) }
            }
            Some(_) => Self::Item,
            None => Self::Other,
        }
    }

    fn is_value_of(self, before: &Self) -> bool {
        matches!(
            (before, self),
            (Self::Name { is_secret: true }, Self::Value)
                | (Self::Flag { is_secret: true }, Self::Item)
        )
    }
}

/// The secrets in the value of a line `value: x` or `- x`.
fn whole_value(line: &str) -> Vec<Span> {
    let end = line.trim_end().len();
    let start = line.find("value:").map_or_else(
        || line.len() - line.trim_start_matches([' ', '\t', '-']).len(),
        |at| at + "value:".len(),
    );
    value(line, start, end, false).map_or_else(Vec::new, |value| literals(line, value))
}

/// The values of all `key: value` and `key=value` of a line whose keys name a secret.
fn pairs(line: &str) -> Vec<Span> {
    let end = line.trim_end().len();
    let mut found: Vec<Span> = Vec::new();
    for (at, mark) in line[..end].match_indices([':', '=']) {
        let is_inside = found.last().is_some_and(|last: &Span| at < last.end);
        if is_inside || !names_secret(key_before(&line[..at])) {
            continue;
        }
        let inline = mark == "=" && !line[at + 1..].starts_with(' ');
        let value = value(line, at + 1, end, inline);
        found.extend(value.into_iter().flat_map(|value| literals(line, value)));
    }
    found
}

/// The word that ends `text`, without quotes.
fn key_before(text: &str) -> &str {
    let text = text.trim_end().trim_end_matches([':', '"', '\'']);
    let is_key = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let start = text.char_indices().rev().find(|(_, c)| !is_key(*c));
    start.map_or(text, |(at, c)| &text[at + c.len_utf8()..])
}

/// The secret parts of a value; of one with template actions, the texts written in it.
pub(crate) fn literals(line: &str, whole: Span) -> Vec<Span> {
    if !whole.of(line).contains("{{") {
        return vec![whole];
    }
    let mut found = Vec::new();
    let mut at = whole.start;
    while at < whole.end {
        let rest = &line[at..whole.end];
        let open = rest.find("{{").unwrap_or(rest.len());
        let text = Span::new(at, at + open);
        if text.of(line).contains(char::is_alphanumeric) {
            found.push(text);
        }
        let close = rest[open..].find("}}").map_or(rest.len(), |close| open + close + 2);
        found.extend(quoted(line, Span::new(at + open, at + close)));
        at += close.max(1);
    }
    found
}

/// Functions whose literal arguments are names and forms, not values.
const HARMLESS: [&str; 18] = [
    "and",
    "contains",
    "dig",
    "eq",
    "fail",
    "get",
    "hasKey",
    "hasPrefix",
    "hasSuffix",
    "include",
    "index",
    "lookup",
    "ne",
    "printf",
    "replace",
    "required",
    "template",
    "trimSuffix",
];

/// The quoted texts of a template action that may be a value: `default "hunter2"`.
fn quoted(line: &str, action: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut command = String::new();
    let mut rest = action.start;
    while let Some(at) = line[rest..action.end].find(['"', '`']) {
        let start = rest + at;
        let between = &line[rest..start];
        let begins = between.rfind(['(', '|', '=', '{']).map(|at| &between[at + 1..]);
        if begins.is_some() || command.is_empty() {
            let words = begins.unwrap_or(between);
            command = words.split_whitespace().next().unwrap_or_default().to_owned();
        }
        let quote = &line[start..=start];
        let Some(len) = line[start + 1..action.end].find(quote) else { break };
        let text = Span::new(start + 1, start + 1 + len);
        if !text.is_empty() && !HARMLESS.contains(&command.as_str()) {
            found.push(text);
        }
        rest = text.end + 1;
    }
    found
}

/// The stretch of a value that starts at `start`; nothing for what holds no secret.
fn value(line: &str, start: usize, end: usize, inline: bool) -> Option<Span> {
    let rest = line.get(start..end)?;
    let start = start + rest.len() - rest.trim_start().len();
    let rest = line.get(start..end)?;
    let has_action = rest.contains("{{");
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'') && !has_action);
    let span = if let Some(quote) = quote {
        let len = rest[1..].find(quote).unwrap_or(rest.len() - 1);
        Span::new(start + 1, start + 1 + len)
    } else {
        let is_end = |c: char| c.is_whitespace() || "\"',;)&|".contains(c);
        let len = if inline && !has_action { rest.find(is_end) } else { rest.find(" #") };
        Span::new(start, start + rest[..len.unwrap_or(rest.len())].trim_end().len())
    };
    (!is_harmless(span.of(line), inline)).then_some(span)
}

/// Tells whether a text is a switch, an empty value, a mark of YAML, or stands for another.
fn is_harmless(text: &str, inline: bool) -> bool {
    let text = text.trim();
    let is_word =
        |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    let is_variable = |name: &str| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let yaml_mark = text.strip_prefix(['|', '>']).is_some_and(|rest| {
        rest.bytes().all(|byte| byte.is_ascii_digit() || b"+-".contains(&byte))
    }) || text.strip_prefix('&').is_some_and(is_word);
    matches!(text, "" | "true" | "false" | "null" | "~" | "{}" | "[]" | "yes" | "no" | "{" | "[")
        || (yaml_mark && !inline)
        || is_reference(text)
        || text.strip_prefix('$').is_some_and(is_variable)
}

#[cfg(test)]
mod tests {
    use super::super::masked;

    #[test]
    fn values_are_masked_and_the_rest_stays() {
        for (line, shown) in [
            ("  apiKey: sk-äbc # mine", "  apiKey: ******** # mine"),
            ("  password: \"x y\"", "  password: \"********\""),
            ("  \"password\": \"x\", \"port\": 1", "  \"password\": \"********\", \"port\": 1"),
            ("export TOKEN=abc; run", "export TOKEN=********; run"),
            ("- --api-key=abc", "- --api-key=********"),
            ("[\"--api-key=abc\", \"x\"]", "[\"--api-key=********\", \"x\"]"),
            ("curl -H 'Authorization: Bearer abc' x", "curl -H 'Authorization: ********"),
            ("- name: API_KEY\n  value: abc", "- name: API_KEY\n  value: ********"),
            ("- name: PORT\n  value: abc", "- name: PORT\n  value: abc"),
            ("- --token\n- abc\n- d", "- --token\n- ********\n- d"),
            ("password: $ecret1", "password: ********"),
            ("db: postgres://u:pw@h/d", "db: postgres://u:********@h/d"),
        ] {
            assert_eq!(masked(line), shown);
        }
    }

    #[test]
    fn of_templates_only_the_literals_are_masked() {
        for (line, shown) in [
            ("  token: {{ .Values.token }}", "  token: {{ .Values.token }}"),
            (
                "  token: {{ .Values.t | default \"abc\" }}",
                "  token: {{ .Values.t | default \"********\" }}",
            ),
            (
                "  token: {{ include \"x.y\" . | quote }}",
                "  token: {{ include \"x.y\" . | quote }}",
            ),
            (
                "  token: {{ default (printf \"%s-x\" .a) .b }}",
                "  token: {{ default (printf \"%s-x\" .a) .b }}",
            ),
            ("  token: abc{{ .x }}", "  token: ********{{ .x }}"),
            ("  token: \"{{ .x }}\"", "  token: \"{{ .x }}\""),
            ("password: *hunter2", "password: ********"),
        ] {
            assert_eq!(masked(line), shown);
        }
    }

    #[test]
    fn harmless_values_are_shown() {
        for line in [
            "secretName: ''",
            "password: \"\"",
            "token: true",
            "password: |",
            "password: $(DB_PASSWORD)",
            "password: $DB_PASSWORD",
            "password: &anchor",
            "image: ollama",
            "name: {{ template \"ollama.fullname\" . }}",
            "",
            ":",
            "=",
            "ü: =",
        ] {
            assert_eq!(masked(line), line);
        }
    }
}
