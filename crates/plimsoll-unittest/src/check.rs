//! Checks documents against assertions, with the verdicts of helm-unittest 1.1.1.

#![expect(
    clippy::result_large_err,
    reason = "a complaint is made once per value that is wrong, and moved a few times"
)]

mod content;
mod documents;
mod failure;
mod length;
mod snapshot;

use plimsoll_yaml::Origin;

use crate::assertion::Check;
use crate::manifest::{Manifest, shown};
use crate::snapshots::Comparison;
use crate::value::Value;

/// What an assertion is held against: the documents of one template.
pub(crate) struct Subject<'s> {
    /// All documents of the template.
    pub(crate) all: &'s [Manifest],
    /// Those that the assertion selects.
    pub(crate) selected: Vec<&'s Manifest>,
    /// Whether the opposite is expected.
    pub(crate) negative: bool,
    /// Why nothing could be rendered, if that is not in a document.
    pub(crate) render_error: Option<&'s str>,
}

/// Whether the documents are as expected, and what is to be said of it.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) passed: bool,
    pub(crate) complaints: Vec<Complaint>,
}

/// What is not as expected.
#[derive(Clone, Debug, Default)]
pub struct Complaint {
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// The template, as Helm prints it; empty where no template is to blame.
    pub template: String,
    /// The document among those that were looked at, from 0.
    pub document: Option<usize>,
    /// The path that was followed; may be empty.
    pub path: String,
    /// Which of several values at the path it is, from 0.
    pub value: Option<usize>,
    /// What was expected, as YAML or text; absent where the message says it all.
    pub expected: Option<String>,
    /// What was found.
    pub actual: Option<String>,
    /// Where what was found comes from.
    pub origin: Option<Origin>,
    /// Whether it is about a `Secret`.
    pub(crate) is_secret: bool,
}

impl Complaint {
    /// Tells whether what was expected and found may be the contents of a `Secret`, which are
    /// nobody's business.
    #[must_use]
    pub fn hides_values(&self) -> bool {
        let harmless = ["kind", "apiVersion", "metadata.name", "metadata.namespace", "type"];
        self.is_secret && !harmless.contains(&self.path.as_str())
    }

    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    fn expected(mut self, text: impl Into<String>) -> Self {
        self.expected = Some(text.into());
        self
    }

    fn actual(mut self, text: impl Into<String>) -> Self {
        self.actual = Some(text.into());
        self
    }

    /// The complaint about `value` in a document.
    fn about(mut self, manifest: &Manifest, value: Option<&Value>) -> Self {
        let span = value.map(|value| value.span).or_else(|| {
            // Of what is absent the document itself has to be told.
            let named = manifest.value.get("kind").or_else(|| manifest.value.get("metadata"));
            named.map(|value| value.span)
        });
        self.origin = span.and_then(|span| manifest.origin(span));
        self.is_secret = manifest.kind() == Some("Secret");
        self
    }

    /// The same about a whole document, of whose contents nothing is told.
    fn about_whole(self, manifest: &Manifest) -> Self {
        Self { is_secret: false, ..self.about(manifest, None) }
    }
}

impl Verdict {
    fn of(result: Result<(), Complaint>) -> Self {
        match result {
            Ok(()) => Self { passed: true, complaints: Vec::new() },
            Err(complaint) => Self { passed: false, complaints: vec![complaint] },
        }
    }
}

impl Subject<'_> {
    /// Holds the documents against a check; `compare` holds a value against the next snapshot.
    pub(crate) fn check(
        &self,
        check: &Check,
        compare: &mut dyn FnMut(&Value, &str, &str) -> Comparison,
    ) -> Verdict {
        match check {
            Check::Equal { path, value, decode } => {
                self.each_value(path, |actual| content::equal(self, actual, value, *decode))
            }
            Check::AtLeast { path, value } => {
                self.each_value(path, |actual| content::ordered(self, actual, value, true))
            }
            Check::AtMost { path, value } => {
                self.each_value(path, |actual| content::ordered(self, actual, value, false))
            }
            Check::MatchRegex { path, pattern, decode } => {
                let regex = match content::pattern(pattern) {
                    Ok(regex) => regex,
                    Err(complaint) => return Verdict::of(Err(complaint)),
                };
                self.each_value(path, |actual| {
                    content::matches(self, actual, pattern, &regex, *decode)
                })
            }
            Check::Contains { path, content, count, any } => self
                .each_value(path, |actual| content::contains(self, actual, content, *count, *any)),
            Check::IsEmpty { path } => {
                self.each_value(path, |actual| content::is_empty(self, actual))
            }
            Check::IsType { path, of } => {
                self.each_value(path, |actual| content::is_type(self, actual, of))
            }
            Check::IsSubset { path, content } => {
                self.each_value(path, |actual| content::is_subset(self, actual, content))
            }
            Check::EqualRaw { value } => {
                self.each_document(|manifest| documents::equal_raw(self, manifest, value))
            }
            Check::MatchRegexRaw { pattern } => match content::pattern(pattern) {
                Ok(regex) => self.each_document(|manifest| {
                    documents::matches_raw(self, manifest, pattern, &regex)
                }),
                Err(complaint) => Verdict::of(Err(complaint)),
            },
            Check::Exists { path } => {
                self.each_document(|manifest| documents::exists(self, manifest, path))
            }
            Check::IsKind { of } => {
                self.each_document(|manifest| documents::field_is(self, manifest, "kind", of))
            }
            Check::IsApiVersion { of } => {
                self.each_document(|manifest| documents::field_is(self, manifest, "apiVersion", of))
            }
            Check::HasDocuments { count, filter_aware } => {
                documents::has_documents(self, *count, *filter_aware)
            }
            Check::ContainsDocument { .. } => documents::contains_document(self, check),
            Check::LengthEqual { path, paths, count } => length::check(self, path, paths, *count),
            Check::FailedTemplate { message, pattern } => failure::check(self, message, pattern),
            Check::Snapshot { path, pattern, not_pattern } => {
                snapshot::check(self, path, pattern, not_pattern, compare)
            }
            Check::SnapshotRaw => snapshot::check_raw(self, compare),
        }
    }

    /// Returns " not" where the opposite is expected.
    fn not(&self) -> &'static str {
        if self.negative { " not" } else { "" }
    }

    /// Checks every value that the path leads to in every document.
    fn each_value(
        &self,
        path: &str,
        check: impl FnMut(&Value) -> Result<(), Complaint>,
    ) -> Verdict {
        let mut check = check;
        self.each(|manifest| {
            let values = match manifest.at(path) {
                Ok(values) => values,
                Err(error) => {
                    return vec![Complaint {
                        path: path.to_owned(),
                        ..bad_path(&error.to_string())
                    }];
                }
            };
            if values.is_empty() && !self.negative {
                let complaint = Complaint::new("nothing is there").about(manifest, None);
                return vec![Complaint { path: path.to_owned(), ..complaint }];
            }
            let several = values.len() > 1;
            let mut complaints = Vec::new();
            for (index, value) in values.iter().enumerate() {
                if let Err(complaint) = check(value) {
                    complaints.push(Complaint {
                        path: path.to_owned(),
                        value: several.then_some(index),
                        ..complaint.about(manifest, Some(value))
                    });
                }
            }
            complaints
        })
    }

    /// Checks every document.
    fn each_document(&self, mut check: impl FnMut(&Manifest) -> Result<(), Complaint>) -> Verdict {
        self.each(|manifest| check(manifest).err().into_iter().collect())
    }

    fn each(&self, mut check: impl FnMut(&Manifest) -> Vec<Complaint>) -> Verdict {
        let several = self.selected.len() > 1;
        let mut complaints = Vec::new();
        for (index, manifest) in self.selected.iter().enumerate() {
            complaints.extend(
                check(manifest)
                    .into_iter()
                    .map(|complaint| Complaint { document: several.then_some(index), ..complaint }),
            );
        }
        if self.selected.is_empty() && !self.negative {
            complaints.push(Complaint::new("there is no document"));
        }
        Verdict { passed: complaints.is_empty(), complaints }
    }
}

fn bad_path(message: &str) -> Complaint {
    Complaint::new(format!("the path cannot be followed: {message}"))
}

/// The difference between what was expected and what is there, or only the former where it was
/// unwanted.
fn unequal(subject: &Subject<'_>, expected: &Value, actual: &Value) -> Complaint {
    let complaint =
        Complaint::new(format!("expected{} to equal", subject.not())).expected(shown(expected));
    if subject.negative { complaint } else { complaint.actual(shown(actual)) }
}
