//! Where a list of nodes may write text.

use plimsoll_yaml::Span;

use super::ast::{Branch, Node, Pipe, Term};

/// The bytes from the first to the last node that may write text, if any may write what is not
/// blank.
pub(super) fn writes(nodes: &[Node], text: &str) -> Option<Span> {
    nodes.iter().find(|node| !node.is_blank(text) && span(node).is_some())?;
    let mut spans = nodes.iter().filter_map(span);
    let first = spans.next()?;
    let last = spans.next_back().unwrap_or(first);
    Some(Span::new(first.start, last.end))
}

fn span(node: &Node) -> Option<Span> {
    match node {
        Node::Text { span, .. } | Node::Call { span, .. } => Some(*span),
        Node::Action { span, pipe, .. } => prints(pipe).then_some(*span),
        Node::If(Branch { writes, .. })
        | Node::With(Branch { writes, .. })
        | Node::Range(Branch { writes, .. }) => *writes,
        Node::Break | Node::Continue => None,
    }
}

/// Tells whether a pipeline prints: it assigns nothing, and its last word is not the one that ends
/// the rendering.
fn prints(pipe: &Pipe) -> bool {
    let last = pipe.commands.last().and_then(|command| command.operands.first());
    let fails = matches!(last.map(|word| &word.term),
        Some(Term::Function(function)) if function.name == "fail");
    pipe.variables.is_empty() && !fails
}
