//! The patterns of `.Files.Glob`: those of `gobwas/glob` with `/` as separator.

/// A compiled pattern: its parts in order.
#[derive(Clone, Debug)]
pub(super) struct Glob(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    /// One character.
    One(Class),
    /// Any number of characters.
    Many(Class),
    /// One of several patterns; if it is `bound`, only what is `length` characters long.
    Either { branches: Vec<Vec<Self>>, length: Option<usize>, bound: bool },
}

impl Part {
    /// Tells whether the library takes it to have a length.
    const fn is_fixed(&self) -> bool {
        match self {
            Self::One(_) => true,
            Self::Many(_) => false,
            Self::Either { length, .. } => length.is_some(),
        }
    }
}

/// A set of characters.
#[derive(Clone, Debug)]
enum Class {
    Only(char),
    Any,
    NoSeparator,
    OneOf { chars: Vec<char>, negated: bool },
    Range { low: char, high: char, negated: bool },
}

impl Class {
    fn holds(&self, c: char) -> bool {
        match self {
            Self::Only(only) => *only == c,
            Self::Any => true,
            Self::NoSeparator => c != '/',
            Self::OneOf { chars, negated } => chars.contains(&c) != *negated,
            Self::Range { low, high, negated } => (*low <= c && c <= *high) != *negated,
        }
    }
}

/// A pattern that cannot be compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadGlob;

/// How deep braces may nest; the library has no limit but its stack.
const MAX_DEPTH: usize = 64;

impl Glob {
    /// Compiles a pattern: `*`, `**`, `?`, `[abc]`, `[a-z]`, `[!a]`, `{a,b}` and `\` before any of
    /// them. Braces that are not closed end with the pattern.
    pub(super) fn compile(pattern: &str) -> Result<Self, BadGlob> {
        // One list of branches for each open brace, the innermost last.
        let mut open: Vec<Vec<Vec<Part>>> = Vec::new();
        let mut parts: Vec<Part> = Vec::new();
        let mut chars = pattern.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '{' if open.len() >= MAX_DEPTH => return Err(BadGlob),
                '{' => open.push(vec![std::mem::take(&mut parts)]),
                ',' if !open.is_empty() => {
                    if let Some(branches) = open.last_mut() {
                        branches.push(std::mem::take(&mut parts));
                    }
                }
                '}' if !open.is_empty() => parts = close(open.pop(), parts),
                '[' => parts.push(Part::One(range(&mut chars)?)),
                '?' => parts.push(Part::One(Class::NoSeparator)),
                '*' => parts.push(Part::Many(match chars.next_if_eq(&'*') {
                    Some(_) => Class::Any,
                    None => Class::NoSeparator,
                })),
                '\\' => parts.extend(chars.next().map(|c| Part::One(Class::Only(c)))),
                c => parts.push(Part::One(Class::Only(c))),
            }
        }
        while let Some(branches) = open.pop() {
            parts = close(Some(branches), parts);
        }
        bind(&mut parts);
        Ok(Self(parts))
    }

    /// Tells whether all of `text` matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let mut from = vec![false; text.len() + 1];
        from[0] = true;
        walk(&self.0, &text, from).last().copied().unwrap_or(false)
    }
}

/// Ends a brace: `branches` holds what came before it, and then its branches but the last.
fn close(branches: Option<Vec<Vec<Part>>>, last: Vec<Part>) -> Vec<Part> {
    let mut branches = branches.unwrap_or_default().into_iter();
    let mut parts = branches.next().unwrap_or_default();
    let mut branches: Vec<Vec<Part>> = branches.chain([last]).collect();
    branches.iter_mut().for_each(|branch| bind(branch));
    let length = length_of(&branches);
    parts.push(Part::Either { branches, length, bound: false });
    parts
}

/// Binds alternatives to the length they are taken to have where the library makes a row of them
/// and a neighbour that has a length, too.
fn bind(parts: &mut [Part]) {
    let fixed: Vec<bool> = parts.iter().map(Part::is_fixed).collect();
    for (index, part) in parts.iter_mut().enumerate() {
        let neighbour = |at: Option<usize>| at.and_then(|at| fixed.get(at)).copied();
        let beside = neighbour(index.checked_sub(1)) == Some(true)
            || neighbour(Some(index + 1)) == Some(true);
        if let Part::Either { bound, length, .. } = part {
            *bound = beside && length.is_some();
        }
    }
}

/// The length that the library takes alternatives to have.
///
/// It forgets that alternatives at the start have none, so `x{a*,b}` matches `xb` and `xa` only.
fn length_of(branches: &[Vec<Part>]) -> Option<usize> {
    let mut length = None;
    for branch in branches {
        let own = branch.iter().try_fold(0, |sum: usize, part| {
            Some(
                sum + match part {
                    Part::One(_) => 1,
                    Part::Many(_) => return None,
                    Part::Either { length, .. } => (*length)?,
                },
            )
        });
        match (length, own) {
            (None, own) => length = own,
            (Some(length), Some(own)) if length == own => {}
            (Some(_), _) => return None,
        }
    }
    length
}

/// Where in the text `parts` may end when they may start at the marked places.
fn walk(parts: &[Part], text: &[char], mut at: Vec<bool>) -> Vec<bool> {
    for part in parts {
        let mut next = vec![false; at.len()];
        match part {
            Part::One(class) => {
                for (index, c) in text.iter().enumerate() {
                    next[index + 1] = at[index] && class.holds(*c);
                }
            }
            Part::Many(class) => {
                next[0] = at[0];
                for (index, c) in text.iter().enumerate() {
                    next[index + 1] = at[index + 1] || next[index] && class.holds(*c);
                }
            }
            Part::Either { branches, length: None, .. }
            | Part::Either { branches, bound: false, .. } => {
                for branch in branches {
                    for (mark, ends) in next.iter_mut().zip(walk(branch, text, at.clone())) {
                        *mark |= ends;
                    }
                }
            }
            Part::Either { branches, length: Some(length), .. } => {
                for start in (0..text.len().saturating_add(1).saturating_sub(*length))
                    .filter(|start| at[*start])
                {
                    let piece = &text[start..start + length];
                    next[start + length] |= branches.iter().any(|branch| {
                        let mut from = vec![false; piece.len() + 1];
                        from[0] = true;
                        walk(branch, piece, from).last().copied().unwrap_or(false)
                    });
                }
            }
        }
        at = next;
    }
    at
}

/// Reads a range after its `[`.
fn range(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Class, BadGlob> {
    let negated = chars.next_if_eq(&'!').is_some();
    let first = chars.next().ok_or(BadGlob)?;
    if chars.next_if_eq(&'-').is_some() {
        let high = chars.next().ok_or(BadGlob)?;
        let closed = chars.next() == Some(']');
        return if closed && first <= high {
            Ok(Class::Range { low: first, high, negated })
        } else {
            Err(BadGlob)
        };
    }
    let mut list = Vec::new();
    let mut next = Some(first);
    loop {
        match next.ok_or(BadGlob)? {
            ']' => break,
            '\\' => list.push(chars.next().ok_or(BadGlob)?),
            c => list.push(c),
        }
        next = chars.next();
    }
    if list.is_empty() { Err(BadGlob) } else { Ok(Class::OneOf { chars: list, negated }) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns_match_as_in_gobwas() {
        for (pattern, text, want) in [
            ("*", "a.yaml", true),
            ("*", "a/b.yaml", false),
            ("**", "a/b.yaml", true),
            ("a/*", "a/b", true),
            ("a/**.yaml", "a/b/c.yaml", true),
            ("a/?", "a/b", true),
            ("a?b", "a/b", false),
            ("{a,b/*}.x", "b/c.x", true),
            ("{a,b/*}.x", "a.x", true),
            ("{a,b/*}.x", "c.x", false),
            ("{a,{b,c}d}", "cd", true),
            ("{a,}x", "x", true),
            ("{a", "a", true),
            ("a}", "a}", true),
            ("a,b", "a,b", true),
            ("[ab]c", "bc", true),
            ("[!ab]c", "bc", false),
            ("[a-c]", "b", true),
            ("[!a-c]", "d", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("", "", true),
        ] {
            assert_eq!(Glob::compile(pattern).unwrap().matches(text), want, "{pattern} {text}");
        }
        for pattern in ["[", "[]", "[a", "[b-a]", "[a-b"] {
            assert!(Glob::compile(pattern).is_err(), "{pattern}");
        }
    }

    /// Rows of pattern, text and the answer of gobwas/glob v0.2.3 with `/` as separator.
    #[test]
    fn patterns_match_what_they_match_in_go() {
        let rows: Vec<(String, String, Option<bool>)> =
            serde_json::from_str(include_str!("../../tests/data/glob.json")).unwrap();
        for (pattern, text, want) in rows {
            let got = Glob::compile(&pattern).ok().map(|glob| glob.matches(&text));
            assert_eq!(got, want, "{pattern} {text}");
        }
    }

    #[test]
    fn alternatives_have_the_length_of_the_library() {
        for (pattern, text, want) in [
            ("c/{a*,b}", "c/a", true),
            ("c/{a*,b}", "c/abc", false),
            ("c/{b,a*}", "c/abc", true),
            ("{a*,b}", "abc", true),
            ("c/{*.yaml,*.json}", "c/a.json", true),
        ] {
            assert_eq!(Glob::compile(pattern).unwrap().matches(text), want, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn compiling_and_matching_never_panic(
            pattern in "[-ab/,*?!{}\\[\\]\\\\]{0,24}", text in "[ab/]{0,12}",
        ) {
            if let Ok(glob) = Glob::compile(&pattern) {
                glob.matches(&text);
            }
        }
    }
}
