//! A finding in terms of files.

use plimsoll_app::App;
use plimsoll_rules::{Certainty, Finding, Level, Rule, Site};
use plimsoll_yaml::Place;

use super::places::{self, Role, Spotted};
use crate::secrecy::masked;

/// What a rule found in a chart, under some of its values sets.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) rule: &'static Rule,
    pub(crate) level: Level,
    pub(crate) certainty: Certainty,
    pub(crate) what: String,
    pub(crate) why: String,
    pub(crate) help: String,
    /// `Kind/name`; empty for findings about a comment.
    pub(crate) object: String,
    /// The field's path in the object.
    pub(crate) field: String,
    /// The values sets that bring it out.
    pub(crate) sets: Vec<String>,
    /// Where it can be changed, the line to change first.
    pub(crate) places: Vec<Spotted>,
    /// Other fields that take part.
    pub(crate) related: Vec<Spotted>,
    /// What stands at its places is a secret.
    pub(crate) is_secret: bool,
}

impl Judged {
    /// Puts what a rule found in the rendering `app` under the values set `set` in terms of files.
    pub(super) fn new(finding: &Finding, app: Option<&App>, set: &str) -> Self {
        let mut judged = Self {
            rule: finding.rule,
            level: finding.level,
            certainty: finding.certainty.clone(),
            what: masked(&finding.what),
            why: masked(&finding.why),
            help: masked(&finding.help),
            object: String::new(),
            field: String::new(),
            sets: vec![set.to_owned()],
            places: Vec::new(),
            related: Vec::new(),
            is_secret: finding.is_secret,
        };
        match (&finding.site, app) {
            (Site::File(place), _) => judged.places.push(Spotted {
                label: "here".to_owned(),
                role: Role::Comment,
                place: place.clone(),
            }),
            (Site::Field(spot), Some(app)) => {
                if let Some(object) = app.objects.get(spot.object.0) {
                    judged.object = object.title();
                }
                judged.field = spot.path.to_string();
                judged.places = places::of(app, spot);
                for (label, spot) in &finding.related {
                    judged.relate(label, places::of(app, spot));
                }
            }
            (Site::Field(_), None) => {}
        }
        judged
    }

    fn relate(&mut self, label: &str, places: Vec<Spotted>) {
        let is_cause = |spotted: &Spotted| spotted.role != Role::Decides;
        let Some(first) = places.into_iter().find(is_cause) else { return };
        let related = Spotted { label: label.to_owned(), role: Role::Related, place: first.place };
        if !self.related.contains(&related) {
            self.related.push(related);
        }
    }

    /// The place to change first.
    pub(crate) fn place_to_change(&self) -> Option<&Place> {
        let main = self.places.iter().find(|spotted| spotted.role.is_main());
        main.or(self.places.first()).map(|spotted| &spotted.place)
    }

    /// Tells whether a place is among those of the finding itself.
    pub(crate) fn points_at(&self, place: &Place) -> bool {
        self.places.iter().any(|spotted| spotted.place == *place)
    }

    /// The object and the field in it.
    pub(crate) fn subject(&self) -> String {
        let gap = if self.field.is_empty() || self.object.is_empty() { "" } else { " " };
        format!("{}{gap}{}", self.object, self.field)
    }

    /// The template line of the finding, where it has one.
    pub(crate) fn template(&self) -> Option<&Spotted> {
        self.places.iter().find(|spotted| spotted.role == Role::Template)
    }
}

/// The same finding under several values sets is one finding.
pub(super) fn merge(judged: &mut Vec<Judged>, new: Judged) {
    let same = |old: &&mut Judged| {
        old.rule == new.rule
            && old.object == new.object
            && old.field == new.field
            && old.place_to_change() == new.place_to_change()
    };
    match judged.iter_mut().find(same) {
        Some(old) => {
            let more: Vec<_> = new.sets.into_iter().filter(|set| !old.sets.contains(set)).collect();
            old.sets.extend(more);
        }
        None => judged.push(new),
    }
}
