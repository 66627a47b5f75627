//! What a rendering holds: small texts count for ever, large ones for as long as they live.

use super::{Env, Failure};
use crate::limits;
use crate::value::{Data, Made, Text, Value};

/// The large texts that calls have made, and the bytes that they occupied when last looked at.
#[derive(Debug, Default)]
pub(crate) struct Held {
    texts: Vec<(Made, usize)>,
    bytes: usize,
}

impl Held {
    /// Adds a text; tells whether all that are still alive may be held at once.
    fn add(&mut self, text: Made, bytes: usize) -> bool {
        self.texts.push((text, bytes));
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > limits::HELD_BYTES {
            self.texts.retain(|(text, _)| text.is_alive());
            self.bytes = self.texts.iter().map(|(_, bytes)| bytes).sum();
        }
        self.bytes <= limits::HELD_BYTES
    }
}

impl Env {
    /// Accounts for a call's result, where the budget was `before` when the call began.
    ///
    /// What a function has made and not taken from the budget is taken now. A large text is given
    /// back to the budget, and counts among those that are held instead: charts pass such texts
    /// from function to function, each of which makes a new one and lets go of the old.
    pub(crate) fn account(&mut self, before: usize, result: &Value) -> Result<(), Failure> {
        let charged = before.saturating_sub(self.budget);
        if result.as_text().is_some_and(Text::has_too_many_pieces) {
            return Err(Failure::error(limits::TOO_MANY_PIECES));
        }
        match result.newly_made() {
            Some(bytes) if bytes >= limits::LARGE => {
                self.budget += charged.min(bytes);
                self.work(bytes.saturating_sub(charged) as u64 / limits::BYTES_A_STEP)?;
                let fits = result.handle().is_none_or(|made| self.held.add(made, bytes));
                if fits { Ok(()) } else { Err(Failure::error(limits::TOO_MUCH_TEXT)) }
            }
            Some(bytes) => self.spend_rest(bytes, charged),
            None => self.spend_rest(made_inside(&result.data), charged),
        }
    }

    fn spend_rest(&mut self, bytes: usize, charged: usize) -> Result<(), Failure> {
        if bytes > charged { self.spend(bytes - charged) } else { Ok(()) }
    }
}

/// The bytes of the texts in a container that are as new as it is.
fn made_inside(data: &Data) -> usize {
    let bytes = |value: &Value| value.newly_made().unwrap_or(0);
    match data {
        Data::List(list) if list.is_newly_made() => list.items().iter().map(bytes).sum(),
        Data::Map(map) if map.is_newly_made() => map.borrow().values().map(bytes).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::Profile;
    use crate::functions::recorded::Still;
    use crate::trace::Trace;
    use crate::value::List;

    const BUDGET: usize = 1 << 20;

    fn env() -> Env {
        Env::new(Trace::new(), Arc::new(Still), Profile::Helm4, BUDGET)
    }

    fn text(length: usize) -> Value {
        Value::str("x".repeat(length))
    }

    #[test]
    fn small_texts_count_once() {
        let mut env = env();
        env.account(BUDGET, &text(100)).unwrap();
        assert_eq!(env.budget, BUDGET - 100);
        let before = env.budget;
        env.spend(100).unwrap();
        env.account(before, &text(100)).unwrap();
        assert_eq!(env.budget, BUDGET - 200);
        let shared = text(100);
        let _other = shared.clone();
        env.account(env.budget, &shared).unwrap();
        assert_eq!(env.budget, BUDGET - 200, "a text that is only passed on is not new");
    }

    #[test]
    fn texts_in_a_new_list_count() {
        let mut env = env();
        let list = Value::new(Data::List(List::new(vec![text(100), text(50)])));
        env.account(BUDGET, &list).unwrap();
        assert_eq!(env.budget, BUDGET - 150);
        let _other = list.clone();
        env.account(env.budget, &list).unwrap();
        assert_eq!(env.budget, BUDGET - 150);
    }

    #[test]
    fn large_texts_count_while_they_live() {
        let mut env = env();
        const LENGTH: usize = 8 << 20;
        for _ in 0..100 {
            let before = env.budget;
            env.spend(limits::LARGE).unwrap();
            env.account(before, &text(LENGTH)).unwrap();
        }
        assert_eq!(env.budget, BUDGET);
        let mut kept = Vec::new();
        let refused = (0..100).find(|_| {
            kept.push(text(LENGTH));
            env.account(BUDGET, &kept[kept.len() - 1]).is_err()
        });
        assert_eq!(refused, Some(limits::HELD_BYTES / LENGTH));
    }
}
