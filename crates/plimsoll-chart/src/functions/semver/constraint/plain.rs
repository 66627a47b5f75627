//! Constraints in the form that charts write, read without regular expressions: compiling those
//! takes longer than rendering a small chart.

/// One comparison, such as `>=1.2-0`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comparison<'t> {
    pub(super) operator: &'t str,
    /// The version as it is written.
    pub(super) version: &'t str,
    /// Major, minor and patch, where they are written.
    pub(super) numbers: [Option<&'t str>; 3],
    /// The prerelease with its hyphen.
    pub(super) prerelease: &'t str,
}

/// Reads comparisons with spaces or commas between them; nothing if the list has any other form,
/// of which the grammar of the Go library has some.
pub(super) fn comparisons(list: &str) -> Option<Vec<Comparison<'_>>> {
    let mut rest = Rest(list);
    let mut found = Vec::with_capacity(2);
    rest.spaces();
    loop {
        found.push(rest.comparison()?);
        let spaced = rest.spaces();
        if rest.0.is_empty() {
            return Some(found);
        }
        if let Some(after) = rest.0.strip_prefix(',') {
            rest = Rest(after);
            rest.spaces();
        } else if !spaced {
            return None;
        }
    }
}

/// What is left to read.
struct Rest<'t>(&'t str);

impl<'t> Rest<'t> {
    /// Takes all characters at the start that `belongs` wants.
    fn take(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let end = self.0.find(|c| !belongs(c)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }

    fn spaces(&mut self) -> bool {
        !self.take(|c| matches!(c, '\t' | '\n' | '\x0C' | '\r' | ' ')).is_empty()
    }

    fn comparison(&mut self) -> Option<Comparison<'t>> {
        let operator = self.take(|c| matches!(c, '=' | '!' | '<' | '>' | '~' | '^'));
        if !matches!(
            operator,
            "" | "=" | "!=" | ">" | "<" | ">=" | "=>" | "<=" | "=<" | "~" | "~>" | "^"
        ) {
            return None;
        }
        self.spaces();
        let whole = self.0;
        self.0 = whole.strip_prefix('v').unwrap_or(whole);
        let mut numbers = [Some(self.number()?), None, None];
        for number in &mut numbers[1..] {
            let Some(after) = self.0.strip_prefix('.') else { break };
            self.0 = after;
            *number = Some(self.number()?);
        }
        let prerelease = self.words('-')?;
        self.words('+')?;
        let version = whole.get(..whole.len() - self.0.len())?;
        Some(Comparison { operator, version, numbers, prerelease })
    }

    fn number(&mut self) -> Option<&'t str> {
        let number = self.take(|c| c.is_ascii_digit() || matches!(c, '|' | 'x' | 'X' | '*'));
        let is_digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        (is_digits || matches!(number, "x" | "X" | "*")).then_some(number)
    }

    /// Takes dotted words behind `mark`, with the mark; empty where no mark stands.
    fn words(&mut self, mark: char) -> Option<&'t str> {
        let Some(after) = self.0.strip_prefix(mark) else { return Some("") };
        let whole = self.0;
        self.0 = after;
        let words = self.take(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
        if words.split('.').any(str::is_empty) {
            return None;
        }
        whole.get(..mark.len_utf8() + words.len())
    }
}
