//! Lines broken at a width.

use crate::functions::{Call, Env, Failure, Outcome};
use crate::value::{Data, Text, TextBuilder, Value};

pub(super) fn wrap(call: &mut Call<'_>) -> Outcome {
    let newline = Value::of(Data::Str(Text::plain("\n")), call.any(0).origin);
    let (width, holder) = (call.int(0), call.any(1).clone());
    break_lines(call.env, &holder, width, &newline, false)
}

pub(super) fn wrap_with(call: &mut Call<'_>) -> Outcome {
    let (width, mut newline, holder) = (call.int(0), call.any(1).clone(), call.any(2).clone());
    if call.str(1).is_empty() {
        newline = Value::of(Data::Str(Text::plain("\n")), newline.origin);
    }
    break_lines(call.env, &holder, width, &newline, true)
}

/// goutils 1.1.1 `WrapCustom`.
fn break_lines(
    env: &mut Env,
    holder: &Value,
    width: i64,
    newline: &Value,
    break_words: bool,
) -> Outcome {
    let text = holder.as_text().map_or("", Text::as_str);
    let bytes = text.as_bytes();
    let width = usize::try_from(width).unwrap_or(1).max(1);
    let mut lines = Lines { out: env.builder(), env, holder, newline };
    let mut offset = 0;
    while bytes.len() - offset > width {
        if bytes[offset] == b' ' {
            offset += 1;
            continue;
        }
        let line = &bytes[offset..=offset + width];
        if let Some(space) = line.iter().rposition(|&byte| byte == b' ') {
            lines.push(offset, offset + space)?;
            offset += space + 1;
        } else if break_words {
            lines.push(offset, offset + width)?;
            offset += width;
        } else {
            let rest = &bytes[offset + width..];
            let Some(space) = rest.iter().position(|&byte| byte == b' ') else { break };
            lines.push(offset, offset + width + space)?;
            offset += width + space + 1;
        }
    }
    lines.finish(offset, bytes.len())
}

struct Lines<'l> {
    out: TextBuilder,
    env: &'l mut Env,
    holder: &'l Value,
    newline: &'l Value,
}

impl Lines<'_> {
    /// Writes a line and its end.
    fn push(&mut self, start: usize, end: usize) -> Result<(), Failure> {
        self.line(start, end)?;
        self.env.spend(end - start + self.newline.as_text().map_or(0, Text::len))?;
        self.env.append(&mut self.out, self.newline);
        Ok(())
    }

    fn finish(mut self, start: usize, end: usize) -> Outcome {
        self.line(start, end)?;
        Ok(self.env.finish(self.out))
    }

    fn line(&mut self, start: usize, end: usize) -> Result<(), Failure> {
        let text = self.holder.as_text().map_or("", Text::as_str);
        if text.get(start..end).is_none() {
            return self.env.cut(self.holder, start as i64, end as i64).map(drop);
        }
        self.env.append_part(&mut self.out, self.holder, start..end);
        Ok(())
    }
}
