//! Pipelines, commands and their operands.

use super::{Parsed, Parser};
use crate::functions;
use crate::template::ast::{Bytes, Command, List, Literal, Pipe, Term, VariableId, Word, offset};
use crate::template::lexer::{Kind, Token};
use crate::template::literal;

impl Parser<'_> {
    /// Reads a pipeline and returns its number.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Parsed<u32> {
        let first = self.peek_non_space();
        let (is_assign, variables) = match first.kind {
            Kind::Variable => self.declarations(context)?,
            _ => (false, List::default()),
        };
        self.within_bounds()?;
        let start = self.open_commands.len();
        loop {
            let token = self.next_non_space();
            match token.kind {
                kind if kind == end => {
                    self.check_pipeline(start, context)?;
                    let parts = &mut self.parts;
                    let first_command = parts.commands.len();
                    parts.commands.extend_from_slice(&self.open_commands[start..]);
                    self.open_commands.truncate(start);
                    let commands = List::since(first_command, &parts.commands);
                    let number = offset(parts.pipes.len());
                    parts.pipes.push(Pipe { at: first.start, is_assign, variables, commands });
                    return Ok(number);
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
                    let command = self.command()?;
                    self.open_commands.push(command);
                }
                _ => return Err(self.unexpected(&token, context)),
            }
        }
    }

    /// `$x :=`, `$x =` or, in a range, `$i, $x :=`.
    fn declarations(&mut self, context: &str) -> Parsed<(bool, List)> {
        let start = self.parts.variables.len();
        let mut is_assign = false;
        loop {
            let variable = self.peek_non_space();
            if variable.kind != Kind::Variable {
                break;
            }
            self.next();
            // “$x foo” is an argument followed by another, “$x := foo” is a declaration: only the
            // token after the space tells, so up to three tokens are pushed back.
            let adjacent = self.peek();
            let following = self.peek_non_space();
            match following.kind {
                Kind::Assign | Kind::Declare => {
                    is_assign = following.kind == Kind::Assign;
                    self.next_non_space();
                    self.declare(&variable);
                    if is_assign {
                        self.assigned.extend_from_slice(&self.parts.variables[start..]);
                    }
                    break;
                }
                Kind::Char if following.text(self.text) == "," => {
                    self.next_non_space();
                    self.declare(&variable);
                    if context != "range" || self.parts.variables.len() - start >= 2 {
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
                    break;
                }
            }
        }
        Ok((is_assign, List::since(start, &self.parts.variables)))
    }

    fn declare(&mut self, name: &Token) {
        let known = self.visible(name.text(self.text));
        let variable = known.unwrap_or_else(|| {
            let number = offset(self.parts.names.len());
            self.parts.names.push(name.bytes());
            VariableId(number)
        });
        self.parts.variables.push(variable);
        self.variables.push(variable);
    }

    /// The variable of that name, if it can be seen.
    fn visible(&self, name: &str) -> Option<VariableId> {
        if name == "$" {
            return Some(VariableId::DOLLAR);
        }
        self.variables.iter().rev().copied().find(|known| self.parts.name(*known) == name)
    }

    /// Checks the open commands from `start` on, which make a pipeline.
    fn check_pipeline(&self, start: usize, context: &str) -> Parsed<()> {
        let commands = &self.open_commands[start..];
        if commands.is_empty() {
            return Err(self.error(format!("missing value for {context}")));
        }
        for (index, command) in commands.iter().enumerate().skip(1) {
            let first = command.words.of(&self.parts.words).first().map(|word| word.term);
            if matches!(
                first,
                Some(
                    Term::Bool(_)
                        | Term::Dot
                        | Term::Nil
                        | Term::Number(_)
                        | Term::String(_)
                        | Term::Octets(_)
                )
            ) {
                let stage = index + 1;
                return Err(self.error(format!("non executable command in pipeline stage {stage}")));
            }
        }
        Ok(())
    }

    fn command(&mut self) -> Parsed<Command> {
        let start = self.peek_non_space().start;
        let first_open = self.open_words.len();
        loop {
            self.peek_non_space();
            if let Some(word) = self.operand()? {
                self.open_words.push(word);
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
        let Some(end) = self.open_words[first_open..].last().map(|word| word.span.end) else {
            return Err(self.error("empty command"));
        };
        let first = self.parts.words.len();
        self.parts.words.extend_from_slice(&self.open_words[first_open..]);
        self.open_words.truncate(first_open);
        let words = List::since(first, &self.parts.words);
        Ok(Command { span: Bytes { start, end }, words })
    }

    /// A term and the fields after it.
    fn operand(&mut self) -> Parsed<Option<Word>> {
        let Some(mut word) = self.term()? else { return Ok(None) };
        let next = self.peek();
        if next.kind != Kind::Field {
            return Ok(Some(word));
        }
        let first = self.parts.fields.len();
        let mut end = word.span.end;
        while self.peek().kind == Kind::Field {
            let token = self.next();
            self.parts.fields.push(Bytes { start: token.start + 1, end: token.end });
            end = token.end;
        }
        let fields = List::since(first, &self.parts.fields);
        let base = word;
        word.at = next.start;
        word.span.end = end;
        match &mut word.term {
            Term::Field(own) => own.len += fields.len,
            Term::Variable { fields: own, .. } => *own = fields,
            Term::Bool(_)
            | Term::String(_)
            | Term::Octets(_)
            | Term::Number(_)
            | Term::Nil
            | Term::Dot => {
                let shown = literal::quote(&self.parts.show(&base));
                return Err(self.error(format!("unexpected . after term {shown}")));
            }
            term => {
                let number = offset(self.parts.words.len());
                self.parts.words.push(base);
                *term = Term::Chain { base: number, fields };
            }
        }
        Ok(Some(word))
    }

    fn term(&mut self) -> Parsed<Option<Word>> {
        let token = self.next_non_space();
        let text = token.text(self.text);
        let mut span = token.bytes();
        let mut at = token.start;
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
            Kind::Variable => {
                let Some(variable) = self.visible(text) else {
                    let name = literal::quote(text);
                    return Err(self.error(format!("undefined variable {name}")));
                };
                Term::Variable { variable, fields: List::default() }
            }
            Kind::Field => {
                let first = self.parts.fields.len();
                self.parts.fields.push(Bytes { start: span.start + 1, end: span.end });
                Term::Field(List::since(first, &self.parts.fields))
            }
            Kind::Bool => Term::Bool(text == "true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => self.number(&token)?,
            Kind::LeftParen => {
                self.deeper()?;
                let pipe = self.pipeline("parenthesized pipeline", Kind::RightParen)?;
                self.depth -= 1;
                span.end = self.last().end;
                at = self.parts.pipe(pipe).at;
                Term::Pipe(pipe)
            }
            Kind::String | Kind::RawString => self.string(&token)?,
            _ => {
                self.backup();
                return Ok(None);
            }
        };
        Ok(Some(Word { at, span, term }))
    }

    fn string(&mut self, token: &Token) -> Parsed<Term> {
        let literal = token.text(self.text);
        let meant = if literal::is_verbatim(literal) {
            Literal::verbatim(Bytes { start: token.start + 1, end: token.end - 1 })
        } else {
            let bytes = literal::unquote(literal).ok_or_else(|| self.error("invalid syntax"))?;
            match String::from_utf8(bytes) {
                Ok(text) => Literal::unquoted(text),
                Err(error) => {
                    let number = offset(self.parts.octets.len());
                    self.parts.octets.push(error.into_bytes().into());
                    return Ok(Term::Octets(number));
                }
            }
        };
        let number = offset(self.parts.strings.len());
        self.parts.strings.push(meant);
        Ok(Term::String(number))
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
        let number = offset(self.parts.numbers.len());
        self.parts.numbers.push(value);
        Ok(Term::Number(number))
    }
}
