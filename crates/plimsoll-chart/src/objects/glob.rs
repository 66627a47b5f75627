//! The patterns of `.Files.Glob`: those of `gobwas/glob` with `/` as separator.

/// A compiled pattern: a machine that is in several states at once.
#[derive(Clone, Debug)]
pub(super) struct Glob {
    states: Vec<State>,
}

#[derive(Clone, Debug)]
enum State {
    /// Takes one character and goes to the next state.
    Take(Class),
    /// Goes to both states.
    Split(usize, usize),
    /// Goes to the state.
    Jump(usize),
    /// The pattern ends.
    End,
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

/// An alternative that is still open: where it splits off, and where its finished branches end.
struct Open {
    split: usize,
    ends: Vec<usize>,
}

impl Glob {
    /// Compiles a pattern: `*`, `**`, `?`, `[abc]`, `[a-z]`, `[!a]`, `{a,b}` and `\` before any of
    /// them. Braces that are not closed end with the pattern.
    pub(super) fn compile(pattern: &str) -> Result<Self, BadGlob> {
        let mut glob = Self { states: Vec::new() };
        let mut open: Vec<Open> = Vec::new();
        let mut chars = pattern.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '{' => {
                    open.push(Open { split: glob.states.len(), ends: Vec::new() });
                    glob.states.push(State::Split(0, 0));
                    glob.aim(open.last(), true);
                }
                ',' if !open.is_empty() => glob.branch(open.last_mut()),
                '}' if !open.is_empty() => glob.close(open.pop()),
                '[' => {
                    let class = range(&mut chars)?;
                    glob.states.push(State::Take(class));
                }
                '?' => glob.states.push(State::Take(Class::NoSeparator)),
                '*' => {
                    let class = match chars.next_if_eq(&'*') {
                        Some(_) => Class::Any,
                        None => Class::NoSeparator,
                    };
                    let here = glob.states.len();
                    glob.states.push(State::Split(here + 1, here + 3));
                    glob.states.push(State::Take(class));
                    glob.states.push(State::Jump(here));
                }
                '\\' => {
                    if let Some(literal) = chars.next() {
                        glob.states.push(State::Take(Class::Only(literal)));
                    }
                }
                c => glob.states.push(State::Take(Class::Only(c))),
            }
        }
        while let Some(alternative) = open.pop() {
            glob.close(Some(alternative));
        }
        glob.states.push(State::End);
        Ok(glob)
    }

    /// Makes the open split's first or second way lead to the state that comes next.
    fn aim(&mut self, open: Option<&Open>, first: bool) {
        let next = self.states.len();
        if let Some(open) = open
            && let Some(State::Split(a, b)) = self.states.get_mut(open.split)
        {
            if first {
                *a = next;
            } else {
                *b = next;
            }
        }
    }

    /// Ends a branch and starts the next one.
    fn branch(&mut self, open: Option<&mut Open>) {
        let Some(open) = open else { return };
        open.ends.push(self.states.len());
        self.states.push(State::Jump(0));
        self.aim(Some(open), false);
        open.split = self.states.len();
        self.states.push(State::Split(0, 0));
        self.aim(Some(open), true);
    }

    /// Ends the last branch and joins all.
    fn close(&mut self, open: Option<Open>) {
        let Some(open) = open else { return };
        // The last split has no second way: both lead into the last branch.
        if let Some(State::Split(first, second)) = self.states.get_mut(open.split) {
            *second = *first;
        }
        let next = self.states.len();
        for end in open.ends {
            if let Some(state) = self.states.get_mut(end) {
                *state = State::Jump(next);
            }
        }
    }

    /// Tells whether all of `text` matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut active = vec![false; self.states.len()];
        self.enter(0, &mut active);
        for c in text.chars() {
            let mut next = vec![false; self.states.len()];
            for (at, state) in self.states.iter().enumerate() {
                if active[at]
                    && let State::Take(class) = state
                    && class.holds(c)
                {
                    self.enter(at + 1, &mut next);
                }
            }
            active = next;
        }
        active.last().copied().unwrap_or(false)
    }

    /// Marks a state and all that it leads to without taking a character.
    fn enter(&self, at: usize, active: &mut [bool]) {
        let mut todo = vec![at];
        while let Some(at) = todo.pop() {
            let Some(seen) = active.get_mut(at) else { continue };
            if std::mem::replace(seen, true) {
                continue;
            }
            match self.states.get(at) {
                Some(State::Split(a, b)) => todo.extend([*a, *b]),
                Some(State::Jump(to)) => todo.push(*to),
                _ => {}
            }
        }
    }
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
