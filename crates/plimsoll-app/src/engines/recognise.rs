//! Recognising engines in containers.

use crate::gpu::{Vendor, image_hint};
use crate::variable::Texts;
use crate::{App, CommandLine, Container, Field, Image, ObjectId, Spot, Workload};

use super::{
    ALL, CommandFact, Engine, EngineFacts, EngineKind, Evidence, GpuNeed, ImageFact, KnobFact,
    Role, Setting, SettingBy, config,
};

/// Recognises the engines of all containers.
pub(crate) fn recognise_all(app: &mut App) {
    let mut found = Vec::new();
    let texts = Texts::new(app);
    for (index, workload) in app.workloads.iter().enumerate() {
        for (number, container) in workload.pod.all_containers().enumerate() {
            if let Some(engine) = recognise(app, &texts, workload, container) {
                found.push((index, number, engine));
            }
        }
    }
    for (index, number, engine) in found {
        let pod = &mut app.workloads[index].pod;
        let mut containers = pod.init_containers.iter_mut().chain(&mut pod.containers);
        if let Some(container) = containers.nth(number) {
            container.engine = Some(engine);
        }
    }
}

/// How an engine was found in a container.
struct Finding {
    facts: &'static EngineFacts,
    image: Option<&'static ImageFact>,
    command: Option<&'static CommandFact>,
    /// The command line with the image's own words where the container leaves them.
    line: CommandLine,
    /// The number of the word after the command.
    after: usize,
}

impl Finding {
    /// Ranks findings: a command of the container itself tells most, then the image.
    fn rank(&self) -> (bool, bool, bool) {
        let is_served = self.command.is_some_and(|command| command.serves);
        let is_written = self.after.checked_sub(1).and_then(|last| self.line.words.get(last));
        let is_written = is_written.is_some_and(|word| word.written);
        (is_served && is_written, self.image.is_some(), self.command.is_some())
    }
}

fn recognise(
    app: &App,
    texts: &Texts<'_>,
    workload: &Workload,
    container: &Container,
) -> Option<Engine> {
    let findings = ALL.iter().filter_map(|facts| find(facts, container));
    // Of equal ranks the first engine of the list counts, so that the outcome does not depend on
    // the order in which `max_by_key` looks.
    let best = findings.rev().max_by_key(Finding::rank)?;
    let mut engine = Engine {
        kind: best.facts.kind,
        facts: best.facts,
        role: role(&best, container),
        evidence: evidence(&best, container),
        vendors: None,
        maybe_vendors: best.image.map_or(&[], |image| image.maybe),
        gpu: best.facts.gpu,
        settings: settings(&best, texts, workload.object, container),
        unknown_env: texts.unknown(workload.object, container),
    };
    set_vendors(&mut engine, best.image, container.image.as_ref());
    if engine.kind == EngineKind::LiteLlm {
        config::read_litellm(app, workload, container, &mut engine);
    }
    Some(engine)
}

fn find(facts: &'static EngineFacts, container: &Container) -> Option<Finding> {
    let image = container
        .image
        .as_ref()
        .and_then(|image| facts.images.iter().find(|fact| fact.matches(&image.value)));
    let line = effective_line(facts, image, container);
    let called = facts.commands.iter().filter_map(|fact| Some((fact, line.after(fact.words)?)));
    // A script that starts the server and then uses a tool is a server.
    let called = called.min_by_key(|(fact, _)| !fact.serves);
    if image.is_none() && called.is_none() {
        return None;
    }
    let (command, after) = called.map_or((None, 0), |(fact, after)| (Some(fact), after));
    Some(Finding { facts, image, command, line, after })
}

/// Returns the words that run: the container's own, after the image's entrypoint where the
/// container leaves it.
fn effective_line(
    facts: &EngineFacts,
    image: Option<&ImageFact>,
    container: &Container,
) -> CommandLine {
    let mut line = container.line.clone();
    let (Some(image), Some(fact)) = (&container.image, image) else { return line };
    if !line.command.is_empty() || !fact.serves {
        return line;
    }
    let at = &image.at;
    let own = |word: &&'static str| Field::default_in((*word).to_owned(), at.clone());
    let mut words: Vec<_> = facts.entrypoint.iter().map(own).collect();
    if line.args.is_empty() {
        words.extend(facts.arguments.iter().map(own));
    }
    words.append(&mut line.words);
    line.words = words;
    line
}

fn role(finding: &Finding, container: &Container) -> Role {
    match finding.command {
        Some(command) if command.serves => Role::Server,
        Some(_) => Role::Tool,
        None if container.line.is_empty() && finding.image.is_some_and(|image| image.serves) => {
            Role::Server
        }
        None => Role::Unsure,
    }
}

fn evidence(finding: &Finding, container: &Container) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    if let (Some(image), Some(_)) = (&container.image, finding.image) {
        let why = format!("image {}", image.value.repository);
        evidence.push(Evidence { at: image.at.clone(), why });
    }
    if let Some(command) = finding.command {
        let first = finding.after.saturating_sub(command.words.len());
        if let Some(word) = finding.line.words.get(first).filter(|word| word.written) {
            let why = format!("command {}", command.words.join(" "));
            evidence.push(Evidence { at: word.at.clone(), why });
        }
    }
    if evidence.is_empty() {
        // Only the image's own words matched, so the image did too; the container is the rest.
        evidence.push(Evidence { at: container.at.clone(), why: finding.facts.name.to_owned() });
    }
    evidence
}

fn settings(
    finding: &Finding,
    texts: &Texts<'_>,
    user: ObjectId,
    container: &Container,
) -> Vec<Setting> {
    let expand = |text: &Field<String>| {
        let value = texts.expand(user, container, &text.value)?;
        Some(Field { value, ..text.clone() })
    };
    let mut settings = Vec::new();
    if let Some(knob) = finding.command.and_then(|command| command.positional)
        && let Some(word) = finding.line.rest_of_command(finding.after).first()
        && !word.value.starts_with('-')
    {
        let value = expand(word);
        let at = word.at.clone();
        settings.push(Setting { knob, by: SettingBy::Argument, value, is_reference: false, at });
    }
    for fact in finding.facts.knobs {
        settings.extend(of_flags(fact, &finding.line, &expand));
        settings.extend(of_envs(fact, texts, user, container, &expand));
    }
    settings
}

fn of_flags(
    fact: &KnobFact,
    line: &CommandLine,
    expand: &impl Fn(&Field<String>) -> Option<Field<String>>,
) -> Vec<Setting> {
    let uses = line.flags(fact.flags);
    let settings = uses.map(|flag| {
        let value = flag.value.as_ref().and_then(expand);
        Setting {
            knob: fact.knob,
            // A value that is there and cannot be filled in comes from a variable without a text.
            is_reference: flag.value.is_some() && value.is_none(),
            by: SettingBy::Flag(flag.name),
            value,
            at: flag.at,
        }
    });
    settings.collect()
}

fn of_envs(
    fact: &KnobFact,
    texts: &Texts<'_>,
    user: ObjectId,
    container: &Container,
    expand: &impl Fn(&Field<String>) -> Option<Field<String>>,
) -> Vec<Setting> {
    let set = fact.envs.iter().filter_map(|name| {
        let variable = texts.variable(user, container, name)?;
        let value = variable.text.as_ref().and_then(expand);
        Some(Setting {
            knob: fact.knob,
            by: SettingBy::Env((*name).to_owned()),
            is_reference: value.is_none(),
            value,
            at: variable.at,
        })
    });
    set.collect()
}

fn set_vendors(engine: &mut Engine, fact: Option<&ImageFact>, image: Option<&Field<Image>>) {
    let Some(image) = image else { return };
    let hint = image_hint(&image.value);
    let at = |vendors: &'static [Vendor], at: &Spot| Some(Field::written(vendors, at.clone()));
    match (fact, hint) {
        (Some(fact), hint) if !fact.tag.is_empty() || hint.is_none() => {
            engine.vendors = fact.vendors.and_then(|vendors| at(vendors, &image.at));
            engine.gpu = fact.gpu;
        }
        (fact, Some(hint)) => {
            engine.vendors = at(hint.vendors, &image.at);
            engine.gpu = match fact {
                Some(_) if hint.vendors.is_empty() => GpuNeed::None,
                Some(fact) => fact.gpu,
                None => engine.facts.gpu,
            };
        }
        (_, None) => {}
    }
}

impl ImageFact {
    /// Tells whether an image is of this kind.
    #[must_use]
    pub fn matches(&self, image: &Image) -> bool {
        let has_tag = self.tag.is_empty()
            || image.tag.as_deref().is_some_and(|tag| {
                let mut words = tag.split(|char: char| !char.is_ascii_alphanumeric());
                words.any(|word| {
                    word.strip_prefix(self.tag)
                        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
                })
            });
        has_tag && self.has_repository(&image.repository)
    }

    fn has_repository(&self, repository: &str) -> bool {
        let (own, is_open) = match self.repository.strip_suffix('*') {
            Some(own) => (own, true),
            None => (self.repository, false),
        };
        let starts = std::iter::once(0).chain(repository.match_indices('/').map(|(at, _)| at + 1));
        starts.into_iter().any(|start| {
            let rest = repository[start..].strip_prefix(own);
            rest.is_some_and(|rest| rest.is_empty() || (is_open && !rest.contains('/')))
        })
    }
}
