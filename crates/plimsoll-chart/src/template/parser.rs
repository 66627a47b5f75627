//! Parses templates by the grammar of Go's `text/template/parse/parse.go` (Go 1.26).

mod open;
mod pipeline;

use std::sync::Arc;

use plimsoll_yaml::Span;

use super::ast::{Branch, Bytes, Call, Command, List, Node, Parts, Tree, VariableId, Word, offset};
use super::lexer::{Kind, Lexer, Token};
use super::literal;
use super::writes::writes;
use crate::Profile;
use crate::limits::MAX_TEMPLATE_NODES;
use open::Open;

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
    /// The last token that was read: errors name its line, as Go's do.
    last: Token,
    /// Whether the last token is read again next.
    again: bool,
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
    /// The nodes of all lists that are not at their end yet.
    open_nodes: Vec<Node>,
    /// The pipeline and the command that are not at their end yet.
    open_commands: Open,
    open_words: Open,
    /// Commands and words that gave way to others.
    held_commands: Vec<Command>,
    held_words: Vec<Word>,
}

/// A tree whose text is not at its end yet.
struct Draft {
    name: Arc<str>,
    root: List,
    count: usize,
    is_blank: bool,
}

/// What ended a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    End,
    Else,
}

impl Ending {
    const fn shown(self) -> &'static str {
        match self {
            Self::End => "{{end}}",
            Self::Else => "{{else}}",
        }
    }
}

impl<'s> Parser<'s> {
    fn new(name: &'s Arc<str>, text: &'s Arc<str>, profile: Profile) -> Self {
        Self {
            name,
            text,
            profile,
            lexer: Lexer::new(text),
            last: Token::eof(text.len()),
            again: false,
            parts: Parts::new(Arc::clone(text)),
            variables: Vec::new(),
            action_start: None,
            range_depth: 0,
            depth: 0,
            trees: Vec::new(),
            assigned: Vec::new(),
            escapes: false,
            open_nodes: Vec::with_capacity(64),
            open_commands: Open::default(),
            open_words: Open::default(),
            held_commands: Vec::new(),
            held_words: Vec::new(),
        }
    }

    // Tokens.

    fn next(&mut self) -> Token {
        if !std::mem::take(&mut self.again) {
            self.last = self.lexer.next();
        }
        self.last
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Parsed<Token> {
        let token = self.next();
        if token.kind == kind { Ok(token) } else { Err(self.unexpected(&token, context)) }
    }

    // Errors.

    #[cold]
    fn error(&self, message: impl Into<String>) -> Box<ParseError> {
        let token = self.last;
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
        loop {
            let token = self.next();
            let ending = match token.kind {
                Kind::Eof => return Ok(self.close_nodes(0)),
                Kind::LeftDelim => {
                    let word = self.next();
                    if word.kind == Kind::Define {
                        self.definition()?;
                        continue;
                    }
                    self.action(token, word)?
                }
                _ => self.text(token)?,
            };
            if let Some(ending) = ending {
                return Err(self.error(format!("unexpected {}", ending.shown())));
            }
        }
    }

    /// Ends the list of the open nodes from `start` on.
    fn close_nodes(&mut self, start: usize) -> List {
        let list = List::append(&mut self.parts.nodes, &self.open_nodes[start..]);
        self.open_nodes.truncate(start);
        list
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
        let token = self.next();
        if !matches!(token.kind, Kind::String | Kind::RawString) {
            return Err(self.unexpected(&token, CONTEXT));
        }
        let name = self.unquote(&token)?;
        self.expect(Kind::RightDelim, CONTEXT)?;
        self.body(name, CONTEXT)
    }

    /// The list of a `define` or `block`, which sees no variables but `$`.
    fn body(&mut self, name: Arc<str>, context: &str) -> Parsed<()> {
        let before = self.parts.count();
        let outer_variables = std::mem::take(&mut self.variables);
        let outer_range = std::mem::take(&mut self.range_depth);
        let (root, ending) = self.list()?;
        if ending != Ending::End {
            return Err(self.error(format!("unexpected {} in {context}", ending.shown())));
        }
        self.variables = outer_variables;
        self.range_depth = outer_range;
        self.add(name, root, before)
    }

    /// The name of a template, which is text.
    fn unquote(&self, token: &Token) -> Parsed<Arc<str>> {
        let literal = token.text(self.text);
        if token.verbatim {
            return Ok(Arc::from(&literal[1..literal.len() - 1]));
        }
        let name = literal::unquote(literal);
        let name = name.ok_or_else(|| self.error("invalid syntax"))?;
        let name = String::from_utf8(name).map_err(|_| self.error("the name is not UTF-8"))?;
        Ok(name.into())
    }

    fn list(&mut self) -> Parsed<(List, Ending)> {
        self.deeper()?;
        let start = self.open_nodes.len();
        loop {
            let token = self.next();
            let ending = match token.kind {
                Kind::LeftDelim => {
                    let word = self.next();
                    self.action(token, word)?
                }
                Kind::Eof => return Err(self.error("unexpected EOF")),
                _ => self.text(token)?,
            };
            if let Some(ending) = ending {
                self.depth -= 1;
                return Ok((self.close_nodes(start), ending));
            }
        }
    }

    /// Reads a node that is no action, or says what the token is instead.
    fn text(&mut self, token: Token) -> Parsed<Option<Ending>> {
        if token.kind != Kind::Text {
            return Err(self.unexpected(&token, "input"));
        }
        self.open_nodes.push(Node::Text(token.bytes()));
        Ok(None)
    }

    /// Reads the action that begins with `delim` and `word`: a node, or the end of the list.
    fn action(&mut self, delim: Token, word: Token) -> Parsed<Option<Ending>> {
        self.action_start = Some(delim);
        let start = delim.start;
        let node = match word.kind {
            Kind::Block => self.block(start)?,
            Kind::Break => self.leave_range("break", Node::Break)?,
            Kind::Continue => self.leave_range("continue", Node::Continue)?,
            Kind::Else => {
                self.else_action()?;
                self.action_start = None;
                return Ok(Some(Ending::Else));
            }
            Kind::End => {
                self.expect(Kind::RightDelim, "end")?;
                self.action_start = None;
                return Ok(Some(Ending::End));
            }
            Kind::If => Node::If(self.branch("if")?),
            Kind::Range => Node::Range(self.branch("range")?),
            Kind::With => Node::With(self.branch("with")?),
            Kind::Template => self.call(start)?,
            _ => {
                let pipe = self.pipeline(word, "command", Kind::RightDelim)?;
                Node::Action { span: Bytes { start, end: self.last.end }, pipe }
            }
        };
        self.action_start = None;
        self.open_nodes.push(node);
        Ok(None)
    }

    /// Reads what follows `else`, but leaves the word of an `else if` or `else with`.
    fn else_action(&mut self) -> Parsed<()> {
        let token = self.next();
        match token.kind {
            Kind::If | Kind::With => self.again = true,
            Kind::RightDelim => {}
            _ => return Err(self.unexpected(&token, "else")),
        }
        Ok(())
    }

    fn leave_range(&mut self, word: &str, node: Node) -> Parsed<Node> {
        let token = self.next();
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
        let first = self.next();
        let pipe = self.pipeline(first, context, Kind::RightDelim)?;
        let is_range = context == "range";
        self.range_depth += usize::from(is_range);
        let (body, ending) = self.list()?;
        self.range_depth -= usize::from(is_range);
        let otherwise = match ending {
            Ending::End => None,
            Ending::Else => Some(self.otherwise(context)?),
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
        let chained = match (context, self.last.kind) {
            ("if", Kind::If) => Some(Node::If as fn(u32) -> Node),
            ("with", Kind::With) => Some(Node::With as fn(u32) -> Node),
            _ => None,
        };
        if let Some(node) = chained {
            self.again = false;
            self.deeper()?;
            let branch = self.branch(context)?;
            self.depth -= 1;
            let first = offset(self.parts.nodes.len());
            self.parts.nodes.push(node(branch));
            return Ok(List { start: first, len: 1 });
        }
        let (nodes, ending) = self.list()?;
        if ending != Ending::End {
            return Err(self.error(format!("expected end; found {}", ending.shown())));
        }
        Ok(nodes)
    }

    /// `{{ block "name" pipe }} … {{ end }}`: defines a template and calls it.
    fn block(&mut self, start: u32) -> Parsed<Node> {
        const CONTEXT: &str = "block clause";
        let (at, name) = self.template_name(CONTEXT)?;
        let first = self.next();
        let pipe = self.pipeline(first, CONTEXT, Kind::RightDelim)?;
        let span = Bytes { start, end: self.last.end };
        self.body(Arc::clone(&name), CONTEXT)?;
        Ok(self.push_call(Call { at, span, name, pipe: Some(pipe) }))
    }

    fn call(&mut self, start: u32) -> Parsed<Node> {
        const CONTEXT: &str = "template clause";
        let (at, name) = self.template_name(CONTEXT)?;
        let mut pipe = None;
        let token = self.next();
        if token.kind != Kind::RightDelim {
            pipe = Some(self.pipeline(token, CONTEXT, Kind::RightDelim)?);
        }
        let span = Bytes { start, end: self.last.end };
        Ok(self.push_call(Call { at, span, name, pipe }))
    }

    fn push_call(&mut self, call: Call) -> Node {
        let number = offset(self.parts.calls.len());
        self.parts.calls.push(call);
        Node::Call(number)
    }

    fn template_name(&mut self, context: &str) -> Parsed<(u32, Arc<str>)> {
        let token = self.next();
        if !matches!(token.kind, Kind::String | Kind::RawString) {
            return Err(self.unexpected(&token, context));
        }
        Ok((token.start, self.unquote(&token)?))
    }
}

#[cfg(test)]
mod tests;
