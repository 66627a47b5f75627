//! Pipelines, commands and their operands.

use std::sync::Arc;

use plimsoll_yaml::Span;

use super::{Parsed, Parser};
use crate::functions;
use crate::template::ast::{Command, Operand, Pipe, Term};
use crate::template::lexer::{Kind, Token};
use crate::template::literal;

impl<'s> Parser<'s> {
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Parsed<Pipe> {
        let first = self.peek_non_space();
        let (is_assign, variables) = self.declarations(context)?;
        let mut commands = Vec::with_capacity(1);
        loop {
            let token = self.next_non_space();
            match token.kind {
                kind if kind == end => {
                    self.check_pipeline(&commands, context)?;
                    return Ok(Pipe {
                        id: self.id(),
                        at: first.start,
                        is_assign,
                        variables,
                        commands,
                    });
                }
                Kind::Bool
                | Kind::CharConstant
                | Kind::Complex
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Nil
                | Kind::RawString
                | Kind::String
                | Kind::Variable
                | Kind::LeftParen => {
                    self.backup();
                    commands.push(self.command()?);
                }
                _ => return Err(self.unexpected(&token, context)),
            }
        }
    }

    /// `$x :=`, `$x =` or, in a range, `$i, $x :=`.
    fn declarations(&mut self, context: &str) -> Parsed<(bool, Vec<Arc<str>>)> {
        let mut variables: Vec<Arc<str>> = Vec::new();
        let mut is_assign = false;
        loop {
            let variable = self.peek_non_space();
            if variable.kind != Kind::Variable {
                return Ok((is_assign, variables));
            }
            self.next();
            // “$x foo” is an argument followed by another, “$x := foo” is a declaration: only the
            // token after the space tells, so up to three tokens are pushed back.
            let adjacent = self.peek();
            let following = self.peek_non_space();
            let name = self.shared(variable.text(self.text));
            match following.kind {
                Kind::Assign | Kind::Declare => {
                    is_assign = following.kind == Kind::Assign;
                    self.next_non_space();
                    self.declare(&mut variables, name);
                    if is_assign {
                        self.assigned.extend(variables.iter().cloned());
                    }
                    return Ok((is_assign, variables));
                }
                Kind::Char if following.text(self.text) == "," => {
                    self.next_non_space();
                    self.declare(&mut variables, name);
                    if context != "range" || variables.len() >= 2 {
                        return Err(self.error(format!("too many declarations in {context}")));
                    }
                    let next = self.peek_non_space().kind;
                    if !matches!(next, Kind::Variable | Kind::RightDelim | Kind::RightParen) {
                        return Err(self.error("range can only initialize variables"));
                    }
                }
                _ => {
                    if adjacent.kind == Kind::Space {
                        self.backup_three(variable, adjacent);
                    } else {
                        self.backup_two(variable);
                    }
                    return Ok((is_assign, variables));
                }
            }
        }
    }

    fn declare(&mut self, variables: &mut Vec<Arc<str>>, name: Arc<str>) {
        variables.push(Arc::clone(&name));
        self.variables.push(name);
    }

    fn check_pipeline(&self, commands: &[Command], context: &str) -> Parsed<()> {
        if commands.is_empty() {
            return Err(self.error(format!("missing value for {context}")));
        }
        for (index, command) in commands.iter().enumerate().skip(1) {
            let first = command.operands.first().map(|operand| &operand.term);
            if matches!(
                first,
                Some(
                    Term::Bool(_)
                        | Term::Dot
                        | Term::Nil
                        | Term::Number { .. }
                        | Term::String { .. }
                        | Term::Octets { .. }
                )
            ) {
                let stage = index + 1;
                return Err(self.error(format!("non executable command in pipeline stage {stage}")));
            }
        }
        Ok(())
    }

    fn command(&mut self) -> Parsed<Command> {
        let at = self.peek_non_space().start;
        let mut operands = Vec::with_capacity(2);
        loop {
            self.peek_non_space();
            if let Some(operand) = self.operand()? {
                operands.push(operand);
            }
            let token = self.next();
            match token.kind {
                Kind::Space => continue,
                Kind::RightDelim | Kind::RightParen => self.backup(),
                Kind::Pipe => {}
                _ => return Err(self.unexpected(&token, "operand")),
            }
            break;
        }
        let Some(end) = operands.last().map(|operand| operand.span.end) else {
            return Err(self.error("empty command"));
        };
        Ok(Command { id: self.id(), at, span: Span::new(at, end), operands })
    }

    /// A term and the fields after it.
    fn operand(&mut self) -> Parsed<Option<Operand>> {
        let Some(mut operand) = self.term()? else { return Ok(None) };
        if self.peek().kind != Kind::Field {
            return Ok(Some(operand));
        }
        let at = self.peek().start;
        let mut fields: Vec<Arc<str>> = Vec::new();
        let mut end = operand.span.end;
        while self.peek().kind == Kind::Field {
            let token = self.next();
            fields.push(self.shared(&token.text(self.text)[1..]));
            end = token.end;
        }
        let span = Span::new(operand.span.start, end);
        match &mut operand.term {
            Term::Field(own) | Term::Variable { fields: own, .. } => {
                own.extend(fields);
                Ok(Some(Operand { id: operand.id, at, span, term: operand.term }))
            }
            Term::Bool(_)
            | Term::String { .. }
            | Term::Octets { .. }
            | Term::Number { .. }
            | Term::Nil
            | Term::Dot => {
                let shown = literal::quote(&operand.to_string());
                Err(self.error(format!("unexpected . after term {shown}")))
            }
            _ => {
                let term = Term::Chain { base: Box::new(operand), fields };
                Ok(Some(Operand { id: self.id(), at, span, term }))
            }
        }
    }

    fn term(&mut self) -> Parsed<Option<Operand>> {
        let token = self.next_non_space();
        let text = token.text(self.text);
        let term = match token.kind {
            Kind::Identifier => {
                let Some(function) = functions::find(text, self.profile) else {
                    let name = literal::quote(text);
                    return Err(self.error(format!("function {name} not defined")));
                };
                Term::Function(function)
            }
            Kind::Dot => Term::Dot,
            Kind::Nil => Term::Nil,
            Kind::Variable => self.variable(text)?,
            Kind::Field => Term::Field(vec![self.shared(&text[1..])]),
            Kind::Bool => Term::Bool(text == "true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => self.number(&token)?,
            Kind::LeftParen => {
                self.deeper()?;
                let pipe = self.pipeline("parenthesized pipeline", Kind::RightParen)?;
                self.depth -= 1;
                let span = Span::new(token.start, self.last().end);
                let at = pipe.at;
                let id = self.id();
                return Ok(Some(Operand { id, at, span, term: Term::Pipe(Box::new(pipe)) }));
            }
            Kind::String | Kind::RawString => self.string(text)?,
            _ => {
                self.backup();
                return Ok(None);
            }
        };
        let span = Span::new(token.start, token.end);
        Ok(Some(Operand { id: self.id(), at: token.start, span, term }))
    }

    fn string(&mut self, literal: &'s str) -> Parsed<Term> {
        if let Some(text) = literal::verbatim(literal) {
            return Ok(Term::String { quoted: None, text: self.shared(text) });
        }
        let bytes = literal::unquote(literal).ok_or_else(|| self.error("invalid syntax"))?;
        let quoted = self.shared(literal);
        Ok(match String::from_utf8(bytes) {
            Ok(text) => Term::String { quoted: Some(quoted), text: text.into() },
            Err(error) => Term::Octets { quoted, bytes: error.into_bytes().into() },
        })
    }

    fn variable(&self, name: &str) -> Parsed<Term> {
        let Some(known) = self.variables.iter().find(|known| &***known == name) else {
            let name = literal::quote(name);
            return Err(self.error(format!("undefined variable {name}")));
        };
        Ok(Term::Variable { name: Arc::clone(known), fields: Vec::new() })
    }

    fn number(&mut self, token: &Token) -> Parsed<Term> {
        let text = token.text(self.text);
        let value = match token.kind {
            Kind::CharConstant => literal::unquote_char(text).map(|code| literal::Number {
                int: Some(i64::from(code)),
                uint: Some(u64::from(code)),
                float: Some(f64::from(code)),
                ..literal::Number::default()
            }),
            Kind::Complex => literal::complex_number(text),
            _ => literal::number(text),
        };
        let value = value.map_err(|message| self.error(message))?;
        Ok(Term::Number { text: self.shared(text), value: Box::new(value) })
    }
}
