//! The syntax tree of a template. Each node keeps its bytes, and prints as Go prints it.

use std::fmt;
use std::sync::Arc;

use plimsoll_yaml::Span;

use super::literal::Number;
use crate::functions::Function;

/// A node's number within its tree, by which errors find it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodeId(pub(crate) u32);

/// A named template.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) name: Arc<str>,
    /// The template in whose text this one is defined.
    pub(crate) parse_name: Arc<str>,
    pub(crate) text: Arc<str>,
    pub(crate) root: Arc<[Node]>,
}

/// What a template does, one after another.
#[derive(Debug)]
pub(crate) enum Node {
    /// Text to copy.
    Text {
        span: Span,
    },
    Action {
        id: NodeId,
        span: Span,
        pipe: Pipe,
    },
    If(Branch),
    With(Branch),
    Range(Branch),
    /// `{{ template "name" pipe }}`
    Call {
        id: NodeId,
        at: usize,
        span: Span,
        name: Arc<str>,
        pipe: Option<Pipe>,
    },
    Break,
    Continue,
}

/// The common shape of `if`, `with` and `range`.
#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) id: NodeId,
    pub(crate) pipe: Pipe,
    pub(crate) body: Vec<Node>,
    pub(crate) otherwise: Option<Vec<Node>>,
    /// Variables that either list assigns: afterwards their value owes to this condition.
    pub(crate) assigns: Vec<Arc<str>>,
    /// Either list may leave the enclosing `range`.
    pub(crate) escapes: bool,
    /// From the first node to the last one that may write text in the lists.
    pub(crate) writes: Option<Span>,
}

/// Commands of which each takes the result of the one before as its last argument.
#[derive(Debug)]
pub(crate) struct Pipe {
    pub(crate) id: NodeId,
    /// Where Go says that the node is.
    pub(crate) at: usize,
    /// `=` rather than `:=`.
    pub(crate) is_assign: bool,
    pub(crate) variables: Vec<Arc<str>>,
    pub(crate) commands: Vec<Command>,
}

/// A function, field or value with arguments.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) id: NodeId,
    pub(crate) at: usize,
    pub(crate) span: Span,
    pub(crate) operands: Vec<Operand>,
}

/// One word of a command.
#[derive(Debug)]
pub(crate) struct Operand {
    pub(crate) id: NodeId,
    pub(crate) at: usize,
    pub(crate) span: Span,
    pub(crate) term: Term,
}

/// What a word is.
#[derive(Debug)]
pub(crate) enum Term {
    Dot,
    Nil,
    Bool(bool),
    Number {
        text: Arc<str>,
        value: Box<Number>,
    },
    String {
        /// The literal, unless it is the text in double quotes.
        quoted: Option<Arc<str>>,
        text: Arc<str>,
    },
    /// A string literal that is no UTF-8.
    Octets {
        quoted: Arc<str>,
        bytes: Arc<[u8]>,
    },
    /// `.a.b`
    Field(Vec<Arc<str>>),
    /// `$x.a.b`
    Variable {
        name: Arc<str>,
        fields: Vec<Arc<str>>,
    },
    Function(&'static Function),
    /// `(…).a.b`
    Chain {
        base: Box<Operand>,
        fields: Vec<Arc<str>>,
    },
    Pipe(Box<Pipe>),
}

impl Tree {
    /// Visits the pipelines of the nodes, in the order of the text.
    pub(crate) fn walk(&self, visit: &mut dyn FnMut(&Pipe)) {
        walk(&self.root, visit);
    }

    /// The same tree in a file of another name.
    pub(crate) fn of_file(&self, name: &Arc<str>) -> Self {
        let is_whole = self.name == self.parse_name;
        Self {
            name: Arc::clone(if is_whole { name } else { &self.name }),
            parse_name: Arc::clone(name),
            text: Arc::clone(&self.text),
            root: Arc::clone(&self.root),
        }
    }

    /// The place and the printed form of a node.
    pub(crate) fn find(&self, id: NodeId) -> Option<(usize, String)> {
        self.root.iter().find_map(|node| node.find(id))
    }
}

fn walk(nodes: &[Node], visit: &mut dyn FnMut(&Pipe)) {
    for node in nodes {
        match node {
            Node::Text { .. } | Node::Break | Node::Continue => {}
            Node::Action { pipe, .. } => visit(pipe),
            Node::Call { pipe, .. } => pipe.iter().for_each(&mut *visit),
            Node::If(branch) | Node::With(branch) | Node::Range(branch) => {
                visit(&branch.pipe);
                walk(&branch.body, visit);
                walk(branch.otherwise.as_deref().unwrap_or_default(), visit);
            }
        }
    }
}

impl Node {
    /// Tells whether the node prints nothing and does nothing: blank text.
    pub(crate) fn is_blank(&self, text: &str) -> bool {
        matches!(self, Self::Text { span } if span.of(text).trim().is_empty())
    }

    fn find(&self, id: NodeId) -> Option<(usize, String)> {
        match self {
            Self::Text { .. } | Self::Break | Self::Continue => None,
            Self::Action { id: own, pipe, .. } => {
                if *own == id {
                    return Some((pipe.at, format!("{{{{{pipe}}}}}")));
                }
                pipe.find(id)
            }
            Self::If(branch) | Self::With(branch) | Self::Range(branch) => branch.find(id),
            Self::Call { id: own, at, name, pipe, .. } => {
                if *own == id {
                    let name = crate::go::quote::quote(name);
                    let argument = pipe.as_ref().map(|pipe| format!(" {pipe}")).unwrap_or_default();
                    return Some((*at, format!("{{{{template {name}{argument}}}}}")));
                }
                pipe.as_ref()?.find(id)
            }
        }
    }
}

impl Branch {
    fn find(&self, id: NodeId) -> Option<(usize, String)> {
        if self.id == id {
            return Some((self.pipe.at, self.pipe.to_string()));
        }
        self.pipe
            .find(id)
            .or_else(|| self.body.iter().find_map(|node| node.find(id)))
            .or_else(|| self.otherwise.iter().flatten().find_map(|node| node.find(id)))
    }
}

impl Pipe {
    fn find(&self, id: NodeId) -> Option<(usize, String)> {
        if self.id == id {
            return Some((self.at, self.to_string()));
        }
        self.commands.iter().find_map(|command| command.find(id))
    }
}

impl Command {
    fn find(&self, id: NodeId) -> Option<(usize, String)> {
        if self.id == id {
            return Some((self.at, self.to_string()));
        }
        self.operands.iter().find_map(|operand| operand.find(id))
    }
}

impl Operand {
    fn find(&self, id: NodeId) -> Option<(usize, String)> {
        if self.id == id {
            return Some((self.at, self.to_string()));
        }
        match &self.term {
            Term::Chain { base, .. } => base.find(id),
            Term::Pipe(pipe) => pipe.find(id),
            _ => None,
        }
    }
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.variables.is_empty() {
            f.write_str(&self.variables.join(", "))?;
            f.write_str(if self.is_assign { " = " } else { " := " })?;
        }
        for (index, command) in self.commands.iter().enumerate() {
            if index > 0 {
                f.write_str(" | ")?;
            }
            write!(f, "{command}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, operand) in self.operands.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            match &operand.term {
                Term::Pipe(pipe) => write!(f, "({pipe})")?,
                _ => write!(f, "{operand}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.term {
            Term::Dot => f.write_str("."),
            Term::Nil => f.write_str("nil"),
            Term::Bool(value) => write!(f, "{value}"),
            Term::Number { text, .. } => f.write_str(text),
            Term::String { quoted: None, text } => write!(f, "\"{text}\""),
            Term::String { quoted: Some(quoted), .. } | Term::Octets { quoted, .. } => {
                f.write_str(quoted)
            }
            Term::Field(fields) => write_fields(f, fields),
            Term::Variable { name, fields } => {
                f.write_str(name)?;
                write_fields(f, fields)
            }
            Term::Function(function) => f.write_str(function.name),
            Term::Chain { base, fields } => {
                match &base.term {
                    Term::Pipe(pipe) => write!(f, "({pipe})")?,
                    _ => write!(f, "{base}")?,
                }
                write_fields(f, fields)
            }
            Term::Pipe(pipe) => write!(f, "{pipe}"),
        }
    }
}

fn write_fields(f: &mut fmt::Formatter<'_>, fields: &[Arc<str>]) -> fmt::Result {
    fields.iter().try_for_each(|field| write!(f, ".{field}"))
}
