//! Go's `path.Match`: the patterns of `.helmignore` and of `--show-only`.

/// A pattern that cannot be used: Go's `ErrBadPattern`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadPattern;

impl std::fmt::Display for BadPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("syntax error in pattern")
    }
}

/// A pattern that is matched many times.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// Nothing in it has a meaning of its own.
    Literal(String),
    /// A star and then such a text.
    Suffix(String),
    Any(String),
}

impl Pattern {
    pub(super) fn new(pattern: &str) -> Self {
        let is_literal = |text: &str| !text.contains(['*', '?', '[', '\\']);
        match pattern.strip_prefix('*') {
            Some(rest) if is_literal(rest) => Self::Suffix(rest.to_owned()),
            _ if is_literal(pattern) => Self::Literal(pattern.to_owned()),
            _ => Self::Any(pattern.to_owned()),
        }
    }

    /// Tells whether all of `name` matches; nothing matches a malformed pattern.
    pub(super) fn matches(&self, name: &str) -> bool {
        match self {
            Self::Literal(text) => name == text,
            Self::Suffix(text) => {
                name.strip_suffix(text.as_str()).is_some_and(|rest| !rest.contains('/'))
            }
            Self::Any(pattern) => matches(pattern, name).unwrap_or(false),
        }
    }
}

/// Tells whether all of `name` matches `pattern`, as Go 1.26 `path/filepath.Match` on Unix does.
///
/// A malformed pattern is noticed even when the name does not match.
pub(crate) fn matches(pattern: &str, name: &str) -> Result<bool, BadPattern> {
    let (mut pattern, mut name) = (pattern, name);
    'pattern: while !pattern.is_empty() {
        let (star, chunk, rest) = scan_chunk(pattern);
        pattern = rest;
        if star && chunk.is_empty() {
            return Ok(!name.contains('/'));
        }
        if let Some(after) = match_chunk(chunk, name)?
            && (after.is_empty() || !pattern.is_empty())
        {
            name = after;
            continue;
        }
        if star {
            let mut from = name;
            while let Some(first) = from.chars().next().filter(|c| *c != '/') {
                from = &from[first.len_utf8()..];
                if let Some(after) = match_chunk(chunk, from)? {
                    if pattern.is_empty() && !after.is_empty() {
                        continue;
                    }
                    name = after;
                    continue 'pattern;
                }
            }
        }
        // The rest of the pattern is still checked for its syntax.
        while !pattern.is_empty() {
            let (_, chunk, rest) = scan_chunk(pattern);
            pattern = rest;
            match_chunk(chunk, "")?;
        }
        return Ok(false);
    }
    Ok(name.is_empty())
}

/// Splits off the leading stars and the text up to the next star.
fn scan_chunk(pattern: &str) -> (bool, &str, &str) {
    let text = pattern.trim_start_matches('*');
    let star = text.len() < pattern.len();
    let (mut in_range, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match c {
            '\\' => escaped = true,
            '[' => in_range = true,
            ']' => in_range = false,
            '*' if !in_range => return (star, &text[..at], &text[at..]),
            _ => {}
        }
    }
    (star, text, "")
}

/// Matches a chunk without stars at the start of `name`; returns what is left of the name.
fn match_chunk<'n>(chunk: &str, name: &'n str) -> Result<Option<&'n str>, BadPattern> {
    let mut chunk = chunk.chars();
    let mut rest = name.chars();
    let mut failed = false;
    while let Some(c) = chunk.next() {
        failed = failed || rest.as_str().is_empty();
        match c {
            '[' => {
                let next = if failed { None } else { rest.next() };
                let (found, after) = match_range(chunk, next)?;
                chunk = after;
                failed = failed || !found;
            }
            '?' => {
                failed = failed || rest.next() == Some('/');
            }
            '\\' => {
                let literal = chunk.next().ok_or(BadPattern)?;
                failed = failed || rest.next() != Some(literal);
            }
            _ => failed = failed || rest.next() != Some(c),
        }
    }
    Ok((!failed).then_some(rest.as_str()))
}

/// Reads a range after its `[`; tells whether it holds `c`, and what follows it.
fn match_range(
    chunk: std::str::Chars<'_>,
    c: Option<char>,
) -> Result<(bool, std::str::Chars<'_>), BadPattern> {
    let mut chunk = chunk;
    let negated = chunk.as_str().starts_with('^');
    if negated {
        chunk.next();
    }
    let (mut found, mut ranges) = (false, 0);
    loop {
        if ranges > 0 && chunk.as_str().starts_with(']') {
            chunk.next();
            break;
        }
        let low = range_end(&mut chunk)?;
        let mut high = low;
        if chunk.as_str().starts_with('-') {
            chunk.next();
            high = range_end(&mut chunk)?;
        }
        found = found || c.is_some_and(|c| low <= c && c <= high);
        ranges += 1;
    }
    Ok((found != negated, chunk))
}

fn range_end(chunk: &mut std::str::Chars<'_>) -> Result<char, BadPattern> {
    let c = match chunk.next() {
        None | Some('-' | ']') => return Err(BadPattern),
        Some('\\') => chunk.next().ok_or(BadPattern)?,
        Some(c) => c,
    };
    // A range must be closed, so something has to follow.
    if chunk.as_str().is_empty() { Err(BadPattern) } else { Ok(c) }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The table of Go's own test, path/filepath/match_test.go, as facts.
    #[test]
    fn matches_as_go_does() {
        let cases: &[(&str, &str, Option<bool>)] = &[
            ("abc", "abc", Some(true)),
            ("*", "abc", Some(true)),
            ("*c", "abc", Some(true)),
            ("a*", "a", Some(true)),
            ("a*", "ab/c", Some(false)),
            ("a*/b", "abc/b", Some(true)),
            ("a*/b", "a/c/b", Some(false)),
            ("a*b*c*d*e*/f", "axbxcxdxe/f", Some(true)),
            ("a*b*c*d*e*/f", "axbxcxdxexxx/fff", Some(false)),
            ("a*b?c*x", "abxbbxdbxebxczzx", Some(true)),
            ("ab[c]", "abc", Some(true)),
            ("ab[b-d]", "abc", Some(true)),
            ("ab[e-g]", "abc", Some(false)),
            ("ab[^c]", "abc", Some(false)),
            ("ab[^e-g]", "abc", Some(true)),
            ("a\\*b", "a*b", Some(true)),
            ("a\\*b", "ab", Some(false)),
            ("a?b", "a☺b", Some(true)),
            ("a[^a]b", "a☺b", Some(true)),
            ("a???b", "a☺b", Some(false)),
            ("[a-ζ]*", "α", Some(true)),
            ("*[a-ζ]", "A", Some(false)),
            ("a?b", "a/b", Some(false)),
            ("[\\]a]", "]", Some(true)),
            ("[\\-]", "-", Some(true)),
            ("[x\\-]", "z", Some(false)),
            ("[]a]", "]", None),
            ("[-]", "-", None),
            ("[x-]", "x", None),
            ("[a-b-c]", "a", None),
            ("[", "a", None),
            ("[^", "a", None),
            ("[^bc", "a", None),
            ("a[", "a", None),
            ("a[", "ab", None),
            ("a[", "x", None),
            ("a/b[", "x", None),
            ("*x", "xxx", Some(true)),
            ("\\", "a", None),
            ("", "", Some(true)),
            ("", "a", Some(false)),
        ];
        for (pattern, name, want) in cases {
            assert_eq!(matches(pattern, name).ok(), *want, "{pattern} {name}");
            let kept = Pattern::new(pattern);
            assert_eq!(kept.matches(name), want.unwrap_or(false), "{kept:?} {name}");
        }
    }
}
