//! What a container runs, word by word.

use plimsoll_yaml::Span;

use crate::read::Cursor;
use crate::script::{self, Word, is_operator};
use crate::{Field, Spot};

/// The command line of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandLine {
    /// `command`, as written; empty where the image's entrypoint runs.
    pub command: Vec<Field<String>>,
    /// `args`, as written.
    pub args: Vec<Field<String>>,
    /// The words of command and arguments. A script under `sh -c` is split into its words and
    /// operators (`;`, `&&`, …); a word's span then covers it inside the script as far as it stands
    /// there literally, else the whole script.
    pub words: Vec<Field<String>>,
    /// True where some script holds shell syntax that the splitting does not follow, such as a
    /// substitution or a loop: `words` is then a best effort.
    pub is_partial: bool,
}

/// A flag that was found on a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The flag as written, without its value.
    pub name: String,
    /// Its value; absent for a switch, or where the line ends.
    pub value: Option<Field<String>>,
    /// The word that holds the flag.
    pub at: Spot,
}

impl CommandLine {
    /// Reads `command` and `args` of a container.
    pub(crate) fn read(container: &Cursor<'_>) -> Self {
        let command = container.items("command");
        let args = container.items("args");
        let mut line = Self {
            command: command.iter().filter_map(Cursor::as_text).collect(),
            args: args.iter().filter_map(Cursor::as_text).collect(),
            ..Self::default()
        };
        let mut shell = Shell::No;
        for cursor in command.iter().chain(&args) {
            let Some(word) = cursor.as_text() else { continue };
            shell = shell.after(&word.value);
            if shell == Shell::Script {
                line.push_script(cursor, &word);
            } else {
                line.words.push(word);
            }
        }
        line
    }

    fn push_script(&mut self, cursor: &Cursor<'_>, script: &Field<String>) {
        let (words, is_partial) = script::split(&script.value);
        self.is_partial |= is_partial;
        let places = Places::new(cursor.raw(), &script.value);
        let words = words.into_iter().take_while(|_| !cursor.is_cut());
        self.words.extend(words.map(|word| {
            let inside = places.find(&word);
            let span = inside.map_or(cursor.node.span, |span| span.shifted(cursor.node.span.start));
            Field::written(word.text, Spot { span, ..script.at.clone() })
        }));
    }

    /// Tells whether nothing is stated, so that only the image decides what runs.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns the last use of any of `names` (each with its dashes), as `--name value`,
    /// `--name=value`, or alone. Underscores and dashes inside a long name are equal.
    #[must_use]
    pub fn flag(&self, names: &[&str]) -> Option<Flag> {
        self.flags(names).last()
    }

    /// Returns all uses of any of `names`, in the order of the line.
    pub fn flags(&self, names: &[&str]) -> impl Iterator<Item = Flag> {
        self.words.iter().enumerate().filter_map(|(index, word)| {
            let (written, inline) = match word.value.split_once('=') {
                Some((name, value)) if name.starts_with('-') => (name, Some(value)),
                _ => (word.value.as_str(), None),
            };
            names.iter().find(|name| is_same_flag(name, written))?;
            let value = match inline {
                Some(value) => Some(Field::written(value.to_owned(), word.at.clone())),
                None => self.words.get(index + 1).filter(|next| is_value(&next.value)).cloned(),
            };
            Some(Flag { name: written.to_owned(), value, at: word.at.clone() })
        })
    }

    /// Returns the number of the word after the first run of `words`; the first of them may be the
    /// end of a path.
    #[must_use]
    pub fn after(&self, words: &[&str]) -> Option<usize> {
        let (first, rest) = words.split_first()?;
        let starts = |own: &str| {
            own.strip_suffix(first).is_some_and(|path| path.is_empty() || path.ends_with('/'))
        };
        let start = self.words.windows(words.len()).position(|own| {
            starts(&own[0].value)
                && own[1..].iter().map(|word| word.value.as_str()).eq(rest.iter().copied())
        })?;
        Some(start + words.len())
    }

    /// Returns the words from `index` on, up to the end of the command there.
    #[must_use]
    pub fn rest_of_command(&self, index: usize) -> &[Field<String>] {
        let rest = self.words.get(index..).unwrap_or_default();
        let end = rest.iter().position(|word| is_operator(&word.value)).unwrap_or(rest.len());
        &rest[..end]
    }
}

/// How far the words so far lead towards a script.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shell {
    /// No shell was called.
    No,
    /// A shell was called and its options follow.
    Options,
    /// The word is the value of the shell's option `-o`.
    OptionValue,
    /// The next word is the script.
    Next,
    /// This word is the script.
    Script,
    /// The script is over.
    Done,
}

const SHELLS: [&str; 6] = ["sh", "bash", "ash", "dash", "zsh", "ksh"];

impl Shell {
    fn after(self, word: &str) -> Self {
        let is_shell = || SHELLS.contains(&word.rsplit('/').next().unwrap_or(word));
        match self {
            Self::No if is_shell() => Self::Options,
            Self::No => Self::No,
            Self::Options | Self::OptionValue => match word.strip_prefix(['-', '+']) {
                Some(letters) if !letters.starts_with('-') && letters.contains('c') => Self::Next,
                Some(letters) if letters.ends_with('o') => Self::OptionValue,
                Some(_) => Self::Options,
                None if self == Self::OptionValue => Self::Options,
                None => Self::Done,
            },
            Self::Next => Self::Script,
            Self::Script | Self::Done => Self::Done,
        }
    }
}

/// Where the lines of a scalar stand in its YAML text.
struct Places<'a> {
    raw: &'a str,
    script: &'a str,
    /// For each line of the script: its start in the script and in the YAML text.
    lines: Vec<(usize, usize)>,
}

impl<'a> Places<'a> {
    fn new(raw: &'a str, script: &'a str) -> Self {
        let lines = match raw.chars().next() {
            Some('|') => block_lines(raw, script),
            Some('"' | '\'') => vec![(0, 1)],
            _ => vec![(0, 0)],
        };
        Self { raw, script, lines }
    }

    /// Returns the bytes of the YAML text that spell the word exactly, where there are such.
    fn find(&self, word: &Word) -> Option<Span> {
        let line = self.lines.partition_point(|(start, _)| *start <= word.start).checked_sub(1)?;
        let (in_script, in_raw) = self.lines[line];
        let start = in_raw + word.start - in_script;
        let end = start + word.end - word.start;
        let is_same = self.raw.get(start..end)? == self.script.get(word.start..word.end)?;
        is_same.then_some(Span::new(start, end))
    }
}

/// Pairs the lines of a literal block with those of its text, from which the indent is gone.
fn block_lines(raw: &str, script: &str) -> Vec<(usize, usize)> {
    let mut in_raw = raw.find('\n').map_or(raw.len(), |end| end + 1);
    let mut in_script = 0;
    let mut lines = Vec::new();
    for line in script.split_inclusive('\n') {
        let rest = raw.get(in_raw..).unwrap_or("");
        let raw_line = rest.split_inclusive('\n').next().unwrap_or("");
        let text = line.trim_end_matches('\n');
        let indent = raw_line.trim_end_matches(['\n', '\r']).len().saturating_sub(text.len());
        lines.push((in_script, in_raw + indent));
        in_script += line.len();
        in_raw += raw_line.len();
    }
    lines
}

fn is_same_flag(known: &str, written: &str) -> bool {
    let plain = |byte| if byte == b'_' { b'-' } else { byte };
    known == written
        || (known.starts_with("--") && known.bytes().map(plain).eq(written.bytes().map(plain)))
}

fn is_value(word: &str) -> bool {
    !is_operator(word) && (!word.starts_with('-') || word.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use crate::testing::container;

    fn words(fields: &str) -> Vec<String> {
        let app = container(fields);
        app.first().1.line.words.iter().map(|word| word.value.clone()).collect()
    }

    #[test]
    fn command_and_arguments_are_one_line() {
        assert_eq!(words("command: [a, b]\nargs: ['--c=d', e]"), ["a", "b", "--c=d", "e"]);
        assert!(words("image: x").is_empty());
    }

    #[test]
    fn scripts_are_split_wherever_the_shell_stands() {
        for fields in [
            "command: [/bin/sh, -c, 'a --b c']",
            "command: [/bin/sh, -c]\nargs: ['a --b c']",
            "command: [bash]\nargs: [-euo, pipefail, -c, 'a --b c']",
            "command: [bash, -o, pipefail, -ec, 'a --b c']",
            "args: [sh, -lc, 'a --b c']",
        ] {
            let words = words(fields);
            assert!(
                words.ends_with(&["a".into(), "--b".into(), "c".into()]),
                "{fields}: {words:?}"
            );
        }
        assert_eq!(words("command: [sh, script.sh, 'a b']"), ["sh", "script.sh", "a b"]);
        assert_eq!(words("command: [sh, -c, 'a b', 'c d']"), ["sh", "-c", "a", "b", "c d"]);
    }

    #[test]
    fn words_of_a_script_stand_where_they_are_written() {
        for (fields, exact) in [
            ("command: [sh, -c, 'x --port 80']", true),
            ("command:\n- sh\n- -c\n- x --port 80", true),
            ("command:\n- sh\n- -c\n- |\n  # first\n  x \\\n    --port 80", true),
            ("command:\n- sh\n- -c\n- |2-\n\n   x --port 80", true),
            ("command: [sh, -c, \"x \\x2d-port \\x38\\x30\"]", false),
            ("command:\n- sh\n- -c\n- >\n  x\n  --port 80", false),
        ] {
            let app = container(fields);
            let flag = app.first().1.line.flag(&["--port"]).unwrap();
            let value = flag.value.unwrap();
            assert_eq!(value.value, "80", "{fields}");
            assert_eq!(app.covers(&value, "80"), exact, "{fields}: {}", app.text(&value.at));
        }
    }

    #[test]
    fn flags_are_found_in_all_their_forms() {
        let app = container(
            "args: [--tensor_parallel_size, '4', --x=1, --x=2, -tp, '2', --on, -n, '-1']",
        );
        let line = &app.first().1.line;
        let value = |name| line.flag(&[name]).and_then(|flag| flag.value).map(|value| value.value);
        assert_eq!(value("--tensor-parallel-size").as_deref(), Some("4"));
        assert_eq!(value("--x").as_deref(), Some("2"));
        assert_eq!(value("-tp").as_deref(), Some("2"));
        assert_eq!(value("--on"), None);
        assert!(line.flag(&["--on"]).is_some());
        assert_eq!(value("-n").as_deref(), Some("-1"));
        assert!(line.flag(&["--tensor"]).is_none());
    }

    #[test]
    fn a_flag_ends_with_its_command() {
        let app = container("command: [sh, -c, 'a --flag && b --other=x; c']");
        let line = &app.first().1.line;
        assert_eq!(line.flag(&["--flag"]).unwrap().value, None);
        let after = line.after(&["b"]).unwrap();
        let rest = line.rest_of_command(after);
        assert_eq!(rest.iter().map(|word| word.value.as_str()).collect::<Vec<_>>(), ["--other=x"]);
        assert!(line.rest_of_command(999).is_empty());
    }
}
