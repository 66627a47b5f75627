//! What a container runs, word by word.

use crate::{Field, Spot};

/// The command line of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandLine {
    /// `command`, as written; empty where the image's entrypoint runs.
    pub command: Vec<Field<String>>,
    /// `args`, as written.
    pub args: Vec<Field<String>>,
    /// The words of command and arguments; a script under `sh -c` is split into its words, whose
    /// spans then cover the word inside the script as far as it stands there literally.
    pub words: Vec<Field<String>>,
    /// True where some script holds shell syntax that the splitting does not understand, such as a
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
    /// Returns the last use of any of `names` (each with its dashes), as `--name value`,
    /// `--name=value`, or alone. Underscores and dashes inside a long name are equal.
    #[must_use]
    pub fn flag(&self, names: &[&str]) -> Option<Flag> {
        self.words.iter().enumerate().rev().find_map(|(index, word)| {
            let (written, inline) = match word.value.split_once('=') {
                Some((name, value)) if name.starts_with('-') => (name, Some(value)),
                _ => (word.value.as_str(), None),
            };
            names.iter().find(|name| same_flag(name, written))?;
            let value = inline.map_or_else(
                || self.words.get(index + 1).filter(|next| !looks_like_flag(&next.value)).cloned(),
                |value| Some(Field::written(value.to_owned(), word.at.clone())),
            );
            Some(Flag { name: written.to_owned(), value, at: word.at.clone() })
        })
    }

    /// Tells whether some word is `word`, or is a path that ends in it.
    #[must_use]
    pub fn runs(&self, word: &str) -> Option<&Field<String>> {
        self.words.iter().find(|own| {
            own.value == word
                || own.value.strip_suffix(word).is_some_and(|before| before.ends_with('/'))
        })
    }
}

fn same_flag(known: &str, written: &str) -> bool {
    known == written
        || (known.starts_with("--")
            && known.len() == written.len()
            && known.bytes().zip(written.bytes()).all(|(a, b)| {
                let plain = |byte| if byte == b'_' { b'-' } else { byte };
                plain(a) == plain(b)
            }))
}

fn looks_like_flag(word: &str) -> bool {
    word.starts_with('-') && word.parse::<f64>().is_err()
}
