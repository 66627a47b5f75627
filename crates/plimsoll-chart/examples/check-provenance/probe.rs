//! Changes values one after the other and holds what then changes against what was claimed.

use std::collections::{BTreeMap, BTreeSet};

use plimsoll_yaml::{Content, Document, FieldPath, Input, OriginKind, Step};

use crate::field::{Claims, Field, compare};
use crate::leaf::{Leaf, Other, leaves};
use crate::setting::Setting;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Charts under a values set and a profile.
    pub(crate) settings: usize,
    pub(crate) renderings: usize,
    /// Changes under which the chart no longer renders.
    pub(crate) refused: usize,
    /// Values that were changed.
    pub(crate) leaves: usize,
    /// Scalars that claim one of those values: copies, computed from it, decided by it.
    pub(crate) copied: Kept,
    pub(crate) computed: Kept,
    pub(crate) decided: Kept,
    /// Values paths that were set by themselves with the same result.
    pub(crate) paths: usize,
    /// Times that a scalar changed.
    pub(crate) changed: usize,
    /// Claims that do not hold.
    pub(crate) wrong: Vec<String>,
    /// Changes that nothing claimed.
    pub(crate) incomplete: Vec<String>,
    /// Claims on values that could not be changed enough: some change was refused, and no other
    /// moved the scalar.
    pub(crate) barred: usize,
    /// Claims that no change bore out.
    pub(crate) unmoved: Vec<String>,
}

/// How many claims there were, and how many of them were seen to hold.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kept {
    pub(crate) claims: usize,
    pub(crate) held: usize,
}

impl Kept {
    fn add(&mut self, other: Self) {
        self.claims += other.claims;
        self.held += other.held;
    }
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.settings += other.settings;
        self.renderings += other.renderings;
        self.refused += other.refused;
        self.leaves += other.leaves;
        self.copied.add(other.copied);
        self.computed.add(other.computed);
        self.decided.add(other.decided);
        self.paths += other.paths;
        self.barred += other.barred;
        self.changed += other.changed;
        self.wrong.extend(other.wrong);
        self.incomplete.extend(other.incomplete);
        self.unmoved.extend(other.unmoved);
    }

    pub(crate) const fn scalars(&self) -> usize {
        self.copied.claims + self.computed.claims + self.decided.claims
    }

    pub(crate) const fn held(&self) -> usize {
        self.copied.held + self.computed.held + self.decided.held
    }
}

/// A scalar of the rendering without changes.
#[derive(Debug)]
struct Scalar {
    path: String,
    claims: Claims,
}

type Id = (String, usize, usize);

/// One setting, rendered without changes.
#[derive(Debug)]
pub(crate) struct Probe<'s> {
    label: String,
    setting: &'s Setting,
    texts: BTreeMap<String, String>,
    leaves: Vec<Leaf>,
    before: Vec<Document>,
    scalars: BTreeMap<Id, Scalar>,
    pub(crate) tally: Tally,
    /// How many other values are tried for each.
    pub(crate) tries: usize,
}

impl<'s> Probe<'s> {
    /// Renders the setting as it is.
    ///
    /// # Errors
    ///
    /// Why it does not render.
    pub(crate) fn new(label: String, setting: &'s Setting) -> Result<Self, String> {
        let before = setting.render(None)?;
        let mut scalars = BTreeMap::new();
        compare(&before, &before, &mut |path, old, _| {
            if let Some(field) = old {
                let scalar = Scalar { path: path.to_owned(), claims: field.claims() };
                scalars.insert(field.id(), scalar);
            }
        });
        let files = setting.values_files();
        let leaves = files.iter().flat_map(|(name, text)| leaves(name, text)).collect();
        let tally = Tally { settings: 1, ..Tally::default() };
        let texts = files.into_iter().collect();
        Ok(Self { label, setting, texts, leaves, before, scalars, tally, tries: usize::MAX })
    }

    /// Changes every value that holds no others. To empty a map of a values file is to fall back on
    /// what other files say, which no place in that file can claim.
    pub(crate) fn all(&mut self) {
        for leaf in self.leaves.clone().into_iter().filter(Leaf::is_scalar) {
            self.leaf(&leaf);
        }
    }

    /// Changes the values that some scalars claim, and some values whether claimed or not.
    pub(crate) fn sample(&mut self, scalars: usize, leaves: usize, chance: &mut Chance) {
        let claims: Vec<(String, &Input)> = self
            .scalars
            .values()
            .flat_map(|scalar| {
                let Claims { inputs, decided_by, .. } = &scalar.claims;
                let claimed = inputs.iter().chain(decided_by.iter());
                claimed.map(|input| (scalar.path.clone(), input))
            })
            .filter(|(_, input)| matches!(input, Input::Value { path, .. } if !path.is_empty()))
            .collect();
        let mut chosen: BTreeMap<(String, usize), Leaf> = BTreeMap::new();
        let mut nowhere = Vec::new();
        for _ in 0..scalars.min(claims.len()) {
            let (field, input) = &claims[chance.below(claims.len())];
            let Input::Value { path, place } = input else { continue };
            let at = |leaf: &&Leaf| *leaf.file == *place.file && leaf.span == place.span;
            match self.leaves.iter().find(at) {
                Some(leaf) => {
                    chosen.insert((leaf.file.clone(), leaf.span.start), leaf.clone());
                }
                // A whole file stands for all values of a chart.
                None if self
                    .texts
                    .get(&*place.file)
                    .is_some_and(|text| text.len() > place.span.len()) =>
                {
                    nowhere.push(format!("{}: {field} claims {path} at {place}", self.label));
                }
                None => {}
            }
        }
        for _ in 0..leaves.min(self.leaves.len()) {
            let leaf = &self.leaves[chance.below(self.leaves.len())];
            if leaf.is_scalar() {
                chosen.insert((leaf.file.clone(), leaf.span.start), leaf.clone());
            }
        }
        self.tally.wrong.extend(nowhere.into_iter().map(|what| what + ", where no value is"));
        for leaf in chosen.values() {
            self.leaf(leaf);
        }
    }

    /// The values paths that scalars give a leaf.
    fn paths(&self, leaf: &Leaf) -> Vec<String> {
        let claimed = self
            .scalars
            .values()
            .flat_map(|scalar| scalar.claims.inputs.iter().chain(&scalar.claims.decided_by));
        let paths: BTreeSet<&String> = claimed
            .filter_map(|input| match input {
                Input::Value { path, place }
                    if *place.file == *leaf.file && place.span == leaf.span =>
                {
                    Some(path)
                }
                _ => None,
            })
            .collect();
        paths.into_iter().cloned().collect()
    }

    /// Changes one value in several ways.
    fn leaf(&mut self, leaf: &Leaf) {
        let leaf = &Leaf { seen_as: self.paths(leaf), ..leaf.clone() };
        let claimants: BTreeSet<Id> = self
            .scalars
            .iter()
            .filter(|(_, scalar)| scalar.claims.names(leaf))
            .map(|(id, _)| id.clone())
            .collect();
        let mut moved: BTreeSet<Id> = BTreeSet::new();
        let mut wrong: BTreeSet<Id> = BTreeSet::new();
        let (mut changes, mut refused) = (0, 0);
        let Some(text) = self.texts.get(&leaf.file).cloned() else { return };
        for other in leaf.others(self.setting).into_iter().take(self.tries) {
            let Some(text) = leaf.changed(&text, &other) else { continue };
            self.tally.renderings += 1;
            let Ok(after) = self.setting.with(&leaf.file, text).render(None) else {
                refused += 1;
                continue;
            };
            if changes == 0 && other.is_alike {
                self.set(leaf, &other, &after);
            }
            changes += 1;
            self.judge(leaf, &other, &after, &mut moved, &mut wrong);
        }
        self.tally.refused += refused;
        if changes == 0 {
            return;
        }
        self.tally.leaves += 1;
        for id in &claimants {
            let Some(scalar) = self.scalars.get(id) else { continue };
            let claims = &scalar.claims;
            let kept = match claims.kind {
                OriginKind::Copied if claims.is_from(leaf) => &mut self.tally.copied,
                _ if claims.is_from(leaf) => &mut self.tally.computed,
                _ => &mut self.tally.decided,
            };
            kept.claims += 1;
            if moved.contains(id) {
                kept.held += usize::from(!wrong.contains(id));
            } else if refused > 0 {
                self.tally.barred += 1;
            } else {
                let how = if claims.is_from(leaf) { "from" } else { "decided by" };
                self.tally.unmoved.push(format!(
                    "{}: {}: {} {how} it in {}",
                    self.label, leaf.path, scalar.path, leaf.file
                ));
            }
        }
    }

    /// Holds a rendering against the claims of the one without changes.
    fn judge(
        &mut self,
        leaf: &Leaf,
        other: &Other,
        after: &[Document],
        moved: &mut BTreeSet<Id>,
        wrong: &mut BTreeSet<Id>,
    ) {
        let Self { label, scalars, before, tally, .. } = self;
        compare(before, after, &mut |path, old, new| {
            let what = || format!("{label}: {}={}: {path}", leaf.path, other.json);
            let is_changed = old.map(Field::content) != new.map(Field::content);
            let known = old.and_then(|field| scalars.get(&field.id()));
            if is_changed {
                tally.changed += 1;
                moved.extend(old.map(Field::id));
                let is_claimed = match known {
                    Some(scalar) => scalar.claims.depends_on(leaf),
                    None => new
                        .is_some_and(|field| field.claims().depends_on_new(leaf, other.json.len())),
                };
                if !is_claimed {
                    let shown = |field: Option<&Field<'_>>| {
                        field.map_or_else(
                            || "nothing".to_owned(),
                            |field| field.shown().chars().take(60).collect(),
                        )
                    };
                    let (old, new) = (shown(old), shown(new));
                    tally.incomplete.push(format!("{} changed from {old} to {new}", what()));
                }
            }
            let Some(Scalar { claims, .. }) = known else { return };
            if !other.is_alike || claims.kind != OriginKind::Copied || !claims.is_from(leaf) {
                return;
            }
            let is_also_decided = claims.decided_by.iter().any(|input| {
                matches!(input, Input::Value { place, .. } if place.span.start == leaf.span.start)
            });
            let complaint = match new {
                Some(new) if is_written(&other.json, new) => return,
                _ if is_also_decided => return,
                Some(new) => format!("{} is a copy that became {}", what(), new.shown()),
                None => format!("{} is a copy that went away", what()),
            };
            wrong.extend(old.map(Field::id));
            tally.wrong.push(complaint);
        });
    }

    /// Sets the values path that is claimed for a leaf, which must do what changing the file does.
    fn set(&mut self, leaf: &Leaf, other: &Other, changed: &[Document]) {
        // A value that is imported or handed down stands for several paths.
        let [path] = leaf.seen_as.as_slice() else { return };
        let Some(key) = argument(path) else { return };
        self.tally.renderings += 1;
        let set = self.setting.render(Some(&format!("{key}={}", other.json)));
        let texts = |documents: &[Document]| -> Vec<String> {
            documents.iter().map(|one| format!("{} {}", one.name, one.text)).collect()
        };
        if set.is_ok_and(|set| texts(&set) == texts(changed)) {
            self.tally.paths += 1;
        } else {
            self.tally.wrong.push(format!(
                "{}: setting {path}={} differs from changing {} in {}",
                self.label, other.json, leaf.path, leaf.file
            ));
        }
    }
}

/// A values path as `--set-json` takes it; those into lists would replace the list.
fn argument(path: &str) -> Option<String> {
    let path: FieldPath = path.parse().ok()?;
    let keys = path.0.iter().map(|step| match step {
        Step::Key(key) if !key.contains(['[', ']', ',', '=', '\\']) => {
            Some(key.replace('.', "\\."))
        }
        _ => None,
    });
    Some(keys.collect::<Option<Vec<_>>>()?.join("."))
}

/// Tells whether a field holds the value that was set, as text.
fn is_written(json: &str, field: &Field<'_>) -> bool {
    let Ok(wanted) = plimsoll_yaml::parse_one(json) else { return false };
    let wanted = match &wanted.root.content {
        Content::String(text) => text.trim().to_owned(),
        _ => json.to_owned(),
    };
    let shown = field.shown();
    let number = |text: &str| text.parse::<f64>().ok();
    shown == wanted || (number(&shown).is_some() && number(&shown) == number(&wanted))
}

/// A sequence of numbers that looks random and is the same for the same seed (xorshift64*).
#[derive(Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed ^ 0x9E37_79B9_7F4A_7C15)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap_or(0) % bound.max(1)
    }
}
