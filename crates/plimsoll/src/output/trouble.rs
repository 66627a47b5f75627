//! Trouble with a chart, shown with its place.

use annotate_snippets::{Element, Group, Level, Origin, Snippet};

use super::source::Sources;
use super::style::Style;
use super::wrap::wrap;
use crate::secrecy::masked;
use crate::trouble::Trouble;

/// Returns what follows Helm's own message: the place with its line, and the next step.
pub(crate) fn report(trouble: &Trouble, sources: &mut Sources, style: Style) -> String {
    let group = Group::with_level(Level::ERROR);
    style.renderer().render(&[tail(group, trouble, None, sources, style)])
}

/// Adds the place, the message and the next step to a group.
pub(super) fn tail<'a>(
    group: Group<'a>,
    trouble: &'a Trouble,
    message: Option<&'a str>,
    sources: &mut Sources,
    style: Style,
) -> Group<'a> {
    let mut group = group;
    if let Some(place) = &trouble.place {
        group = group.element(match sources.excerpt(place) {
            Some(excerpt) => {
                let annotation = annotate_snippets::AnnotationKind::Primary
                    .span(excerpt.span.start..excerpt.span.end);
                Element::from(
                    Snippet::source(excerpt.line)
                        .line_start(place.position.line)
                        .path(&*place.file)
                        .annotation(annotation),
                )
            }
            None => Origin::path(&*place.file)
                .line(place.position.line)
                .char_column(place.position.column)
                .into(),
        });
    }
    if let Some(message) = message {
        group = group.element(Level::NOTE.no_name().message(message));
    }
    let help = wrap(&masked(&trouble.help), style.width.saturating_sub(10));
    group.element(Level::HELP.message(help))
}
