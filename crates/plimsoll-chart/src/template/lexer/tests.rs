//! Tokens and their lines.

use super::*;

fn kinds(source: &str) -> Vec<(Kind, &str)> {
    let mut lexer = Lexer::new(source);
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next();
        tokens.push((token.kind, token.text(source)));
        if matches!(token.kind, Kind::Eof | Kind::Error) {
            return tokens;
        }
    }
}

#[test]
fn trim_markers_take_the_spaces_around() {
    assert_eq!(
        kinds("a \n{{- .x -}} \n b"),
        [
            (Kind::Text, "a"),
            (Kind::LeftDelim, "{{"),
            (Kind::Field, ".x"),
            (Kind::RightDelim, "}}"),
            (Kind::Text, "b"),
            (Kind::Eof, ""),
        ]
    );
}

#[test]
fn comments_vanish_and_minus_three_is_a_number() {
    assert_eq!(
        kinds("{{- /* {{ }} */ -}} {{-3}}"),
        [(Kind::LeftDelim, "{{"), (Kind::Number, "-3"), (Kind::RightDelim, "}}"), (Kind::Eof, ""),]
    );
}

#[test]
fn lines_are_those_of_the_first_byte() {
    let source = "{{ .a\n\n  | b }}\n{{ $x := 1 }}";
    let mut lexer = Lexer::new(source);
    let mut lines = Vec::new();
    loop {
        let token = lexer.next();
        if token.kind == Kind::Eof {
            break;
        }
        lines.push((token.text(source), token.line(source)));
    }
    assert_eq!(
        lines,
        [
            ("{{", 1),
            (".a", 1),
            ("|", 3),
            ("b", 3),
            ("}}", 3),
            ("\n", 3),
            ("{{", 4),
            ("$x", 4),
            (":=", 4),
            ("1", 4),
            ("}}", 4),
        ]
    );
}
