//! Parses templates by the grammar of Go's `text/template/parse/parse.go` (Go 1.26).

mod pipeline;

use std::sync::Arc;

use ahash::AHashMap;
use plimsoll_yaml::Span;

use super::ast::{Branch, Node, NodeId, Tree};
use super::lexer::{Kind, Lexer, Token};
use super::literal;
use super::writes::writes;
use crate::Profile;

/// Why a text is not a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParseError {
    /// The template's name.
    pub(crate) name: Arc<str>,
    /// The line that Go names, from 1.
    pub(crate) line: usize,
    /// The bytes of the token at which parsing stopped.
    pub(crate) span: Span,
    pub(crate) message: String,
}

/// Nested parentheses and blocks deeper than this are refused. Go allows 10000 parentheses and
/// any number of blocks; no real template comes near either.
pub(super) const MAX_NESTING: usize = 500;

/// Parses `text` into its own template (last) and those that it defines, in order of definition.
/// The functions of another profile are unknown.
pub(crate) fn parse(
    name: &Arc<str>,
    text: &Arc<str>,
    profile: Profile,
) -> Result<Vec<Tree>, ParseError> {
    let mut parser = Parser {
        name,
        text,
        profile,
        lexer: Lexer::new(text),
        tokens: [Token { kind: Kind::Eof, start: text.len(), end: text.len(), line: 1 }; 3],
        peeked: 0,
        names: AHashMap::with_capacity((text.len() / 128).min(256)),
        variables: vec!["$".into()],
        action_line: 0,
        range_depth: 0,
        depth: 0,
        next_id: 0,
        trees: Vec::new(),
        assigned: Vec::new(),
        escapes: false,
    };
    let root = parser.top_level()?;
    parser.add(Arc::clone(name), root)?;
    Ok(parser.trees)
}

/// Tells whether a list holds nothing but blank text (`IsEmptyTree`).
pub(super) fn is_empty(root: &[Node], text: &str) -> bool {
    root.iter().all(|node| node.is_blank(text))
}

type Parsed<T> = Result<T, ParseError>;

struct Parser<'s> {
    name: &'s Arc<str>,
    text: &'s Arc<str>,
    profile: Profile,
    lexer: Lexer<'s>,
    /// The lookahead as Go keeps it, so that errors name the same line: slot 0 is the last token
    /// read, the others are pushed back.
    tokens: [Token; 3],
    peeked: usize,
    /// Words of the text that were met, so that each is kept once.
    names: AHashMap<&'s str, Arc<str>>,
    variables: Vec<Arc<str>>,
    action_line: usize,
    range_depth: usize,
    depth: usize,
    next_id: u32,
    trees: Vec<Tree>,
    /// Variables assigned since the innermost branch began.
    assigned: Vec<Arc<str>>,
    /// Whether a `break` or `continue` stood in the innermost branch.
    escapes: bool,
}

/// What ended a list.
struct Ending {
    kind: EndKind,
    shown: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EndKind {
    End,
    Else,
}

/// A node, or the end of the list.
enum Item {
    Node(Node),
    Ending(Ending),
}

impl<'s> Parser<'s> {
    // Tokens.

    fn next(&mut self) -> Token {
        if self.peeked > 0 {
            self.peeked -= 1;
        } else {
            self.tokens[0] = self.lexer.next();
        }
        self.tokens[self.peeked]
    }

    /// The last token that was read.
    const fn last(&self) -> Token {
        self.tokens[0]
    }

    /// The shared text of a word.
    fn shared(&mut self, word: &'s str) -> Arc<str> {
        Arc::clone(self.names.entry(word).or_insert_with(|| Arc::from(word)))
    }

    const fn backup(&mut self) {
        self.peeked += 1;
    }

    fn backup_two(&mut self, before: Token) {
        self.tokens[1] = before;
        self.peeked = 2;
    }

    fn backup_three(&mut self, first: Token, second: Token) {
        self.tokens[1] = second;
        self.tokens[2] = first;
        self.peeked = 3;
    }

    fn peek(&mut self) -> Token {
        if self.peeked == 0 {
            self.peeked = 1;
            self.tokens[0] = self.lexer.next();
        }
        self.tokens[self.peeked - 1]
    }

    fn next_non_space(&mut self) -> Token {
        loop {
            let token = self.next();
            if token.kind != Kind::Space {
                return token;
            }
        }
    }

    fn peek_non_space(&mut self) -> Token {
        let token = self.next_non_space();
        self.backup();
        token
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Parsed<Token> {
        let token = self.next_non_space();
        if token.kind == kind { Ok(token) } else { Err(self.unexpected(&token, context)) }
    }

    // Errors.

    fn error(&self, message: impl Into<String>) -> ParseError {
        let token = self.last();
        ParseError {
            name: Arc::clone(self.name),
            line: token.line,
            span: Span::new(token.start, token.end),
            message: message.into(),
        }
    }

    fn unexpected(&self, token: &Token, context: &str) -> ParseError {
        let shown = token.shown(&self.lexer);
        if token.kind != Kind::Error {
            return self.error(format!("unexpected {shown} in {context}"));
        }
        let mut extra = String::new();
        if self.action_line != 0 && self.action_line != token.line {
            let started = format!("started at {}:{}", self.name, self.action_line);
            let joint = if shown.ends_with(" action") { " " } else { " in action " };
            extra = format!("{joint}{started}");
        }
        self.error(format!("{shown}{extra}"))
    }

    fn id(&mut self) -> NodeId {
        self.next_id += 1;
        NodeId(self.next_id)
    }

    fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(self.error("max expression depth exceeded"));
        }
        Ok(())
    }

    // Grammar.

    fn top_level(&mut self) -> Parsed<Vec<Node>> {
        let mut root = Vec::new();
        while self.peek().kind != Kind::Eof {
            if self.peek().kind == Kind::LeftDelim {
                let delim = self.next();
                if self.next_non_space().kind == Kind::Define {
                    self.definition()?;
                    continue;
                }
                self.backup_two(delim);
            }
            match self.text_or_action()? {
                Item::Node(node) => root.push(node),
                Item::Ending(ending) => {
                    return Err(self.error(format!("unexpected {}", ending.shown)));
                }
            }
        }
        Ok(root)
    }

    /// Registers a template; blank ones give way to one of the same name.
    fn add(&mut self, name: Arc<str>, root: Vec<Node>) -> Parsed<()> {
        let tree = Tree {
            name,
            parse_name: Arc::clone(self.name),
            text: Arc::clone(self.text),
            root: root.into(),
        };
        let Some(old) = self.trees.iter().position(|old| old.name == tree.name) else {
            self.trees.push(tree);
            return Ok(());
        };
        if is_empty(&self.trees[old].root, self.text) {
            self.trees[old] = tree;
        } else if !is_empty(&tree.root, self.text) {
            let name = literal::quote(&tree.name);
            return Err(self.error(format!("template: multiple definition of template {name}")));
        }
        Ok(())
    }

    /// `{{ define "name" }} … {{ end }}`, of which `define` is read.
    fn definition(&mut self) -> Parsed<()> {
        const CONTEXT: &str = "define clause";
        let token = self.next_non_space();
        if !matches!(token.kind, Kind::String | Kind::RawString) {
            return Err(self.unexpected(&token, CONTEXT));
        }
        let name = self.unquote(&token)?;
        self.expect(Kind::RightDelim, CONTEXT)?;
        self.body(name.into(), CONTEXT)
    }

    /// The list of a `define` or `block`, which sees no variables but `$`.
    fn body(&mut self, name: Arc<str>, context: &str) -> Parsed<()> {
        let outer_variables = std::mem::replace(&mut self.variables, vec!["$".into()]);
        let outer_range = std::mem::take(&mut self.range_depth);
        let (root, ending) = self.list()?;
        if ending.kind != EndKind::End {
            return Err(self.error(format!("unexpected {} in {context}", ending.shown)));
        }
        self.variables = outer_variables;
        self.range_depth = outer_range;
        self.add(name, root)
    }

    /// The name of a template, which is text.
    fn unquote(&self, token: &Token) -> Parsed<String> {
        let name = literal::unquote(token.text(self.text));
        let name = name.ok_or_else(|| self.error("invalid syntax"))?;
        String::from_utf8(name).map_err(|_| self.error("the name is not UTF-8"))
    }

    fn list(&mut self) -> Parsed<(Vec<Node>, Ending)> {
        self.deeper()?;
        let mut nodes = Vec::new();
        while self.peek_non_space().kind != Kind::Eof {
            match self.text_or_action()? {
                Item::Node(node) => nodes.push(node),
                Item::Ending(ending) => {
                    self.depth -= 1;
                    return Ok((nodes, ending));
                }
            }
        }
        Err(self.error("unexpected EOF"))
    }

    fn text_or_action(&mut self) -> Parsed<Item> {
        let token = self.next_non_space();
        match token.kind {
            Kind::Text => Ok(Item::Node(Node::Text { span: Span::new(token.start, token.end) })),
            Kind::LeftDelim => {
                self.action_line = token.line;
                let item = self.action(token.start);
                self.action_line = 0;
                item
            }
            _ => Err(self.unexpected(&token, "input")),
        }
    }

    fn action(&mut self, start: usize) -> Parsed<Item> {
        let token = self.next_non_space();
        let node = match token.kind {
            Kind::Block => self.block(start)?,
            Kind::Break => self.leave_range("break", Node::Break)?,
            Kind::Continue => self.leave_range("continue", Node::Continue)?,
            Kind::Else => return self.else_action(),
            Kind::End => {
                self.expect(Kind::RightDelim, "end")?;
                return Ok(Item::Ending(Ending { kind: EndKind::End, shown: "{{end}}" }));
            }
            Kind::If => Node::If(self.branch("if")?),
            Kind::Range => Node::Range(self.branch("range")?),
            Kind::With => Node::With(self.branch("with")?),
            Kind::Template => self.call(start)?,
            _ => {
                self.backup();
                let pipe = self.pipeline("command", Kind::RightDelim)?;
                let end = self.last().end;
                Node::Action { id: self.id(), span: Span::new(start, end), pipe }
            }
        };
        Ok(Item::Node(node))
    }

    fn else_action(&mut self) -> Parsed<Item> {
        if !matches!(self.peek_non_space().kind, Kind::If | Kind::With) {
            self.expect(Kind::RightDelim, "else")?;
        }
        Ok(Item::Ending(Ending { kind: EndKind::Else, shown: "{{else}}" }))
    }

    fn leave_range(&mut self, word: &str, node: Node) -> Parsed<Node> {
        let token = self.next_non_space();
        if token.kind != Kind::RightDelim {
            return Err(self.unexpected(&token, &format!("{{{{{word}}}}}")));
        }
        if self.range_depth == 0 {
            return Err(self.error(format!("{{{{{word}}}}} outside {{{{range}}}}")));
        }
        self.escapes = true;
        Ok(node)
    }

    fn branch(&mut self, context: &'static str) -> Parsed<Branch> {
        let visible = self.variables.len();
        let outer_assigned = std::mem::take(&mut self.assigned);
        let outer_escapes = std::mem::take(&mut self.escapes);
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        let is_range = context == "range";
        self.range_depth += usize::from(is_range);
        let (body, ending) = self.list()?;
        self.range_depth -= usize::from(is_range);
        let otherwise = match ending.kind {
            EndKind::End => None,
            EndKind::Else => Some(self.otherwise(context)?),
        };
        self.variables.truncate(visible);
        let assigns = std::mem::replace(&mut self.assigned, outer_assigned);
        for name in &assigns {
            if !self.assigned.contains(name) {
                self.assigned.push(Arc::clone(name));
            }
        }
        // A range that is left early goes no further than itself.
        let escapes = std::mem::replace(&mut self.escapes, outer_escapes) && !is_range;
        self.escapes |= escapes;
        let writes = writes(&body, self.text)
            .or_else(|| otherwise.as_ref().and_then(|nodes| writes(nodes, self.text)));
        Ok(Branch { id: self.id(), pipe, body, otherwise, assigns, escapes, writes })
    }

    /// What follows `else`: the rest of an `else if` or `else with` chain, or a list.
    fn otherwise(&mut self, context: &'static str) -> Parsed<Vec<Node>> {
        let chained = match (context, self.peek().kind) {
            ("if", Kind::If) => Some(Node::If as fn(Branch) -> Node),
            ("with", Kind::With) => Some(Node::With as fn(Branch) -> Node),
            _ => None,
        };
        if let Some(node) = chained {
            self.next();
            self.deeper()?;
            let branch = self.branch(context)?;
            self.depth -= 1;
            return Ok(vec![node(branch)]);
        }
        let (nodes, ending) = self.list()?;
        if ending.kind != EndKind::End {
            return Err(self.error(format!("expected end; found {}", ending.shown)));
        }
        Ok(nodes)
    }

    /// `{{ block "name" pipe }} … {{ end }}`: defines a template and calls it.
    fn block(&mut self, start: usize) -> Parsed<Node> {
        const CONTEXT: &str = "block clause";
        let (at, name) = self.template_name(CONTEXT)?;
        let pipe = self.pipeline(CONTEXT, Kind::RightDelim)?;
        let span = Span::new(start, self.last().end);
        self.body(Arc::clone(&name), CONTEXT)?;
        Ok(Node::Call { id: self.id(), at, span, name, pipe: Some(pipe) })
    }

    fn call(&mut self, start: usize) -> Parsed<Node> {
        const CONTEXT: &str = "template clause";
        let (at, name) = self.template_name(CONTEXT)?;
        let mut pipe = None;
        if self.next_non_space().kind != Kind::RightDelim {
            self.backup();
            pipe = Some(self.pipeline(CONTEXT, Kind::RightDelim)?);
        }
        let span = Span::new(start, self.last().end);
        Ok(Node::Call { id: self.id(), at, span, name, pipe })
    }

    fn template_name(&mut self, context: &str) -> Parsed<(usize, Arc<str>)> {
        let token = self.next_non_space();
        if !matches!(token.kind, Kind::String | Kind::RawString) {
            return Err(self.unexpected(&token, context));
        }
        Ok((token.start, self.unquote(&token)?.into()))
    }
}

#[cfg(test)]
mod tests;
