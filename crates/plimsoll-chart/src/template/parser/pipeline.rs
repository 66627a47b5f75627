//! Pipelines, commands and their operands.

use super::{Parsed, Parser};
use crate::functions;
use crate::template::ast::{Bytes, Command, List, Literal, Pipe, Term, VariableId, Word, offset};
use crate::template::lexer::{Kind, Token};
use crate::template::literal;

impl Parser<'_> {
    /// Reads the pipeline that begins with `first` and returns its number.
    pub(super) fn pipeline(&mut self, first: Token, context: &str, end: Kind) -> Parsed<u32> {
        let mut begun = Some(first);
        let (mut is_assign, mut variables) = (false, List::default());
        if first.kind == Kind::Variable {
            let start = self.parts.variables.len();
            (is_assign, begun) = self.declarations(context, first)?;
            variables = List::since(start, &self.parts.variables);
        }
        self.within_bounds()?;
        let mut token = begun.unwrap_or_else(|| self.next());
        while token.kind != end {
            if !token.kind.begins_word() {
                return Err(self.unexpected(&token, context));
            }
            token = self.command(token)?;
            if token.kind == Kind::Pipe {
                token = self.next();
            }
        }
        let held = &mut self.held_commands;
        let commands = self.open_commands.close(&mut self.parts.commands, held);
        self.check_pipeline(commands, context)?;
        let number = offset(self.parts.pipes.len());
        self.parts.pipes.push(Pipe { at: first.start, is_assign, variables, commands });
        Ok(number)
    }

    /// Reads a pipeline up to its right parenthesis, inside a command.
    fn parenthesized(&mut self) -> Parsed<u32> {
        self.deeper()?;
        let first = self.next();
        self.open_commands.give_way(&mut self.parts.commands, &mut self.held_commands);
        self.open_words.give_way(&mut self.parts.words, &mut self.held_words);
        let outer_commands = std::mem::take(&mut self.open_commands);
        let outer_words = std::mem::take(&mut self.open_words);
        let pipe = self.pipeline(first, "parenthesized pipeline", Kind::RightParen)?;
        self.open_commands = outer_commands;
        self.open_words = outer_words;
        self.depth -= 1;
        Ok(pipe)
    }

    /// Reads `$x :=`, `$x =` or, in a range, `$i, $x :=`, of which `first` is read.
    ///
    /// “$x foo” is an argument followed by another, “$x := foo” is a declaration: only the token
    /// after the variable tells. Returns whether it is an assignment, and the token that the
    /// commands begin with, if that is read already.
    fn declarations(&mut self, context: &str, first: Token) -> Parsed<(bool, Option<Token>)> {
        let start = self.parts.variables.len();
        let mut variable = first;
        while variable.kind == Kind::Variable {
            let following = self.next();
            match following.kind {
                Kind::Assign | Kind::Declare => {
                    let is_assign = following.kind == Kind::Assign;
                    self.declare(&variable);
                    if is_assign {
                        self.assigned.extend_from_slice(&self.parts.variables[start..]);
                    }
                    return Ok((is_assign, None));
                }
                Kind::Char if following.text(self.text) == "," => {
                    self.declare(&variable);
                    if context != "range" || self.parts.variables.len() - start >= 2 {
                        return Err(self.error(format!("too many declarations in {context}")));
                    }
                    variable = self.next();
                    if !matches!(
                        variable.kind,
                        Kind::Variable | Kind::RightDelim | Kind::RightParen
                    ) {
                        return Err(self.error("range can only initialize variables"));
                    }
                }
                _ => {
                    self.again = true;
                    break;
                }
            }
        }
        Ok((false, Some(variable)))
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
        let is_it = |known: &VariableId| {
            let Bytes { start, end } = self.parts.names[known.0 as usize];
            self.text.as_bytes()[start as usize..end as usize] == *name.as_bytes()
        };
        self.variables.iter().rev().copied().find(is_it)
    }

    /// Checks the commands that make a pipeline.
    fn check_pipeline(&self, commands: List, context: &str) -> Parsed<()> {
        let commands = commands.of(&self.parts.commands);
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

    /// Reads the command that begins with `first` and returns the token that ends it.
    fn command(&mut self, first: Token) -> Parsed<Token> {
        let mut token = first;
        loop {
            token = self.word(token)?;
            if !token.spaced || !token.kind.begins_word() {
                break;
            }
        }
        if !matches!(token.kind, Kind::RightDelim | Kind::RightParen | Kind::Pipe) {
            return Err(self.unexpected(&token, "operand"));
        }
        let words = self.open_words.close(&mut self.parts.words, &mut self.held_words);
        let end = self.parts.words.last().map_or(first.end, |word| word.span.end);
        let span = Bytes { start: first.start, end };
        self.open_commands.push(Command { span, words }, &mut self.parts.commands);
        Ok(token)
    }

    /// Reads the word that begins with `token`, and returns the token after it.
    fn word(&mut self, token: Token) -> Parsed<Token> {
        let mut word = self.term(token)?;
        let first = self.parts.fields.len();
        loop {
            if !self.again {
                self.lexer.fields(&mut self.parts.fields);
            }
            let next = self.next();
            if next.kind == Kind::Field && !next.spaced {
                self.parts.fields.push(Bytes { start: next.start + 1, end: next.end });
                continue;
            }
            if self.parts.fields.len() > first {
                self.select(&mut word, first)?;
            }
            self.open_words.push(word, &mut self.parts.words);
            return Ok(next);
        }
    }

    /// Makes a word select the fields from `first` on.
    fn select(&mut self, word: &mut Word, first: usize) -> Parsed<()> {
        let fields = List::since(first, &self.parts.fields);
        let base = *word;
        let own = &self.parts.fields[first..];
        word.at = own[0].start - 1;
        word.span.end = own[own.len() - 1].end;
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
                // Go has read no further than the space that may follow.
                self.last = self.last.space_after(word.span.end, self.text).unwrap_or(self.last);
                return Err(self.error(format!("unexpected . after term {shown}")));
            }
            term => {
                self.open_words.give_way(&mut self.parts.words, &mut self.held_words);
                let number = offset(self.parts.words.len());
                self.parts.words.push(base);
                *term = Term::Chain { base: number, fields };
            }
        }
        Ok(())
    }

    /// Reads what the word that begins with `token` is, before any further fields.
    fn term(&mut self, token: Token) -> Parsed<Word> {
        let mut span = token.bytes();
        let mut at = token.start;
        let term = match token.kind {
            Kind::Identifier => {
                let text = token.text(self.text);
                let Some(function) = functions::find(text, self.profile) else {
                    let name = literal::quote(text);
                    return Err(self.error(format!("function {name} not defined")));
                };
                Term::Function(function)
            }
            Kind::Dot => Term::Dot,
            Kind::Nil => Term::Nil,
            Kind::Variable => {
                let text = token.text(self.text);
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
            Kind::Bool => Term::Bool(span.len() == "true".len()),
            Kind::CharConstant | Kind::Complex | Kind::Number => self.number(&token)?,
            Kind::LeftParen => {
                let pipe = self.parenthesized()?;
                span.end = self.last.end;
                at = self.parts.pipe(pipe).at;
                Term::Pipe(pipe)
            }
            Kind::String | Kind::RawString => self.string(&token)?,
            _ => return Err(self.unexpected(&token, "operand")),
        };
        Ok(Word { at, span, term })
    }

    fn string(&mut self, token: &Token) -> Parsed<Term> {
        let meant = if token.verbatim {
            Literal::verbatim(Bytes { start: token.start + 1, end: token.end - 1 })
        } else {
            let literal = token.text(self.text);
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
