//! Reads paths.

use std::sync::Arc;

use plimsoll_chart::GoRegex;

use super::filter::{Filter, Operator, Pattern, Term, Typed};
use super::slice::Subscript;
use super::{Path, PathError, Step};

type Result<T> = std::result::Result<T, PathError>;

/// How deep filters and parentheses may nest.
const MAX_DEPTH: usize = 64;

pub(super) fn path(text: &str) -> Result<Path> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let is_rooted = parser.take("$");
    let steps = parser.steps(!is_rooted, false)?;
    if !parser.rest().is_empty() {
        let message = match parser.rest().chars().next() {
            Some(c) if ends_name(c) && c != ')' && c != '~' && c != ']' => {
                "a blank or an operator stands outside a filter: quote the name in brackets"
            }
            _ => "nothing fits here",
        };
        return parser.fail(message);
    }
    Ok(Path(steps))
}

/// Characters that end a name after a dot.
const fn ends_name(c: char) -> bool {
    matches!(c, '.' | '[' | ')' | ' ' | '&' | '|' | '=' | '!' | '>' | '<' | '~')
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Takes characters up to one that `ends`.
    fn take_until(&mut self, ends: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(ends).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn fail<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(PathError { message: message.into(), at: self.text[..self.at].chars().count() })
    }

    fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.fail(format!("filters nest deeper than {MAX_DEPTH} levels"));
        }
        Ok(())
    }

    /// Reads steps as long as there are some; a name without a dot can only be the first.
    fn steps(&mut self, may_be_bare: bool, in_filter: bool) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return Ok(steps);
            }
            let ends = if matches!(
                steps.last(),
                Some(Step::KeyName(_) | Step::KeyNames(_) | Step::AllKeys)
            ) {
                return self.fail("`~` can only end a path");
            } else {
                self.step(&mut steps, may_be_bare, in_filter)?
            };
            if ends {
                return Ok(steps);
            }
        }
    }

    /// Reads a step; tells whether there is none.
    fn step(&mut self, steps: &mut Vec<Step>, may_be_bare: bool, in_filter: bool) -> Result<bool> {
        if self.take("..") {
            let name = self.take_until(|c| matches!(c, '.' | '[') || (in_filter && ends_name(c)));
            if name.is_empty() && !self.rest().starts_with('[') {
                return self.fail("a name, a subscript or a filter is missing after `..`");
            }
            steps.push(Step::Descend);
            match name {
                "" => {}
                "*" => steps.push(Step::Children),
                name => steps.push(Step::Child(unescape(name))),
            }
        } else if self.take(".") {
            let name = self.take_until(ends_name);
            if name.is_empty() {
                return self.fail("a name is missing after the dot");
            }
            steps.push(self.named(name));
        } else if self.rest().starts_with("[?(") {
            let descends = matches!(steps.last(), Some(Step::Descend));
            let filter = self.filter()?;
            steps.push(Step::Filter(Box::new(filter), descends));
        } else if self.rest().starts_with('[') {
            let step = self.bracket()?;
            steps.push(step);
        } else if may_be_bare && steps.is_empty() {
            let name = self.take_until(|c| ends_name(c) || c == ']');
            if name.is_empty() {
                return self.fail("a name is missing");
            }
            let step = self.named(name);
            steps.push(step);
        } else {
            return Ok(true);
        }
        Ok(false)
    }

    fn named(&mut self, name: &str) -> Step {
        if self.take("~") {
            Step::KeyName(unescape(name))
        } else if name == "*" {
            Step::Children
        } else {
            Step::Child(unescape(name))
        }
    }

    fn bracket(&mut self) -> Result<Step> {
        let start = self.at;
        self.at += 1;
        self.skip_blanks();
        if self.rest().starts_with(['\'', '"']) {
            return self.names();
        }
        self.at = start + 1;
        let Some(length) = self.rest().find(']') else {
            self.at = start;
            return self.fail("the bracket is never closed");
        };
        let inner = &self.rest()[..length];
        let subscript = match Subscript::parse(inner) {
            Ok(subscript) => subscript,
            Err(message) => return self.fail(message),
        };
        self.at += length + 1;
        if !self.rest().starts_with('~') {
            return Ok(Step::Subscript(subscript));
        }
        if !subscript.is_wildcard() {
            return self.fail("`~` asks for keys, so it follows a name or `[*]`");
        }
        self.at += 1;
        Ok(Step::AllKeys)
    }

    /// Reads quoted names up to the closing bracket.
    fn names(&mut self) -> Result<Step> {
        let mut names = Vec::new();
        loop {
            self.skip_blanks();
            let Some(quote) = self.rest().chars().next().filter(|c| matches!(c, '\'' | '"')) else {
                return self.fail("a quoted name is missing");
            };
            let opened = self.at;
            self.at += 1;
            let mut escaped = false;
            let end = self.rest().char_indices().find(|(_, c)| {
                let is_end = *c == quote && !escaped;
                escaped = *c == '\\' && !escaped;
                is_end
            });
            let Some((length, _)) = end else {
                self.at = opened;
                return self.fail("the quote is never closed");
            };
            names.push(unescape(&self.rest()[..length]));
            self.at += length + 1;
            self.skip_blanks();
            if !self.take(",") {
                break;
            }
        }
        if !self.take("]") {
            return self.fail("`]` or `,` is missing");
        }
        Ok(if self.take("~") { Step::KeyNames(names) } else { Step::Names(names) })
    }

    fn filter(&mut self) -> Result<Filter> {
        self.enter()?;
        self.at += "[?(".len();
        self.skip_blanks();
        if self.rest().starts_with(")]") {
            return self.fail("the filter is empty");
        }
        let filter = self.or()?;
        self.skip_blanks();
        if !self.take(")") {
            return self.fail("`)` is missing at the end of the filter");
        }
        if !self.take("]") {
            return self.fail("`]` is missing at the end of the filter");
        }
        self.depth -= 1;
        Ok(filter)
    }

    fn or(&mut self) -> Result<Filter> {
        let mut left = self.and()?;
        loop {
            self.skip_blanks();
            if !self.take("||") {
                return Ok(left);
            }
            left = Filter::Or(Box::new(left), Box::new(self.and()?));
        }
    }

    fn and(&mut self) -> Result<Filter> {
        let mut left = self.basic()?;
        loop {
            self.skip_blanks();
            if !self.take("&&") {
                return Ok(left);
            }
            left = Filter::And(Box::new(left), Box::new(self.basic()?));
        }
    }

    fn basic(&mut self) -> Result<Filter> {
        self.skip_blanks();
        if self.rest().starts_with('!') && !self.rest().starts_with("!=") {
            self.at += 1;
            self.enter()?;
            let inner = self.basic()?;
            self.depth -= 1;
            return Ok(Filter::Not(Box::new(inner)));
        }
        if self.take("(") {
            self.enter()?;
            let inner = self.or()?;
            self.skip_blanks();
            if !self.take(")") {
                return self.fail("`)` is missing");
            }
            self.depth -= 1;
            return Ok(inner);
        }
        let left = self.term("a condition is missing")?;
        self.skip_blanks();
        if self.take("=~") {
            self.skip_blanks();
            return Ok(Filter::Matches(left, self.pattern()?));
        }
        let Some(operator) = self.operator() else {
            return match left {
                Term::Literal(Typed::Bool(value)) => Ok(Filter::Constant(value)),
                // Upstream lets such a filter through and never passes a node.
                Term::Literal(_) => Ok(Filter::Constant(false)),
                path => Ok(Filter::Exists(path)),
            };
        };
        self.skip_blanks();
        let is_order = !matches!(operator, Operator::Equal | Operator::NotEqual);
        let has_text =
            self.rest().starts_with(['\'', '"']) || matches!(left, Term::Literal(Typed::Text(_)));
        if is_order && has_text {
            return self.fail("texts cannot be ordered, only compared with == and !=");
        }
        let right = self.term("a value to compare with is missing")?;
        Ok(Filter::Compare(left, operator, right))
    }

    fn operator(&mut self) -> Option<Operator> {
        let all = [
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            (">=", Operator::GreaterOrEqual),
            ("<=", Operator::LessOrEqual),
            (">", Operator::Greater),
            ("<", Operator::Less),
        ];
        all.into_iter().find_map(|(token, operator)| self.take(token).then_some(operator))
    }

    fn term(&mut self, missing: &str) -> Result<Term> {
        self.skip_blanks();
        if self.take("@") {
            return self.steps(false, true).map(Term::FromNode);
        }
        if self.take("$") {
            return self.steps(false, true).map(Term::FromRoot);
        }
        for (word, value) in
            [("true", Typed::Bool(true)), ("false", Typed::Bool(false)), ("null", Typed::Null)]
        {
            if self.take(word) {
                return Ok(Term::Literal(value));
            }
        }
        match self.rest().chars().next() {
            Some(quote @ ('\'' | '"')) => {
                let Some(length) = self.rest()[1..].find(quote) else {
                    return self.fail("the quote is never closed");
                };
                let text = self.rest()[1..=length].to_owned();
                self.at += length + 2;
                Ok(Term::Literal(Typed::Text(text)))
            }
            Some('-' | '.' | '0'..='9') => {
                let start = self.at;
                let digits = |c: char| !matches!(c, '0'..='9' | '.' | '-' | '+' | 'e' | 'E');
                let text = self.take_until(digits);
                let Ok(number) = text.parse::<f64>() else {
                    self.at = start;
                    return self.fail(format!("`{text}` is no number"));
                };
                Ok(Term::Literal(Typed::Number(number)))
            }
            _ => self.fail(missing),
        }
    }

    fn pattern(&mut self) -> Result<Pattern> {
        let start = self.at;
        if !self.take("/") {
            return self.fail("a regular expression stands between slashes");
        }
        let mut escaped = false;
        let end = self.rest().char_indices().find(|(_, c)| {
            let is_end = *c == '/' && !escaped;
            escaped = *c == '\\' && !escaped;
            is_end
        });
        let Some((length, _)) = end else {
            self.at = start;
            return self.fail("the regular expression is never closed");
        };
        let source = self.rest()[..length].replace("\\/", "/");
        self.at += length + 1;
        match GoRegex::new(&source) {
            Ok(regex) => Ok(Pattern(Arc::new(regex))),
            Err(message) => {
                self.at = start;
                self.fail(message)
            }
        }
    }
}

/// Drops backslashes before other characters.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            out.push(c);
            escaped = false;
        }
    }
    out
}
