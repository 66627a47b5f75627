//! The text that explains a rule, taken apart.

/// The headings that every rule's text has, in this order.
pub const HEADINGS: [&str; 5] = ["What", "Why", "Example", "Fix", "Sources"];

/// A part of a rule's text below one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading without its marks.
    pub heading: String,
    /// Everything up to the next heading, trimmed.
    pub body: String,
}

/// Whether an example shows the smell or its absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The rule reports it.
    Bad,
    /// The rule is silent about it.
    Good,
}

/// A fenced block of a rule's text; its info string is `yaml bad` or `yaml good` and may go on
/// with `again` or `template`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// What it shows.
    pub verdict: Verdict,
    /// The YAML, marker lines included; it may hold several documents.
    pub text: String,
    /// What a second rendering of the same chart yields: the following block, marked `again`.
    pub again: Option<String>,
    /// For a block marked `template`: the values, as `path=scalar`, that the block reads.
    pub template: Option<Vec<(String, String)>>,
}

impl Example {
    /// Returns the text without its marker lines: what a reader should see.
    #[must_use]
    pub fn shown(&self) -> String {
        self.text.lines().filter(|line| !is_marker(line)).fold(String::new(), |mut text, line| {
            text.push_str(line);
            text.push('\n');
            text
        })
    }
}

/// Tells whether a line of an example only marks the span above it: `# ^^^^`.
#[must_use]
pub fn is_marker(line: &str) -> bool {
    line.trim().strip_prefix('#').is_some_and(|rest| {
        let marks = rest.trim();
        !marks.is_empty() && marks.bytes().all(|byte| byte == b'^')
    })
}

/// Cuts a rule's text at its `## ` headings. What stands before the first is left out.
#[must_use]
pub fn sections(doc: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut fenced = false;
    for line in doc.lines() {
        fenced ^= line.starts_with("```");
        if let Some(heading) = line.strip_prefix("## ").filter(|_| !fenced) {
            sections.push(Section { heading: heading.trim().to_owned(), body: String::new() });
        } else if let Some(section) = sections.last_mut() {
            section.body.push_str(line);
            section.body.push('\n');
        }
    }
    for section in &mut sections {
        section.body = section.body.trim().to_owned();
    }
    sections
}

/// Returns the fenced examples of a rule's text in order.
///
/// # Errors
/// Says which fence is not closed or has an info string that means nothing.
pub fn examples(doc: &str) -> Result<Vec<Example>, String> {
    let mut examples: Vec<Example> = Vec::new();
    let mut lines = doc.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let mut text = String::new();
        loop {
            match lines.next() {
                None => return Err(format!("the block {line} is not closed")),
                Some("```") => break,
                Some(inside) => {
                    text.push_str(inside);
                    text.push('\n');
                }
            }
        }
        let mut words = info.split_whitespace();
        if words.next() != Some("yaml") {
            return Err(format!("the block {line} is not yaml"));
        }
        let verdict = match words.next() {
            Some("bad") => Verdict::Bad,
            Some("good") => Verdict::Good,
            _ => return Err(format!("the block {line} is neither bad nor good")),
        };
        match words.next() {
            None => examples.push(Example { verdict, text, again: None, template: None }),
            Some("again") => match examples.last_mut() {
                Some(first) if first.verdict == verdict => first.again = Some(text),
                _ => return Err(format!("the block {line} follows none of its kind")),
            },
            Some("template") => {
                let values = words.map(value).collect::<Result<_, _>>()?;
                examples.push(Example { verdict, text, again: None, template: Some(values) });
            }
            Some(other) => return Err(format!("the word {other} means nothing in {line}")),
        }
    }
    Ok(examples)
}

fn value(word: &str) -> Result<(String, String), String> {
    let (path, scalar) = word.split_once('=').ok_or(format!("{word} is not path=scalar"))?;
    Ok((path.to_owned(), scalar.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_inside_examples_are_not_headings() {
        let doc = "## What\na\n\n## Example\n```yaml bad\n## no\nx: 1\n# ^\n```\n## Fix\nb\n";
        let found: Vec<_> = sections(doc).into_iter().map(|section| section.heading).collect();
        assert_eq!(found, ["What", "Example", "Fix"]);
        let examples = examples(doc).unwrap();
        assert_eq!(examples[0].text, "## no\nx: 1\n# ^\n");
        assert_eq!(examples[0].shown(), "## no\nx: 1\n");
    }

    #[test]
    fn info_strings_are_strict() {
        for doc in [
            "```\n```",
            "```yaml\n```",
            "```yaml bad",
            "```yaml bad twice\n```",
            "```yaml bad again\n```",
            "```yaml bad template gpu\n```",
            "```rust bad\n```",
        ] {
            assert!(examples(doc).is_err(), "{doc}");
        }
        let two = examples("```yaml bad\na: 1\n```\n```yaml bad again\na: 2\n```").unwrap();
        assert_eq!(two.len(), 1);
        assert_eq!(two[0].again.as_deref(), Some("a: 2\n"));
    }
}
