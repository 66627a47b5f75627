//! Parses templates by the grammar of Go's `text/template/parse/parse.go` (Go 1.26).

mod pipeline;

use std::sync::Arc;

use plimsoll_yaml::Span;

use super::ast::{Branch, Bytes, Call, Command, List, Node, Parts, Tree, VariableId, Word, offset};
use super::lexer::{Kind, Lexer, Token};
use super::literal;
use super::writes::writes;
use crate::Profile;
use crate::limits::MAX_TEMPLATE_NODES;

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

/// How many variables may be seen in one place, and how many templates may be defined in one file:
/// both are looked for one after the other.
const MAX_VARIABLES: usize = 2_000;
const MAX_DEFINITIONS: usize = 5_000;

/// Parses `text` into its own template (last) and those that it defines, in order of definition.
/// The functions of another profile are unknown.
pub(crate) fn parse(
    name: &Arc<str>,
    text: &Arc<str>,
    profile: Profile,
) -> Result<Vec<Tree>, Box<ParseError>> {
    let mut parser = Parser::new(name, text, profile);
    let root = parser.top_level()?;
    parser.within_bounds()?;
    parser.add(Arc::clone(name), root, 0)?;
    let Parser { parts, trees, .. } = parser;
    let parts = Arc::new(parts);
    let tree = |draft: Draft| Tree {
        name: draft.name,
        parse_name: Arc::clone(name),
        parts: Arc::clone(&parts),
        root: draft.root,
        count: draft.count,
        is_blank: draft.is_blank,
    };
    Ok(trees.into_iter().map(tree).collect())
}

type Parsed<T> = Result<T, Box<ParseError>>;

struct Parser<'s> {
    name: &'s Arc<str>,
    text: &'s str,
    profile: Profile,
    lexer: Lexer<'s>,
    /// The lookahead as Go keeps it, so that errors name the same line: slot 0 is the last token
    /// read, the others are pushed back.
    tokens: [Token; 3],
    peeked: usize,
    parts: Parts,
    /// The variables that can be seen, besides `$`.
    variables: Vec<VariableId>,
    /// Where the running action starts.
    action_start: Option<Token>,
    range_depth: usize,
    depth: usize,
    trees: Vec<Draft>,
    /// Variables assigned since the innermost branch began.
    assigned: Vec<VariableId>,
    /// Whether a `break` or `continue` stood in the innermost branch.
    escapes: bool,
    /// The nodes, commands and words of all lists that are not at their end yet.
    open_nodes: Vec<Node>,
    open_commands: Vec<Command>,
    open_words: Vec<Word>,
}

/// A tree whose text is not at its end yet.
struct Draft {
    name: Arc<str>,
    root: List,
    count: usize,
    is_blank: bool,
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
    fn new(name: &'s Arc<str>, text: &'s Arc<str>, profile: Profile) -> Self {
        let end = offset(text.len());
        Self {
            name,
            text,
            profile,
            lexer: Lexer::new(text),
            tokens: [Token { kind: Kind::Eof, start: end, end }; 3],
            peeked: 0,
            parts: Parts::new(Arc::clone(text)),
            variables: Vec::new(),
            action_start: None,
            range_depth: 0,
            depth: 0,
            trees: Vec::new(),
            assigned: Vec::new(),
            escapes: false,
            open_nodes: Vec::with_capacity(64),
            open_commands: Vec::with_capacity(8),
            open_words: Vec::with_capacity(16),
        }
    }

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

    #[cold]
    fn error(&self, message: impl Into<String>) -> Box<ParseError> {
        let token = self.last();
        Box::new(ParseError {
            name: Arc::clone(self.name),
            line: token.line(self.text),
            span: token.bytes().span(),
            message: message.into(),
        })
    }

    #[cold]
    fn unexpected(&self, token: &Token, context: &str) -> Box<ParseError> {
        let shown = token.shown(&self.lexer);
        if token.kind != Kind::Error {
            return self.error(format!("unexpected {shown} in {context}"));
        }
        let mut extra = String::new();
        if let Some(start) = self.action_start {
            let line = start.line(self.text);
            if line != token.line(self.text) {
                let started = format!("started at {}:{line}", self.name);
                let joint = if shown.ends_with(" action") { " " } else { " in action " };
                extra = format!("{joint}{started}");
            }
        }
        self.error(format!("{shown}{extra}"))
    }

    /// Makes sure that neither the nodes nor the variables are too many.
    fn within_bounds(&self) -> Parsed<()> {
        if self.parts.count() > MAX_TEMPLATE_NODES {
            return Err(self.error("the template has more parts than can be read"));
        }
        if self.variables.len() >= MAX_VARIABLES {
            return Err(self.error("the template has more variables than can be read"));
        }
        Ok(())
    }

    fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(self.error("max expression depth exceeded"));
        }
        Ok(())
    }

    // Grammar.

    fn top_level(&mut self) -> Parsed<List> {
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
                Item::Node(node) => self.open_nodes.push(node),
                Item::Ending(ending) => {
                    return Err(self.error(format!("unexpected {}", ending.shown)));
                }
            }
        }
        Ok(self.close_nodes(0))
    }

    /// Ends the list of the open nodes from `start` on.
    fn close_nodes(&mut self, start: usize) -> List {
        let first = self.parts.nodes.len();
        self.parts.nodes.extend_from_slice(&self.open_nodes[start..]);
        self.open_nodes.truncate(start);
        List::since(first, &self.parts.nodes)
    }

    /// Registers a template, which has all parts but the first `before`; blank ones give way to
    /// one of the same name.
    fn add(&mut self, name: Arc<str>, root: List, before: usize) -> Parsed<()> {
        let is_blank = self.parts.node_list(root).iter().all(|node| self.parts.is_blank(*node));
        let count = self.parts.count() - before;
        let draft = Draft { name, root, count, is_blank };
        let Some(old) = self.trees.iter().position(|old| old.name == draft.name) else {
            if self.trees.len() >= MAX_DEFINITIONS {
                return Err(self.error("the template defines more templates than can be read"));
            }
            self.trees.push(draft);
            return Ok(());
        };
        if self.trees[old].is_blank {
            self.trees[old] = draft;
        } else if !is_blank {
            let name = literal::quote(&draft.name);
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
        let before = self.parts.count();
        let outer_variables = std::mem::take(&mut self.variables);
        let outer_range = std::mem::take(&mut self.range_depth);
        let (root, ending) = self.list()?;
        if ending.kind != EndKind::End {
            return Err(self.error(format!("unexpected {} in {context}", ending.shown)));
        }
        self.variables = outer_variables;
        self.range_depth = outer_range;
        self.add(name, root, before)
    }

    /// The name of a template, which is text.
    fn unquote(&self, token: &Token) -> Parsed<String> {
        let literal = token.text(self.text);
        if literal::is_verbatim(literal) {
            return Ok(literal[1..literal.len() - 1].to_owned());
        }
        let name = literal::unquote(literal);
        let name = name.ok_or_else(|| self.error("invalid syntax"))?;
        String::from_utf8(name).map_err(|_| self.error("the name is not UTF-8"))
    }

    fn list(&mut self) -> Parsed<(List, Ending)> {
        self.deeper()?;
        let start = self.open_nodes.len();
        while self.peek_non_space().kind != Kind::Eof {
            match self.text_or_action()? {
                Item::Node(node) => self.open_nodes.push(node),
                Item::Ending(ending) => {
                    self.depth -= 1;
                    return Ok((self.close_nodes(start), ending));
                }
            }
        }
        Err(self.error("unexpected EOF"))
    }

    fn text_or_action(&mut self) -> Parsed<Item> {
        let token = self.next_non_space();
        match token.kind {
            Kind::Text => Ok(Item::Node(Node::Text(token.bytes()))),
            Kind::LeftDelim => {
                self.action_start = Some(token);
                let item = self.action(token.start);
                self.action_start = None;
                item
            }
            _ => Err(self.unexpected(&token, "input")),
        }
    }

    fn action(&mut self, start: u32) -> Parsed<Item> {
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
                Node::Action { span: Bytes { start, end: self.last().end }, pipe }
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

    fn branch(&mut self, context: &'static str) -> Parsed<u32> {
        let visible = self.variables.len();
        let first_assigned = self.assigned.len();
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
        let assigns = self.close_assigned(first_assigned);
        // A range that is left early goes no further than itself.
        let escapes = std::mem::replace(&mut self.escapes, outer_escapes) && !is_range;
        self.escapes |= escapes;
        let parts = &mut self.parts;
        let writes = writes(parts.node_list(body), parts)
            .or_else(|| otherwise.and_then(|nodes| writes(parts.node_list(nodes), parts)));
        let number = offset(parts.branches.len());
        parts.branches.push(Branch { pipe, body, otherwise, assigns, escapes, writes });
        Ok(number)
    }

    /// Keeps the variables that were assigned from the one at `first` on, each once.
    fn close_assigned(&mut self, first: usize) -> List {
        let start = self.parts.variables.len();
        for index in first..self.assigned.len() {
            let variable = self.assigned[index];
            if !self.parts.variables[start..].contains(&variable) {
                self.parts.variables.push(variable);
            }
        }
        // The branch around this one assigns them too.
        self.assigned.truncate(first);
        self.assigned.extend_from_slice(&self.parts.variables[start..]);
        List::since(start, &self.parts.variables)
    }

    /// What follows `else`: the rest of an `else if` or `else with` chain, or a list.
    fn otherwise(&mut self, context: &'static str) -> Parsed<List> {
        let chained = match (context, self.peek().kind) {
            ("if", Kind::If) => Some(Node::If as fn(u32) -> Node),
            ("with", Kind::With) => Some(Node::With as fn(u32) -> Node),
            _ => None,
        };
        if let Some(node) = chained {
            self.next();
            self.deeper()?;
            let branch = self.branch(context)?;
            self.depth -= 1;
            let start = self.open_nodes.len();
            self.open_nodes.push(node(branch));
            return Ok(self.close_nodes(start));
        }
        let (nodes, ending) = self.list()?;
        if ending.kind != EndKind::End {
            return Err(self.error(format!("expected end; found {}", ending.shown)));
        }
        Ok(nodes)
    }

    /// `{{ block "name" pipe }} … {{ end }}`: defines a template and calls it.
    fn block(&mut self, start: u32) -> Parsed<Node> {
        const CONTEXT: &str = "block clause";
        let (at, name) = self.template_name(CONTEXT)?;
        let pipe = self.pipeline(CONTEXT, Kind::RightDelim)?;
        let span = Bytes { start, end: self.last().end };
        self.body(Arc::clone(&name), CONTEXT)?;
        Ok(self.push_call(Call { at, span, name, pipe: Some(pipe) }))
    }

    fn call(&mut self, start: u32) -> Parsed<Node> {
        const CONTEXT: &str = "template clause";
        let (at, name) = self.template_name(CONTEXT)?;
        let mut pipe = None;
        if self.next_non_space().kind != Kind::RightDelim {
            self.backup();
            pipe = Some(self.pipeline(CONTEXT, Kind::RightDelim)?);
        }
        let span = Bytes { start, end: self.last().end };
        Ok(self.push_call(Call { at, span, name, pipe }))
    }

    fn push_call(&mut self, call: Call) -> Node {
        let number = offset(self.parts.calls.len());
        self.parts.calls.push(call);
        Node::Call(number)
    }

    fn template_name(&mut self, context: &str) -> Parsed<(u32, Arc<str>)> {
        let token = self.next_non_space();
        if !matches!(token.kind, Kind::String | Kind::RawString) {
            return Err(self.unexpected(&token, context));
        }
        Ok((token.start, self.unquote(&token)?.into()))
    }
}

#[cfg(test)]
mod tests;
