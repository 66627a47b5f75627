//! Shell scripts, split into words where that is simple.

/// A word of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// The word without its quotes; an operator such as `;` or `&&` is a word of its own.
    pub(crate) text: String,
    /// Where it starts in the script, quotes included.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

/// Splits a script into words.
///
/// Returns true beside them where the script holds syntax that changes what is run and that is not
/// followed: substitutions, here-documents, loops, conditions and functions. Variables stay as they
/// are written.
pub(crate) fn split(script: &str) -> (Vec<Word>, bool) {
    let mut splitter = Splitter { script, position: 0, words: Vec::new(), is_partial: false };
    while splitter.step() {}
    (splitter.words, splitter.is_partial)
}

struct Splitter<'a> {
    script: &'a str,
    position: usize,
    words: Vec<Word>,
    is_partial: bool,
}

const KEYWORDS: [&str; 9] =
    ["if", "for", "while", "until", "case", "function", "eval", "source", "select"];

impl Splitter<'_> {
    fn peek(&self) -> Option<char> {
        self.script[self.position..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.position += char.len_utf8();
        Some(char)
    }

    /// Takes one word, operator, comment or stretch of space; false at the end.
    fn step(&mut self) -> bool {
        let Some(char) = self.peek() else { return false };
        match char {
            '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => self.operator(char),
            _ if char.is_whitespace() => {
                self.next();
            }
            '#' => {
                let rest = &self.script[self.position..];
                self.position += rest.find('\n').unwrap_or(rest.len());
            }
            '\\' if self.script[self.position..].starts_with("\\\n") => self.position += 2,
            _ => self.word(),
        }
        true
    }

    fn operator(&mut self, first: char) {
        let start = self.position;
        self.next();
        while first != '\n' && self.peek() == Some(first) {
            self.next();
        }
        let text = if first == '\n' { ";" } else { &self.script[start..self.position] };
        self.is_partial |= text == "<<" || text.starts_with('(');
        let word = Word { text: text.to_owned(), start, end: self.position };
        if !(text == ";" && self.words.last().is_none_or(|last| last.text == ";")) {
            self.words.push(word);
        }
    }

    fn word(&mut self) {
        let start = self.position;
        let mut text = String::new();
        while let Some(char) = self.peek() {
            match char {
                '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => break,
                _ if char.is_whitespace() => break,
                '\'' | '"' => {
                    self.next();
                    self.quoted(char, &mut text);
                }
                '\\' => {
                    self.next();
                    if let Some(escaped) = self.next().filter(|escaped| *escaped != '\n') {
                        text.push(escaped);
                    }
                }
                _ => {
                    self.note(char);
                    self.next();
                    text.push(char);
                }
            }
        }
        let starts_command = self.words.last().is_none_or(|last| is_operator(&last.text));
        self.is_partial |= starts_command && KEYWORDS.contains(&text.as_str());
        self.words.push(Word { text, start, end: self.position });
    }

    fn quoted(&mut self, quote: char, text: &mut String) {
        while let Some(char) = self.next() {
            if char == quote {
                return;
            }
            if quote == '"' && char == '\\' {
                match self.next() {
                    Some('\n') | None => {}
                    Some(escaped @ ('"' | '\\' | '$' | '`')) => text.push(escaped),
                    Some(other) => text.extend(['\\', other]),
                }
                continue;
            }
            if quote == '"' {
                self.note_at(char, self.position);
            }
            text.push(char);
        }
        self.is_partial = true;
    }

    fn note(&mut self, char: char) {
        self.note_at(char, self.position + char.len_utf8());
    }

    /// Notes a substitution that starts with `char`, which ends at `after`.
    fn note_at(&mut self, char: char, after: usize) {
        self.is_partial |= char == '`' || (char == '$' && self.script[after..].starts_with('('));
    }
}

/// Tells whether a word is an operator, which ends a command.
pub(crate) fn is_operator(word: &str) -> bool {
    matches!(word.chars().next(), Some(';' | '&' | '|' | '(' | ')' | '<' | '>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str) -> (Vec<String>, bool) {
        let (words, is_partial) = split(script);
        for word in &words {
            assert!(word.start < word.end && script.get(word.start..word.end).is_some());
        }
        (words.into_iter().map(|word| word.text).collect(), is_partial)
    }

    #[test]
    fn simple_scripts_are_split_as_a_shell_does() {
        for (script, expected) in [
            (
                "exec vllm serve a/b --port 8000",
                vec!["exec", "vllm", "serve", "a/b", "--port", "8000"],
            ),
            ("a \\\n  --b='c d' \"e $F\"\n", vec!["a", "--b=c d", "e $F", ";"]),
            ("# first\na; b && c|d", vec!["a", ";", "b", "&&", "c", "|", "d"]),
            ("a >/dev/null 2>&1", vec!["a", ">", "/dev/null", "2", ">", "&", "1"]),
            ("a\n\n\nb", vec!["a", ";", "b"]),
            ("x\\ y '' \"\\\"\"", vec!["x y", "", "\""]),
            ("a#b #c", vec!["a#b"]),
        ] {
            assert_eq!(words(script), (expected.into_iter().map(str::to_owned).collect(), false));
        }
    }

    #[test]
    fn what_is_not_followed_is_said() {
        for script in [
            "a $(b)",
            "a \"$(b)\"",
            "a `b`",
            "for i in 1 2; do a; done",
            "cat <<E\nx\nE",
            "(a)",
            "if a; then b; fi",
            "a 'b",
            "true && eval x",
        ] {
            assert!(words(script).1, "{script}");
        }
        assert!(!words("a '$(b)' $C ${D} if").1);
    }

    #[test]
    fn any_text_is_split_without_panic() {
        for script in ["", "\\", "\"\\", "'", "$", "ä'ö\\ü\"ß", "\u{2028}a\u{a0}b", "\\\r\n", "<<<"]
        {
            words(script);
        }
    }
}
