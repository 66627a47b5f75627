//! Matching in time that grows with text times expression: all ways through are followed at once.

use super::{Set, Tree};

/// The most steps of an expression, counted repetitions written out. The engine that decides
/// otherwise has room for many times as much.
const MOST_STEPS: usize = 1000;

/// The most visits of steps that one match may take.
const MOST_VISITS: usize = 2_000_000;

#[derive(Debug)]
pub(super) struct Program {
    steps: Vec<Step>,
    sets: Vec<Set>,
    /// Whether every match starts with the text.
    anchored: bool,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Takes a character of the set and goes on to the next step.
    Set(usize),
    Start,
    End,
    Jump(usize),
    /// Goes on to the next step and to another.
    Split(usize),
    Match,
}

impl Program {
    pub(super) fn new(tree: &Tree, sets: Vec<Set>) -> Option<Self> {
        let mut steps = Vec::new();
        write(tree, &mut steps)?;
        steps.push(Step::Match);
        let anchored = matches!(steps.first(), Some(Step::Start));
        Some(Self { steps, sets, anchored })
    }

    pub(super) fn effort(&self, text: &str) -> usize {
        (text.len() + 1).saturating_mul(self.steps.len())
    }

    pub(super) fn is_match(&self, text: &str) -> Option<bool> {
        if self.effort(text) > MOST_VISITS {
            return None;
        }
        let mut here = Places::new(self.steps.len());
        let mut next = Places::new(self.steps.len());
        let mut at = 0;
        loop {
            if at == 0 || !self.anchored {
                here.list.push(0);
            } else if here.list.is_empty() {
                return Some(false);
            }
            let c = text[at..].chars().next();
            if self.advance(&mut here, &mut next, at, c) {
                return Some(true);
            }
            let Some(c) = c else { return Some(false) };
            at += c.len_utf8();
            std::mem::swap(&mut here, &mut next);
            next.clear();
        }
    }

    /// Follows all steps that lead on at `at`; tells whether one of them ends the match.
    fn advance(&self, here: &mut Places, next: &mut Places, at: usize, c: Option<char>) -> bool {
        while let Some(step) = here.list.pop() {
            if std::mem::replace(&mut here.seen[step], true) {
                continue;
            }
            match self.steps[step] {
                Step::Match => return true,
                Step::Set(set) => {
                    if c.is_some_and(|c| self.sets[set].holds(c)) {
                        next.list.push(step + 1);
                    }
                }
                Step::Start if at == 0 => here.list.push(step + 1),
                Step::End if c.is_none() => here.list.push(step + 1),
                Step::Start | Step::End => {}
                Step::Jump(to) => here.list.push(to),
                Step::Split(other) => here.list.extend([other, step + 1]),
            }
        }
        false
    }
}

/// Steps to go on from, and those that were.
struct Places {
    list: Vec<usize>,
    seen: Vec<bool>,
}

impl Places {
    fn new(steps: usize) -> Self {
        Self { list: Vec::new(), seen: vec![false; steps] }
    }

    fn clear(&mut self) {
        self.list.clear();
        self.seen.fill(false);
    }
}

fn write(tree: &Tree, steps: &mut Vec<Step>) -> Option<()> {
    if steps.len() > MOST_STEPS {
        return None;
    }
    match tree {
        Tree::Start => steps.push(Step::Start),
        Tree::End => steps.push(Step::End),
        Tree::Set(set) => steps.push(Step::Set(*set)),
        // Counts as a step, or else repetitions of nothing would take for ever.
        Tree::All(parts) if parts.is_empty() => steps.push(Step::Jump(steps.len() + 1)),
        Tree::All(parts) => parts.iter().try_for_each(|part| write(part, steps))?,
        Tree::Either(branches) => write_branches(branches, steps)?,
        Tree::Repeat(part, least, most) => {
            (0..*least).try_for_each(|_| write(part, steps))?;
            match most {
                None => {
                    let split = steps.len();
                    steps.push(Step::Split(0));
                    write(part, steps)?;
                    steps.push(Step::Jump(split));
                    steps[split] = Step::Split(steps.len());
                }
                Some(most) => write_optional(part, most.saturating_sub(*least), steps)?,
            }
        }
    }
    Some(())
}

fn write_branches(branches: &[Tree], steps: &mut Vec<Step>) -> Option<()> {
    let mut ends = Vec::new();
    for (index, branch) in branches.iter().enumerate() {
        let split = steps.len();
        let is_last = index + 1 == branches.len();
        if !is_last {
            steps.push(Step::Split(0));
        }
        write(branch, steps)?;
        if !is_last {
            ends.push(steps.len());
            steps.push(Step::Jump(0));
            steps[split] = Step::Split(steps.len());
        }
    }
    for end in ends {
        steps[end] = Step::Jump(steps.len());
    }
    Some(())
}

/// A part up to `times` times, each of which may be the last.
fn write_optional(part: &Tree, times: u32, steps: &mut Vec<Step>) -> Option<()> {
    let mut splits = Vec::new();
    for _ in 0..times {
        splits.push(steps.len());
        steps.push(Step::Split(0));
        write(part, steps)?;
    }
    for split in splits {
        steps[split] = Step::Split(steps.len());
    }
    Some(())
}
