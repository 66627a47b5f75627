//! Where a list of nodes may write text.

use super::ast::{Bytes, Node, Parts, Term};

/// The bytes from the first to the last node that may write text, if any may write what is not
/// blank.
pub(super) fn writes(nodes: &[Node], parts: &Parts) -> Option<Bytes> {
    let mut first = None;
    for (index, node) in nodes.iter().enumerate() {
        let Some(span) = span(*node, parts) else { continue };
        let start = *first.get_or_insert(span.start);
        if !parts.is_blank(*node) {
            let last = nodes[index + 1..].iter().rev().find_map(|node| self::span(*node, parts));
            return Some(Bytes { start, end: last.unwrap_or(span).end });
        }
    }
    None
}

fn span(node: Node, parts: &Parts) -> Option<Bytes> {
    match node {
        Node::Text(span) => Some(span),
        Node::Call(call) => Some(parts.call(call).span),
        Node::Action { span, pipe } => prints(pipe, parts).then_some(span),
        Node::If(branch) | Node::With(branch) | Node::Range(branch) => parts.branch(branch).writes,
        Node::Break | Node::Continue => None,
    }
}

/// Tells whether a pipeline prints: it assigns nothing, and its last word is not the one that ends
/// the rendering.
fn prints(pipe: u32, parts: &Parts) -> bool {
    let pipe = parts.pipe(pipe);
    let last = pipe.commands.of(&parts.commands).last();
    let word = last.and_then(|command| command.words.of(&parts.words).first());
    let fails = matches!(word.map(|word| word.term),
        Some(Term::Function(function)) if function.name == "fail");
    pipe.variables.is_empty() && !fails
}
