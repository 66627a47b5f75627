//! Judges a test: renders, selects documents, checks them.

use std::collections::BTreeMap;

use super::render::{Rendering, render};
use super::{Failure, Outcome, Setup, TestReport, Trouble, report};
use crate::assertion::Assertion;
use crate::check::{Complaint, Subject, Verdict};
use crate::manifest::{Manifest, RAW};
use crate::select::{self, Documents, full_name};
use crate::settings::values_of;
use crate::snapshots::Snapshots;
use crate::suite::{Suite, Test};
use crate::value::Value;

pub(super) fn test(
    suite: &Suite,
    test: &Test,
    setup: &Setup<'_>,
    snapshots: &mut Snapshots,
) -> TestReport {
    let errored =
        |problem| report(suite, test, Outcome::Errored(Trouble::Other(problem)), Vec::new());
    if let Some(span) = test.post_renderer.or(suite.post_renderer) {
        let message = "post-renderers are programs, and Plimsoll runs none: assert on what the templates write, and skip this test here";
        return errored(suite.source.problem(span, message));
    }
    let route: Vec<&str> = setup.route.split('/').step_by(2).collect();
    let values = match values_of(suite, test, &route, setup.profile, setup.reader) {
        Ok(values) => values,
        Err(problem) => return errored(problem),
    };
    let everything = ["**".to_owned()];
    let names = if suite.templates.is_empty() { &everything[..] } else { &suite.templates };
    let needs_success =
        test.asserts.iter().all(|assertion| assertion.check.needs_success(assertion.antonym));
    let mut rendering = match render(suite, test, names, &values, setup, needs_success) {
        Ok(rendering) => rendering,
        Err(problem) => return errored(problem),
    };
    let error = rendering.error.take();
    let message = error.as_ref().map(ToString::to_string);
    let mut judge = Judge {
        test,
        route: setup.route,
        names,
        rendering: &rendering,
        error: message.as_deref(),
        number: 0,
        snapshots,
    };
    let mut failures = Vec::new();
    let mut skipped = 0;
    for (index, assertion) in test.asserts.iter().enumerate() {
        match judge.assertion(assertion) {
            None => skipped += 1,
            Some(verdict) if verdict.passed => {}
            Some(verdict) => failures.push(Failure {
                index,
                assertion: assertion.name,
                not: assertion.not,
                place: suite.source.place(assertion.span),
                complaints: verdict.complaints,
            }),
        }
        if !failures.is_empty() && setup.fail_fast {
            break;
        }
    }
    let outcome = match error {
        _ if failures.is_empty() && skipped == test.asserts.len() => Outcome::Skipped(
            "the document selector matches nothing, and skips empty templates".to_owned(),
        ),
        _ if failures.is_empty() => Outcome::Passed,
        Some(error) => {
            // The chart's own trouble says more than that nothing could be checked.
            failures.clear();
            Outcome::Errored(Trouble::Render(error))
        }
        None => Outcome::Failed,
    };
    report(suite, test, outcome, failures)
}

struct Judge<'j> {
    test: &'j Test,
    route: &'j str,
    /// The templates that the suite names, or all.
    names: &'j [String],
    rendering: &'j Rendering,
    error: Option<&'j str>,
    /// How many snapshots the test has compared.
    number: u64,
    snapshots: &'j mut Snapshots,
}

impl<'j> Judge<'j> {
    /// Holds the documents against an assertion; nothing where it is skipped.
    fn assertion(&mut self, assertion: &Assertion) -> Option<Verdict> {
        let rendering = self.rendering;
        let documents = self.documents(assertion);
        let selected = match self.selected(assertion, &documents) {
            Ok(selected) => selected,
            Err(message) => return Some(failed(Complaint { message, ..Complaint::default() })),
        };
        let skips =
            self.test.selector.as_ref().is_some_and(|selector| selector.skip_empty_templates);
        if selected.is_empty() {
            if skips {
                return None;
            }
            if !self.can_check(assertion) {
                return Some(failed(self.not_rendered(None)));
            }
            return Some(self.check(assertion, &[], Vec::new()));
        }
        let mut all = Verdict { passed: true, complaints: Vec::new() };
        for (template, manifests) in selected {
            let known = rendering.documents.get(&template);
            let verdict = match known {
                None if assertion.check.needs_success(assertion.antonym) => {
                    failed(self.no_template(&template))
                }
                known if !self.can_check(assertion) => {
                    failed(self.not_rendered(known.and_then(|known| known.first())))
                }
                known => {
                    let known = known.map(Vec::as_slice).unwrap_or_default();
                    self.check(assertion, known, manifests)
                }
            };
            all.passed &= verdict.passed;
            all.complaints.extend(
                verdict
                    .complaints
                    .into_iter()
                    .map(|complaint| Complaint { template: template.clone(), ..complaint }),
            );
        }
        Some(all)
    }

    fn can_check(&self, assertion: &Assertion) -> bool {
        assertion.check.needs_success(assertion.antonym) == self.rendering.succeeded
    }

    /// The documents of the templates that the assertion is about.
    fn documents(&self, assertion: &Assertion) -> Documents<'j> {
        let full = |name: &String| full_name(self.route, name);
        let templates: Vec<String> = if !assertion.template.is_empty() {
            vec![full(&assertion.template)]
        } else if !self.test.templates.is_empty() {
            self.test.templates.iter().map(full).collect()
        } else if self.names.iter().any(|name| name.contains('*')) {
            self.rendering.written.clone()
        } else {
            self.names.iter().map(full).collect()
        };
        let documents: &'j BTreeMap<String, Vec<Manifest>> = &self.rendering.documents;
        let own = |name: &String| documents.get(name).map(|own| own.iter().collect());
        templates.into_iter().map(|name| (name.clone(), own(&name).unwrap_or_default())).collect()
    }

    fn selected(
        &self,
        assertion: &Assertion,
        documents: &Documents<'j>,
    ) -> Result<Documents<'j>, String> {
        let selector = assertion.selector.as_ref().or(self.test.selector.as_ref());
        if let Some(selector) = selector.filter(|selector| !selector.path.is_empty()) {
            return select::by_selector(selector, documents);
        }
        match self.test.document_index.or(assertion.document_index) {
            Some(index) if index != -1 => select::by_index(index, documents),
            _ => Ok(documents.clone()),
        }
    }

    fn check(
        &mut self,
        assertion: &Assertion,
        all: &[Manifest],
        selected: Vec<&Manifest>,
    ) -> Verdict {
        let negative = assertion.not != assertion.antonym;
        let subject = Subject { all, selected, negative, render_error: self.error };
        let name = &self.test.name;
        let (number, snapshots) = (&mut self.number, &mut *self.snapshots);
        subject.check(&assertion.check, &mut |value, pattern, not_pattern| {
            *number += 1;
            snapshots.compare(name, *number, value, pattern, not_pattern)
        })
    }

    fn no_template(&self, template: &str) -> Complaint {
        let written = &self.rendering.written;
        let known = written.iter().any(|name| name == template);
        let message = if known {
            "the template's text is neither YAML nor notes".to_owned()
        } else if !self.rendering.succeeded {
            "the template did not render".to_owned()
        } else {
            let route = self.route;
            format!("{route} renders no template of that name, or the suite does not select it")
        };
        Complaint { message, ..Complaint::default() }
    }

    /// Rendering went otherwise than the assertion needs.
    fn not_rendered(&self, manifest: Option<&Manifest>) -> Complaint {
        if self.rendering.succeeded {
            let message = "expected rendering to fail, and it does not".to_owned();
            return Complaint { message, ..Complaint::default() };
        }
        let raw = manifest.and_then(|manifest| manifest.value.get(RAW));
        let actual = raw.map(Value::go_print);
        let origin = raw.and_then(|raw| manifest.and_then(|manifest| manifest.origin(raw.span)));
        Complaint {
            message: "the chart does not render".to_owned(),
            actual,
            origin,
            ..Complaint::default()
        }
    }
}

fn failed(complaint: Complaint) -> Verdict {
    Verdict { passed: false, complaints: vec![complaint] }
}
