//! The syntax trees of a text. Each node keeps its bytes, and prints as Go prints it.
//!
//! The trees of one text lie together in a few vectors and refer to each other by number, so that
//! parsing takes few allocations and dropping trees takes none of their nodes in hand.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use plimsoll_yaml::Span;

use super::literal::Number;
use crate::functions::Function;

/// A stretch of the text that a tree was parsed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bytes {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// Neighbours in one of the vectors of [`Parts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// A variable's number: equal for equal names, wherever one can be seen from the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VariableId(pub(crate) u32);

impl VariableId {
    /// `$`
    pub(crate) const DOLLAR: Self = Self(0);
}

/// A node that an error can blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    Nowhere,
    /// The action that prints this pipeline.
    Action(u32),
    Branch(u32),
    Call(u32),
    Pipe(u32),
    Command(u32),
    Word(u32),
}

/// A named template.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) name: Arc<str>,
    /// The template in whose text this one is defined.
    pub(crate) parse_name: Arc<str>,
    pub(crate) parts: Arc<Parts>,
    /// Nodes.
    pub(crate) root: List,
    /// How many pipelines, commands and words there are.
    pub(crate) count: usize,
    /// Nothing but blank text (`IsEmptyTree`).
    pub(crate) is_blank: bool,
}

/// What the trees of one text consist of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) text: Arc<str>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) branches: Vec<Branch>,
    pub(crate) calls: Vec<Call>,
    pub(crate) pipes: Vec<Pipe>,
    pub(crate) commands: Vec<Command>,
    pub(crate) words: Vec<Word>,
    /// Names after a point, without it.
    pub(crate) fields: Vec<Bytes>,
    /// Declared or assigned variables.
    pub(crate) variables: Vec<VariableId>,
    /// The name of each variable, of which `$` is the first.
    pub(crate) names: Vec<Bytes>,
    pub(crate) strings: Vec<Literal>,
    pub(crate) octets: Vec<Arc<[u8]>>,
    pub(crate) numbers: Vec<Number>,
}

/// What a template does, one after another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Node {
    /// Text to copy.
    Text(Bytes),
    Action {
        span: Bytes,
        pipe: u32,
    },
    If(u32),
    With(u32),
    Range(u32),
    Call(u32),
    Break,
    Continue,
}

/// `{{ template "name" pipe }}`
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) at: u32,
    pub(crate) span: Bytes,
    pub(crate) name: Arc<str>,
    pub(crate) pipe: Option<u32>,
}

/// The common shape of `if`, `with` and `range`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Branch {
    pub(crate) pipe: u32,
    /// Nodes.
    pub(crate) body: List,
    /// Nodes.
    pub(crate) otherwise: Option<List>,
    /// Variables that either list assigns: afterwards their value owes to this condition.
    pub(crate) assigns: List,
    /// Either list may leave the enclosing `range`.
    pub(crate) escapes: bool,
    /// From the first node to the last one that may write text in the lists.
    pub(crate) writes: Option<Bytes>,
}

/// Commands of which each takes the result of the one before as its last argument.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pipe {
    /// Where Go says that the node is.
    pub(crate) at: u32,
    /// `=` rather than `:=`.
    pub(crate) is_assign: bool,
    pub(crate) variables: List,
    pub(crate) commands: List,
}

/// A function, field or value with arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Command {
    pub(crate) span: Bytes,
    pub(crate) words: List,
}

/// One word of a command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    pub(crate) at: u32,
    pub(crate) span: Bytes,
    pub(crate) term: Term,
}

/// What a word is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Term {
    Dot,
    Nil,
    Bool(bool),
    Number(u32),
    String(u32),
    /// A string literal that is no UTF-8.
    Octets(u32),
    /// `.a.b`
    Field(List),
    /// `$x.a.b`
    Variable {
        variable: VariableId,
        fields: List,
    },
    Function(&'static Function),
    /// `(…).a.b`
    Chain {
        /// A word.
        base: u32,
        fields: List,
    },
    Pipe(u32),
}

/// A string literal; its text is made when it is wanted first.
#[derive(Debug)]
pub(crate) struct Literal {
    inside: Bytes,
    text: OnceLock<Arc<str>>,
}

impl Literal {
    /// A literal that means the bytes `inside`.
    pub(super) const fn verbatim(inside: Bytes) -> Self {
        Self { inside, text: OnceLock::new() }
    }

    /// A literal that means `text`.
    pub(super) fn unquoted(text: String) -> Self {
        Self { inside: Bytes { start: 0, end: 0 }, text: OnceLock::from(Arc::from(text)) }
    }
}

impl Bytes {
    pub(crate) const fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    #[inline]
    pub(crate) fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }

    pub(crate) const fn len(self) -> usize {
        (self.end - self.start) as usize
    }
}

/// An offset as trees keep it; no text is that long.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "texts are bounded far below it")]
pub(super) const fn offset(offset: usize) -> u32 {
    offset as u32
}

impl List {
    /// Appends elements to `all`, of which most lists have few.
    #[inline]
    pub(super) fn append<T: Copy>(all: &mut Vec<T>, more: &[T]) -> Self {
        let start = all.len();
        match more {
            [one] => all.push(*one),
            _ => all.extend_from_slice(more),
        }
        Self::since(start, all)
    }

    /// The elements of `all` from `start` on.
    #[inline]
    pub(super) const fn since<T>(start: usize, all: &[T]) -> Self {
        Self { start: offset(start), len: offset(all.len() - start) }
    }

    #[inline]
    pub(crate) fn of<T>(self, all: &[T]) -> &[T] {
        let start = self.start as usize;
        all.get(start..start + self.len as usize).unwrap_or_default()
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The numbers of the elements.
    pub(crate) const fn numbers(self) -> std::ops::Range<u32> {
        self.start..self.start + self.len
    }

    /// All but the first element.
    pub(crate) const fn rest(self) -> Self {
        match self.len {
            0 => self,
            len => Self { start: self.start + 1, len: len - 1 },
        }
    }
}

impl Tree {
    /// Visits the pipelines of the nodes as Go prints them, in the order of the text.
    pub(crate) fn walk(&self, visit: &mut dyn FnMut(String)) {
        self.parts.walk(self.root, visit);
    }

    /// The same tree in a file of another name.
    pub(crate) fn of_file(&self, name: &Arc<str>) -> Self {
        let is_whole = self.name == self.parse_name;
        Self {
            name: Arc::clone(if is_whole { name } else { &self.name }),
            parse_name: Arc::clone(name),
            parts: Arc::clone(&self.parts),
            ..*self
        }
    }
}

impl Parts {
    /// Nothing yet of `text`, with room for what it most often takes.
    pub(super) fn new(text: Arc<str>) -> Self {
        let actions = memchr::memchr_iter(b'{', text.as_bytes()).count() / 2;
        Self {
            text,
            nodes: Vec::with_capacity(2 * actions),
            branches: Vec::with_capacity(actions / 3),
            calls: Vec::new(),
            pipes: Vec::with_capacity(actions),
            commands: Vec::with_capacity(actions + actions / 2),
            words: Vec::with_capacity(3 * actions),
            fields: Vec::with_capacity(3 * actions),
            variables: Vec::new(),
            names: vec![Bytes { start: 0, end: 0 }],
            strings: Vec::with_capacity(actions / 2),
            octets: Vec::new(),
            numbers: Vec::new(),
        }
    }

    #[inline]
    pub(crate) fn node_list(&self, list: List) -> &[Node] {
        list.of(&self.nodes)
    }

    #[inline]
    pub(crate) fn branch(&self, number: u32) -> &Branch {
        &self.branches[number as usize]
    }

    #[inline]
    pub(crate) fn call(&self, number: u32) -> &Call {
        &self.calls[number as usize]
    }

    #[inline]
    pub(crate) fn pipe(&self, number: u32) -> &Pipe {
        &self.pipes[number as usize]
    }

    #[inline]
    pub(crate) fn command(&self, number: u32) -> &Command {
        &self.commands[number as usize]
    }

    #[inline]
    pub(crate) fn word(&self, number: u32) -> &Word {
        &self.words[number as usize]
    }

    #[inline]
    pub(crate) fn number(&self, number: u32) -> &Number {
        &self.numbers[number as usize]
    }

    /// The text that a string literal means.
    pub(crate) fn string(&self, number: u32) -> &Arc<str> {
        let literal = &self.strings[number as usize];
        literal.text.get_or_init(|| Arc::from(literal.inside.of(&self.text)))
    }

    /// A variable's name.
    pub(crate) fn name(&self, variable: VariableId) -> &str {
        if variable == VariableId::DOLLAR {
            return "$";
        }
        self.names.get(variable.0 as usize).map_or("", |name| name.of(&self.text))
    }

    /// How many pipelines, commands and words there are.
    pub(super) const fn count(&self) -> usize {
        self.pipes.len() + self.commands.len() + self.words.len()
    }

    /// Tells whether the node prints nothing and does nothing: blank text.
    pub(super) fn is_blank(&self, node: Node) -> bool {
        let Node::Text(bytes) = node else { return false };
        let text = bytes.of(&self.text);
        match text.bytes().find(|byte| !matches!(byte, b' ' | b'\n' | b'\t' | b'\r')) {
            None => true,
            Some(byte) => !byte.is_ascii_graphic() && text.trim().is_empty(),
        }
    }

    fn walk(&self, nodes: List, visit: &mut dyn FnMut(String)) {
        for node in self.node_list(nodes) {
            match *node {
                Node::Text(_) | Node::Break | Node::Continue => {}
                Node::Action { pipe, .. } => visit(self.show_pipe(pipe)),
                Node::Call(call) => {
                    if let Some(pipe) = self.call(call).pipe {
                        visit(self.show_pipe(pipe));
                    }
                }
                Node::If(branch) | Node::With(branch) | Node::Range(branch) => {
                    let branch = *self.branch(branch);
                    visit(self.show_pipe(branch.pipe));
                    self.walk(branch.body, visit);
                    self.walk(branch.otherwise.unwrap_or_default(), visit);
                }
            }
        }
    }

    /// The place and the printed form of a node.
    pub(crate) fn find(&self, at: At) -> (usize, String) {
        let (at, shown) = match at {
            At::Nowhere => (0, String::new()),
            At::Action(pipe) => (self.pipe(pipe).at, format!("{{{{{}}}}}", self.show_pipe(pipe))),
            At::Branch(branch) => {
                let pipe = self.branch(branch).pipe;
                (self.pipe(pipe).at, self.show_pipe(pipe))
            }
            At::Call(call) => (self.call(call).at, self.show_call(call)),
            At::Pipe(pipe) => (self.pipe(pipe).at, self.show_pipe(pipe)),
            At::Command(command) => (self.command(command).span.start, self.show_command(command)),
            At::Word(word) => (self.word(word).at, self.show_word(word)),
        };
        (at as usize, shown)
    }

    /// Go's `TemplateNode.String`.
    pub(crate) fn show_call(&self, call: u32) -> String {
        let call = self.call(call);
        let name = crate::go::quote::quote(&call.name);
        let argument = call.pipe.map(|pipe| format!(" {}", self.show_pipe(pipe)));
        format!("{{{{template {name}{}}}}}", argument.unwrap_or_default())
    }

    /// Go's `PipeNode.String`.
    pub(crate) fn show_pipe(&self, pipe: u32) -> String {
        let mut out = String::new();
        self.write_pipe(pipe, &mut out);
        out
    }

    fn show_command(&self, command: u32) -> String {
        let mut out = String::new();
        self.write_command(command, &mut out);
        out
    }

    /// A word as Go prints its node.
    pub(crate) fn show_word(&self, word: u32) -> String {
        self.show(self.word(word))
    }

    /// The same for a word that has no number yet.
    pub(super) fn show(&self, word: &Word) -> String {
        let mut out = String::new();
        self.write_word(word, &mut out);
        out
    }

    fn write_pipe(&self, pipe: u32, out: &mut String) {
        let pipe = self.pipe(pipe);
        for (index, variable) in pipe.variables.of(&self.variables).iter().enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            out.push_str(self.name(*variable));
        }
        if !pipe.variables.is_empty() {
            out.push_str(if pipe.is_assign { " = " } else { " := " });
        }
        for (index, command) in pipe.commands.numbers().enumerate() {
            out.push_str(if index > 0 { " | " } else { "" });
            self.write_command(command, out);
        }
    }

    fn write_command(&self, command: u32, out: &mut String) {
        for (index, word) in self.command(command).words.of(&self.words).iter().enumerate() {
            out.push_str(if index > 0 { " " } else { "" });
            self.write_operand(word, out);
        }
    }

    /// A word with the parentheses that Go prints around a pipeline among others.
    fn write_operand(&self, word: &Word, out: &mut String) {
        if let Term::Pipe(pipe) = word.term {
            out.push('(');
            self.write_pipe(pipe, out);
            out.push(')');
        } else {
            self.write_word(word, out);
        }
    }

    fn write_word(&self, word: &Word, out: &mut String) {
        match word.term {
            Term::Dot => out.push('.'),
            Term::Nil => out.push_str("nil"),
            Term::Bool(value) => {
                // A `String` takes whatever is written.
                let _ = write!(out, "{value}");
            }
            Term::Number(_) | Term::String(_) | Term::Octets(_) => {
                out.push_str(word.span.of(&self.text));
            }
            Term::Field(fields) => self.write_fields(fields, out),
            Term::Variable { variable, fields } => {
                out.push_str(self.name(variable));
                self.write_fields(fields, out);
            }
            Term::Function(function) => out.push_str(function.name),
            Term::Chain { base, fields } => {
                self.write_operand(self.word(base), out);
                self.write_fields(fields, out);
            }
            Term::Pipe(pipe) => self.write_pipe(pipe, out),
        }
    }

    fn write_fields(&self, fields: List, out: &mut String) {
        for field in fields.of(&self.fields) {
            out.push('.');
            out.push_str(field.of(&self.text));
        }
    }
}
