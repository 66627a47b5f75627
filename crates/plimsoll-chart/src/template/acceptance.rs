//! Tests of Go's own lexer and parser, asked of ours.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::ast::{List, Node, Parts, Tree};
use super::lexer::{Kind, Lexer};
use super::literal::{self, Number};
use super::parser::parse;
use crate::Profile;
use crate::acceptance::text;

/// What we make of a row.
pub(crate) fn answer(row: &Json, profile: Profile) -> Json {
    let content: Arc<str> = text(row, "text").into();
    match text(row, "kind") {
        "number" => number(&content, text(row, "token")),
        "tokens" => tokens(&content),
        kind => {
            let name: Arc<str> = text(row, "name").into();
            match parse(&name, &content, profile) {
                Err(error) => json!({
                    "error": format!("template: {}:{}: {}", error.name, error.line, error.message)
                }),
                Ok(trees) if kind == "empty" => {
                    let root = trees.iter().find(|tree| tree.name == name).unwrap();
                    json!({ "empty": root.is_blank })
                }
                Ok(trees) => {
                    let print = |tree: &Tree| json!(list(tree.root, &tree.parts));
                    let printed = trees.iter().map(|tree| (tree.name.to_string(), print(tree)));
                    json!({ "trees": printed.collect::<serde_json::Map<_, _>>() })
                }
            }
        }
    }
}

fn tokens(content: &str) -> Json {
    let mut lexer = Lexer::new(content);
    let mut tokens = Vec::new();
    let mut end = 0;
    loop {
        let token = lexer.next();
        // Go counts spaces as tokens of their own.
        if let Some(space) = token.space_after(end, content) {
            tokens.push(json!(["Space", space.start, space.text(content), space.line(content)]));
        }
        end = token.end;
        let trims = content[end as usize..].starts_with('-')
            && content[end as usize + 1..].starts_with([' ', '\t', '\r', '\n']);
        if token.kind == Kind::LeftDelim && trims {
            end += 2;
        }
        let failure = lexer.failure.clone().filter(|_| token.kind == Kind::Error);
        let shown = failure.unwrap_or_else(|| token.text(content).to_owned());
        tokens.push(json!([format!("{:?}", token.kind), token.start, shown, token.line(content)]));
        if matches!(token.kind, Kind::Eof | Kind::Error) {
            return json!({ "tokens": tokens });
        }
    }
}

fn number(content: &str, token: &str) -> Json {
    let read = match token {
        "charconst" => literal::unquote_char(content).map(|code| Number {
            int: Some(code.into()),
            uint: Some(code.into()),
            float: Some(code.into()),
            ..Number::default()
        }),
        "complex" => literal::complex_number(content),
        _ => literal::number(content),
    };
    match read {
        Err(error) => json!({ "error": error }),
        Ok(number) => json!({
            "int": number.int.map(|int| int.to_string()),
            "uint": number.uint.map(|int| int.to_string()),
            "float": number.float,
            "complex": number.complex.map(|(real, imaginary)| [real, imaginary]),
        }),
    }
}

/// Nodes as Go's `ListNode.String` prints them, texts quoted.
fn list(nodes: List, parts: &Parts) -> String {
    parts.node_list(nodes).iter().map(|node| print(*node, parts)).collect()
}

fn print(node: Node, parts: &Parts) -> String {
    match node {
        Node::Text(bytes) => literal::quote(bytes.of(&parts.text)),
        Node::Action { pipe, .. } => format!("{{{{{}}}}}", parts.show_pipe(pipe)),
        Node::If(branch) => print_branch("if", branch, parts),
        Node::With(branch) => print_branch("with", branch, parts),
        Node::Range(branch) => print_branch("range", branch, parts),
        Node::Call(call) => parts.show_call(call),
        Node::Break => "{{break}}".to_owned(),
        Node::Continue => "{{continue}}".to_owned(),
    }
}

fn print_branch(word: &str, branch: u32, parts: &Parts) -> String {
    let branch = parts.branch(branch);
    let pipe = parts.show_pipe(branch.pipe);
    let mut printed = format!("{{{{{word} {pipe}}}}}{}", list(branch.body, parts));
    if let Some(otherwise) = branch.otherwise {
        printed += "{{else}}";
        printed += &list(otherwise, parts);
    }
    printed + "{{end}}"
}
