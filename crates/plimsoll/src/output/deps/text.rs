//! What charts depend on, for people.

use std::fmt::Write as _;
use std::path::Path;

use crate::deps::{Inventory, LockReport, LockState, Need, Needs, Origin, OriginKind};
use crate::output::source::Sources;
use crate::output::{self, Style};
use crate::secrecy;
use crate::trouble::Trouble;

/// Returns the whole report; of charts that declare nothing only their number.
pub(crate) fn report(inventories: &[Inventory], stand_in: bool, style: Style) -> String {
    let mut report = Report { text: String::new(), stand_in, style };
    for inventory in inventories {
        report.chart(inventory, inventories.len() == 1);
    }
    let summary = summary(inventories);
    let _ = writeln!(report.text, "{summary}");
    report.text
}

struct Report {
    text: String,
    /// Siblings stand in for what is missing.
    stand_in: bool,
    style: Style,
}

impl Report {
    fn chart(&mut self, inventory: &Inventory, is_alone: bool) {
        let Inventory { chart, trouble, needs } = inventory;
        let is_plain =
            needs.as_ref().is_some_and(|needs| needs.needs.is_empty() && needs.lock.is_none());
        if is_plain && trouble.is_none() && !is_alone {
            return;
        }
        let title = self.style.bold(&chart.display().to_string());
        let about = needs.as_ref().map(|needs| format!(" ({} {})", needs.name, needs.version));
        let _ = writeln!(self.text, "{title}{}", about.unwrap_or_default());
        if let Some(trouble) = trouble {
            self.trouble(trouble);
        }
        if let Some(needs) = needs {
            if needs.needs.is_empty() {
                self.line(1, "declares no dependencies");
            }
            self.needs(needs, 1);
            if let Some(lock) = &needs.lock {
                self.lock(lock);
            }
            self.next_step(chart, needs);
        }
        self.text.push('\n');
    }

    fn line(&mut self, depth: usize, line: &str) {
        let _ = writeln!(self.text, "{}{}", "  ".repeat(depth), line.trim_end());
    }

    fn trouble(&mut self, trouble: &Trouble) {
        self.line(1, &format!("cannot be looked at in full: {}", trouble.short_message()));
        let shown = output::trouble(trouble, &mut Sources::default(), self.style);
        for line in shown.lines() {
            self.line(1, line);
        }
    }

    fn needs(&mut self, needs: &Needs, depth: usize) {
        let widest =
            |text: &dyn Fn(&Need) -> usize| needs.needs.iter().map(text).max().unwrap_or(0);
        let state = widest(&|need| need.status.word().len());
        let name = widest(&|need| called(need).chars().count());
        let version = widest(&|need| need.declared.version.chars().count());
        for need in &needs.needs {
            let status = format!("{:state$}", need.status.word());
            let status = if need.is_met() { status } else { self.style.bold(&status) };
            let line = format!(
                "{status}  {:name$}  {:version$}  {}",
                called(need),
                need.declared.version,
                about(need)
            );
            self.line(depth, &line);
            for origin in &need.origins {
                self.line(depth + 2, &could_come(origin));
            }
            if let Some(below) = &need.below {
                self.needs(below, depth + 2);
            }
        }
        for extra in &needs.undeclared {
            self.line(depth, &format!("{extra} is there and not declared"));
        }
    }

    fn lock(&mut self, lock: &LockReport) {
        match lock.state {
            LockState::Current => {}
            LockState::Stale => {
                self.line(1, &format!("{} was made from other declarations", lock.file));
            }
            LockState::Unknown => {
                let file = lock.file;
                self.line(
                    1,
                    &format!("{file} holds the URLs of named repositories, which only Helm knows"),
                );
            }
        }
        for drift in &lock.drift {
            self.line(1, &format!("{}: {drift}", lock.file));
        }
    }

    fn next_step(&mut self, chart: &Path, needs: &Needs) {
        if needs.are_met() {
            return;
        }
        let chart = chart.display();
        let is_stale = needs.lock.as_ref().is_some_and(|lock| !lock.is_good());
        let verb = if is_stale || needs.lock.is_none() { "update" } else { "build" };
        self.line(1, &format!("next: helm dependency {verb} {chart}"));
        let fits = |need: &&Need| {
            let fits = |one: &Origin| one.version.as_ref().is_some_and(|(_, fits)| *fits);
            need.stand_in.is_none() && need.origins.iter().any(fits)
        };
        if !self.stand_in && needs.all().iter().any(fits) {
            self.line(1, "or use what is in this repository: --siblings, as `render` and `check` take it, too");
        }
    }
}

fn called(need: &Need) -> String {
    let declared = &need.declared;
    if declared.alias.is_empty() {
        declared.name.to_string()
    } else {
        format!("{} as {}", declared.name, declared.alias)
    }
}

/// What is there, and whether it takes part.
fn about(need: &Need) -> String {
    let mut parts = Vec::new();
    if let Some(found) = &need.found {
        parts.push(format!("{} in {}", found.version, found.path));
    }
    if let Some(path) = &need.stand_in {
        parts.push(format!("{} stands in", path.display()));
    }
    let mut by: Vec<String> = need
        .declared
        .condition
        .split(',')
        .map(str::trim)
        .filter(|one| !one.is_empty())
        .map(str::to_owned)
        .collect();
    by.extend(need.declared.tags.iter().map(|tag| format!("tags.{tag}")));
    let by = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
    match need.enabled {
        Some(true) if by.is_empty() => {}
        Some(true) => parts.push(format!("on{by}")),
        Some(false) => parts.push(format!("off{by}")),
        None if by.is_empty() => {}
        None => parts.push(format!("on or off{by}")),
    }
    parts.join("; ")
}

fn could_come(origin: &Origin) -> String {
    let place = &origin.place;
    let from = match origin.kind {
        OriginKind::Sibling => format!("the sibling {place}"),
        OriginKind::Path => format!("the path {place}"),
        _ => place.clone(),
    };
    let version = match &origin.version {
        Some((version, true)) => format!(" ({version})"),
        Some((version, false)) => format!(" ({version}, which does not fit)"),
        None => String::new(),
    };
    secrecy::said(&format!("could come from {from}{version}"))
}

fn summary(inventories: &[Inventory]) -> String {
    let needs: Vec<&Needs> = inventories.iter().filter_map(|one| one.needs.as_ref()).collect();
    let all: Vec<&Need> = needs.iter().flat_map(|needs| needs.all()).collect();
    let met = all.iter().filter(|need| need.is_met()).count();
    let unmet = needs.iter().filter(|needs| !needs.are_met()).count();
    let troubled = inventories.iter().filter(|one| one.trouble.is_some()).count();
    let mut text = format!(
        "{met} of {} dependencies are there; {unmet} of {} charts lack something or have another lock",
        all.len(),
        inventories.len()
    );
    if troubled > 0 {
        let _ = write!(text, "; {troubled} could not be looked at in full");
    }
    text
}
