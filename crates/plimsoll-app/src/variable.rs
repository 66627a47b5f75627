//! Variables of a container, with what the release's own objects say of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{App, Container, EnvSource, EnvVar, Field, KeyedKind, ObjectId, Spot, Workload};

/// A variable as the container sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its text; absent where it comes from a Secret, from a field of the pod, or from an object
    /// that the release does not hold.
    pub text: Option<Field<String>>,
    /// The entry that sets it.
    pub at: Spot,
}

/// The texts of ConfigMaps and the keys of Secrets, by name.
pub(crate) struct Texts<'a> {
    app: &'a App,
    configs: ByName<'a, BTreeMap<&'a str, &'a Field<String>>>,
    secrets: ByName<'a, BTreeSet<&'a str>>,
}

/// Objects of one kind by their name, of which each namespace has one.
type ByName<'a, T> = BTreeMap<&'a str, Vec<(ObjectId, T)>>;

/// More references than any text has; each is looked up in the container's variables.
const MAX_REFERENCES: usize = 64;

/// What is known of a key.
enum Found {
    /// Its text.
    Text(Field<String>),
    /// It is there, and its text is not told.
    Hidden,
    /// The object is known and does not have it.
    Absent,
    /// The object is not known.
    Unknown,
}

impl<'a> Texts<'a> {
    pub(crate) fn new(app: &'a App) -> Self {
        let mut configs: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for map in &app.config_maps {
            let data = map.data.iter().map(|pair| (pair.key.value.as_str(), &pair.value)).collect();
            let name = app.object(map.object).name();
            configs.entry(name).or_default().push((map.object, data));
        }
        let mut secrets: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for secret in &app.secrets {
            let keys = secret.keys.iter().map(|key| key.key.value.as_str()).collect();
            let name = app.object(secret.object).name();
            secrets.entry(name).or_default().push((secret.object, keys));
        }
        for external in app.external_secrets.iter().filter(|own| own.all_of.is_empty()) {
            let keys = external.keys.iter().filter_map(|key| key.key.as_ref());
            let keys = keys.map(|key| key.value.as_str()).collect();
            let name = external.target.value.as_str();
            secrets.entry(name).or_default().push((external.object, keys));
        }
        Self { app, configs, secrets }
    }

    fn find(&self, user: ObjectId, kind: KeyedKind, name: &str, key: &str) -> Found {
        let user = self.app.object(user);
        let near = |id: &ObjectId| user.may_share_namespace(self.app.object(*id));
        match kind {
            KeyedKind::ConfigMap => {
                let named = self.configs.get(name).into_iter().flatten();
                match named.into_iter().find(|(id, _)| near(id)) {
                    None => Found::Unknown,
                    Some((_, data)) => {
                        data.get(key).map_or(Found::Absent, |text| Found::Text((*text).clone()))
                    }
                }
            }
            KeyedKind::Secret => {
                let named = self.secrets.get(name).into_iter().flatten();
                match named.into_iter().find(|(id, _)| near(id)) {
                    None => Found::Unknown,
                    Some((_, keys)) if keys.contains(key) => Found::Hidden,
                    Some(_) => Found::Absent,
                }
            }
        }
    }

    /// Returns the variable `name` of a container of the object `user`.
    pub(crate) fn variable(
        &self,
        user: ObjectId,
        container: &Container,
        name: &str,
    ) -> Option<Variable> {
        if let Some(variable) = container.env(name) {
            return Some(self.of_entry(user, variable));
        }
        container.env_from.iter().rev().find_map(|from| {
            let prefix = from.prefix.as_ref().map_or("", |prefix| prefix.value.as_str());
            let key = name.strip_prefix(prefix)?;
            match self.find(user, from.kind, &from.name.value, key) {
                Found::Text(text) => Some(Variable { text: Some(text), at: from.at.clone() }),
                Found::Hidden => Some(Variable { text: None, at: from.at.clone() }),
                Found::Absent | Found::Unknown => None,
            }
        })
    }

    fn of_entry(&self, user: ObjectId, variable: &EnvVar) -> Variable {
        let text = match &variable.source {
            EnvSource::Literal(text) => Some(text.clone()),
            EnvSource::Key(key) => {
                match self.find(user, key.kind, &key.name.value, &key.key.value) {
                    Found::Text(text) => Some(text),
                    Found::Hidden | Found::Absent | Found::Unknown => None,
                }
            }
            EnvSource::PodField(_) | EnvSource::Resource(_) | EnvSource::Other(_) => None,
        };
        Variable { text, at: variable.at.clone() }
    }

    /// Returns the entries of `envFrom` whose object the release does not hold.
    pub(crate) fn unknown(&self, user: ObjectId, container: &Container) -> Vec<Spot> {
        let unknown = container.env_from.iter().filter(|from| {
            matches!(self.find(user, from.kind, &from.name.value, ""), Found::Unknown)
        });
        unknown.map(|from| from.at.clone()).collect()
    }

    /// Returns `text` with each `$(NAME)`, `$NAME` and `${NAME}` filled in; nothing where one of
    /// them is not known, or where there are more than any text has.
    ///
    /// Kubernetes fills in `$(NAME)` and takes `$$` for a dollar sign; the other two are a shell's,
    /// and only followed where the words come from a script.
    pub(crate) fn expand(
        &self,
        user: ObjectId,
        container: &Container,
        text: &str,
    ) -> Option<String> {
        let Some(first) = text.find('$') else { return Some(text.to_owned()) };
        let mut out = text[..first].to_owned();
        let mut rest = &text[first..];
        let mut references = 0;
        while let Some(after) = rest.strip_prefix('$') {
            references += 1;
            if references > MAX_REFERENCES {
                return None;
            }
            let (name, next) = reference(after)?;
            if let Some(name) = name {
                out.push_str(&self.variable(user, container, name)?.text?.value);
            } else {
                out.push('$');
            }
            let end = next.find('$').unwrap_or(next.len());
            out.push_str(&next[..end]);
            rest = &next[end..];
        }
        Some(out)
    }
}

/// Reads what follows a dollar sign: a name and the rest, or no name for the sign itself. Nothing
/// where it is a shell's expression of another form.
fn reference(after: &str) -> Option<(Option<&str>, &str)> {
    if let Some(rest) = after.strip_prefix('$') {
        return Some((None, rest));
    }
    for (open, close) in [('(', ')'), ('{', '}')] {
        if let Some(inside) = after.strip_prefix(open) {
            let (name, rest) = inside.split_once(close)?;
            return is_name(name).then_some((Some(name), rest));
        }
    }
    let end = after.find(|char: char| !is_name_char(char)).unwrap_or(after.len());
    let (name, rest) = after.split_at(end);
    Some(if name.is_empty() { (None, rest) } else { (Some(name), rest) })
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_name_char)
}

const fn is_name_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

impl App {
    /// Returns the variable `name` of a container, its text taken from the release's own ConfigMaps
    /// where it comes from there.
    #[must_use]
    pub fn variable(
        &self,
        workload: &Workload,
        container: &Container,
        name: &str,
    ) -> Option<Variable> {
        Texts::new(self).variable(workload.object, container, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read() {
        assert_eq!(reference("(A)b"), Some((Some("A"), "b")));
        assert_eq!(reference("{A_1}"), Some((Some("A_1"), "")));
        assert_eq!(reference("A/b"), Some((Some("A"), "/b")));
        assert_eq!(reference("$x"), Some((None, "x")));
        assert_eq!(reference(""), Some((None, "")));
        for text in ["(date +%s)", "{A:-b}", "(A", "{"] {
            assert_eq!(reference(text), None, "{text}");
        }
    }
}
