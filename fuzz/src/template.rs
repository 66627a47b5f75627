//! The lexer and parser of templates.

use plimsoll_chart::{Profile, fuzz::actions};
use plimsoll_yaml::Span;

/// Parses the bytes as a template; each of its actions, printed and parsed again, prints alike.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for profile in [Profile::Helm4, Profile::Helm3] {
        match actions(&text, profile) {
            Ok(printed) => printed.iter().for_each(|action| parse_again(action, profile)),
            Err(span) => assert_inside(span, &text),
        }
    }
}

fn assert_inside(span: Span, text: &str) {
    assert!(span.start <= span.end, "{span:?}");
    assert!(text.get(span.start..span.end).is_some(), "{span:?} in {text:?}");
}

fn parse_again(action: &str, profile: Profile) {
    match actions(action, profile) {
        Ok(again) => assert_eq!(again, [action]),
        // An action alone lacks the variables that stood before it, and a range's own.
        Err(span) => {
            assert_inside(span, action);
            assert!(action.contains('$'), "{action:?} cannot be parsed again");
        }
    }
}
