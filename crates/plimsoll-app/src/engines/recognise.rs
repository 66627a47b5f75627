//! Recognising engines in containers.

use std::borrow::Cow;

use crate::variable::Texts;
use crate::{App, CommandLine, Container, Field, ObjectId, Workload, WorkloadKind};

use super::{
    ALL, CommandFact, Engine, EngineFacts, EngineKind, Evidence, ImageFact, KnobFact, Role,
    Setting, SettingBy, config, image,
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
struct Finding<'a> {
    facts: &'static EngineFacts,
    image: Option<&'static ImageFact>,
    command: Option<&'static CommandFact>,
    /// The command line with the image's own words where the container leaves them.
    line: Cow<'a, CommandLine>,
    /// The number of the word after the command.
    after: usize,
}

impl Finding<'_> {
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
        role: role(&best, workload, container),
        evidence: evidence(&best, container),
        vendors: None,
        maybe_vendors: best.image.map_or(&[], |image| image.maybe),
        gpu: best.facts.gpu,
        home: image::home(best.facts, best.image, workload, container),
        settings: settings(&best, texts, workload.object, container),
        unknown_env: texts.unknown(workload.object, container),
    };
    image::set_vendors(&mut engine, best.image, container.image.as_ref());
    if engine.kind == EngineKind::LiteLlm {
        config::read_litellm(app, workload, container, &mut engine);
    }
    Some(engine)
}

fn find<'a>(facts: &'static EngineFacts, container: &'a Container) -> Option<Finding<'a>> {
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
fn effective_line<'a>(
    facts: &EngineFacts,
    image: Option<&ImageFact>,
    container: &'a Container,
) -> Cow<'a, CommandLine> {
    let line = &container.line;
    let (Some(image), Some(fact)) = (&container.image, image) else { return Cow::Borrowed(line) };
    if !line.command.is_empty() || !fact.serves {
        return Cow::Borrowed(line);
    }
    let own = |word: &&'static str| Field::default_in((*word).to_owned(), image.at.clone());
    let mut words: Vec<_> = facts.entrypoint.iter().map(own).collect();
    if line.args.is_empty() {
        words.extend(facts.arguments.iter().map(own));
    }
    words.extend(line.words.iter().cloned());
    Cow::Owned(CommandLine { words, ..line.clone() })
}

fn role(finding: &Finding<'_>, workload: &Workload, container: &Container) -> Role {
    // These operators put a command of their own before the image's entrypoint.
    let is_told = matches!(workload.kind, WorkloadKind::Ray | WorkloadKind::TrainJob);
    if is_told && container.line.command.is_empty() {
        return Role::Unsure;
    }
    match finding.command {
        Some(command) if command.serves => Role::Server,
        Some(_) => Role::Tool,
        None if container.line.is_empty() && finding.image.is_some_and(|image| image.serves) => {
            Role::Server
        }
        None => Role::Unsure,
    }
}

fn evidence(finding: &Finding<'_>, container: &Container) -> Vec<Evidence> {
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
    finding: &Finding<'_>,
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

/// More uses of one flag than any line has; of more, the last are kept, since the last counts.
const MAX_USES: usize = 16;

fn of_flags(
    fact: &KnobFact,
    line: &CommandLine,
    expand: &impl Fn(&Field<String>) -> Option<Field<String>>,
) -> Vec<Setting> {
    let uses: Vec<_> = line.flags(fact.flags).collect();
    let early = uses.len().saturating_sub(MAX_USES);
    let settings = uses.into_iter().skip(early).map(|flag| {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engines::{Auth, Knob, PathRole};
    use crate::testing::{app, container, deployment};

    fn engine(fields: &str) -> Option<Engine> {
        container(fields).first().1.engine.clone()
    }

    #[test]
    fn images_and_commands_tell_the_engine() {
        use EngineKind::{Jupyter, LiteLlm, LlamaCpp, Ollama, OpenWebUi, Tei, Torchrun, Vllm};
        use Role::{Server, Tool, Unsure};
        for (fields, kind, role) in [
            ("image: ollama/ollama", Ollama, Server),
            ("image: quay.io/mirror/ollama/ollama:0.33.0-rocm", Ollama, Server),
            ("image: ollama/ollama\nargs: [serve]", Ollama, Server),
            ("image: ollama/ollama\nargs: [pull, qwen3]", Ollama, Tool),
            (
                "image: ollama/ollama\ncommand: [/bin/sh, -c, 'ollama serve & ollama pull x']",
                Ollama,
                Server,
            ),
            ("image: ollama/ollama\ncommand: [/run.sh]", Ollama, Unsure),
            ("image: vllm/vllm-openai:v0.15\nargs: [--model, a/b]", Vllm, Server),
            (
                "image: a/own:1\ncommand: [python3, -m, vllm.entrypoints.openai.api_server]",
                Vllm,
                Server,
            ),
            ("image: a/own:1\ncommand: [bash, -c, 'exec vllm serve a/b']", Vllm, Server),
            ("image: ghcr.io/ggml-org/llama.cpp:server-cuda", LlamaCpp, Server),
            ("image: ghcr.io/ggml-org/llama.cpp:light\nargs: [-m, x]", LlamaCpp, Unsure),
            (
                "image: ghcr.io/berriai/litellm-database:main-v1\nargs: [--config, /c.yaml]",
                LiteLlm,
                Server,
            ),
            (
                "image: ghcr.io/berriai/litellm\ncommand: [python, litellm/proxy/prisma_migration.py]",
                LiteLlm,
                Tool,
            ),
            ("image: ghcr.io/open-webui/open-webui:main", OpenWebUi, Server),
            ("image: quay.io/jupyter/scipy-notebook:latest", Jupyter, Server),
            ("image: a/b\ncommand: [jupyter, lab, --ip=0.0.0.0]", Jupyter, Server),
            ("image: ghcr.io/huggingface/text-embeddings-inference:cpu-1.9", Tei, Server),
            (
                "image: pytorch/pytorch\ncommand: [torchrun, --nproc-per-node=2, t.py]",
                Torchrun,
                Server,
            ),
            ("image: vllm/vllm-openai\ncommand: [accelerate, launch, t.py]", Torchrun, Server),
        ] {
            let engine = engine(fields).unwrap_or_else(|| panic!("{fields}"));
            assert_eq!((engine.kind, engine.role), (kind, role), "{fields}");
            assert!(!engine.evidence.is_empty(), "{fields}");
        }
        for fields in [
            "image: nginx",
            "image: a/ollama-exporter",
            "image: a/notollama",
            "image: vllm/vllm-openai-exporter/x",
            "image: a/b\ncommand: [sh, -c, 'echo vllm is serving']",
            "name: x",
        ] {
            if fields != "name: x" {
                assert!(engine(fields).is_none(), "{fields}");
            }
        }
    }

    #[test]
    fn settings_are_read_from_flags_variables_and_positions() {
        let app = container(
            "image: vllm/vllm-openai\nargs: [Qwen/Qwen3-8B, -tp, $(GPUS), --port=9000, \
             '--download-dir', /models]\nenv: [{name: GPUS, value: '4'}, {name: VLLM_API_KEY, \
             valueFrom: {secretKeyRef: {name: s, key: k}}}]",
        );
        let engine = app.first().1.engine.as_ref().unwrap();
        assert_eq!(engine.text(Knob::Model).unwrap().value, "Qwen/Qwen3-8B");
        assert!(app.covers(engine.text(Knob::Model).unwrap(), "Qwen/Qwen3-8B"));
        assert_eq!(engine.number(Knob::TensorParallel).unwrap().value, 4);
        assert_eq!(engine.port(), Some(9000));
        assert_eq!(engine.directories(PathRole::Models)[0].path.as_ref().unwrap().value, "/models");
        assert!(matches!(engine.auth(), Auth::On(Some(key)) if key.is_reference));
        assert_eq!(engine.setting(Knob::PipelineParallel), None);
        assert!(!format!("{:?}", engine.settings).contains("secret"));
    }

    #[test]
    fn variables_come_from_config_maps_of_the_release() {
        let app = app(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {OLLAMA_MODELS: /m, HOST: \
             '0.0.0.0:80'}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: \
             {template: {spec: {containers: [{name: x, image: ollama/ollama, env: [{name: \
             OLLAMA_HOST, valueFrom: {configMapKeyRef: {name: c, key: HOST}}}], envFrom: \
             [{configMapRef: {name: c}}, {secretRef: {name: elsewhere}}]}]}}}",
        );
        let engine = app.first().1.engine.as_ref().unwrap();
        assert_eq!(engine.port(), Some(80));
        let models = &engine.directories(PathRole::Models)[0];
        let path = models.path.as_ref().unwrap();
        assert_eq!((path.value.as_str(), path.at.object), ("/m", app.config_maps[0].object));
        assert_eq!(engine.unknown_env.len(), 1);
        let (workload, container) = app.first();
        assert!(app.variable(workload, container, "HOST").is_some());
        assert!(app.variable(workload, container, "NONE").is_none());
    }

    #[test]
    fn directories_follow_home_and_caches() {
        for (env, path) in [
            ("", Some("/root/.cache/huggingface/hub")),
            ("{name: HOME, value: /data/}", Some("/data/.cache/huggingface/hub")),
            ("{name: XDG_CACHE_HOME, value: /c}", Some("/c/huggingface/hub")),
            ("{name: HF_HOME, value: /h}, {name: HOME, value: /data}", Some("/h/hub")),
            ("{name: HF_HOME, valueFrom: {secretKeyRef: {name: s, key: k}}}", None),
        ] {
            let engine = engine(&format!("image: vllm/vllm-openai\nenv: [{env}]")).unwrap();
            let models = &engine.model_directories()[0];
            assert_eq!(models.path.as_ref().map(|own| own.value.as_str()), path, "{env}");
        }
        for (user, path) in [(0, "/root/"), (2000, "/home/vllm/"), (1000, "/")] {
            let fields = format!("image: vllm/vllm-openai\nsecurityContext: {{runAsUser: {user}}}");
            let engine = engine(&fields).unwrap();
            let models = engine.model_directories()[0].path.clone().unwrap();
            assert_eq!(models.value, format!("{path}.cache/huggingface/hub"));
        }
        let fields = "image: registry.redhat.io/rhaiis/vllm-cuda-rhel9:3.2";
        assert_eq!(engine(fields).unwrap().home.value, "/opt/app-root/src");
        let fields = "image: jupyter/base-notebook\nsecurityContext: {runAsUser: 5000}";
        assert_eq!(engine(fields).unwrap().home.value, "/home/jovyan");
        let engine = engine("image: vllm/vllm-openai\nargs: [--model, /models/qwen]").unwrap();
        assert_eq!(engine.model_directories()[0].path.as_ref().unwrap().value, "/models/qwen");
    }

    #[test]
    fn parallelism_is_a_number_of_devices() {
        for (args, devices) in [
            ("[]", Some(1)),
            ("[-tp, '2', -pp, '3']", Some(6)),
            ("[--tensor-parallel-size=4, --data-parallel-size, '2']", Some(8)),
            ("[-tp, '2', -dp, '16', -dpl, '4']", Some(8)),
            ("[-tp, $(UNKNOWN)]", None),
            ("[-tp, '2', --config, /c.yaml]", None),
            ("[-tp, '9223372036854775807', -pp, '2']", None),
        ] {
            let engine = engine(&format!("image: vllm/vllm-openai\nargs: {args}")).unwrap();
            assert_eq!(engine.devices(), devices, "{args}");
        }
        let engine = engine("image: a\ncommand: [torchrun, --nproc_per_node, '8', t.py]").unwrap();
        assert_eq!(engine.devices(), Some(8));
    }

    #[test]
    fn ports_are_found_in_addresses() {
        for (host, port) in [
            ("0.0.0.0", Some(11434)),
            ("0.0.0.0:8080", Some(8080)),
            ("http://0.0.0.0:8080/", Some(8080)),
            ("[::]:8080", Some(8080)),
            ("::1", Some(11434)),
            ("0.0.0.0:x", None),
        ] {
            let fields =
                format!("image: ollama/ollama\nenv: [{{name: OLLAMA_HOST, value: '{host}'}}]");
            assert_eq!(engine(&fields).unwrap().port(), port, "{host}");
        }
        assert_eq!(engine("image: a\ncommand: [torchrun, x.py]").unwrap().port(), None);
    }

    #[test]
    fn authentication_is_judged() {
        for (fields, expected) in [
            ("image: ollama/ollama", "absent"),
            ("image: vllm/vllm-openai", "off"),
            ("image: vllm/vllm-openai\nargs: [--api-key, '']", "off"),
            ("image: vllm/vllm-openai\nargs: [--api-key, $(KEY)]", "on"),
            ("image: vllm/vllm-openai\nenvFrom: [{secretRef: {name: s}}]", "unsure"),
            ("image: ghcr.io/open-webui/open-webui", "on"),
            (
                "image: ghcr.io/open-webui/open-webui\nenv: [{name: WEBUI_AUTH, value: 'False'}]",
                "off",
            ),
            ("image: jupyter/base-notebook", "on"),
            (
                "image: jupyter/base-notebook\nargs: [start-notebook.py, '--NotebookApp.token=']",
                "off",
            ),
            (
                "image: jupyter/base-notebook\nargs: [start-notebook.py, --NotebookApp.token=, --ServerApp.password=x]",
                "on",
            ),
        ] {
            let engine = engine(fields).unwrap();
            let found = match engine.auth() {
                Auth::Absent => "absent",
                Auth::Off(_) => "off",
                Auth::On(_) => "on",
                Auth::Unsure(_) => "unsure",
            };
            assert_eq!(found, expected, "{fields}");
        }
    }

    #[test]
    fn litellms_key_counts_in_general_settings_alone() {
        let config = |section: &str, key: &str| {
            app(&format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  config.yaml: |\n    \
                 {section}:\n      master_key: {key}\n---\napiVersion: apps/v1\nkind: Deployment\n\
                 metadata: {{name: d}}\nspec: {{template: {{spec: {{containers: [{{name: x, image: \
                 berriai/litellm, args: [--config, /etc/litellm/config.yaml], volumeMounts: [{{name: \
                 c, mountPath: /etc/litellm}}]}}], volumes: [{{name: c, configMap: {{name: c}}}}]}}}}}}"
            ))
        };
        let app = config("general_settings", "os.environ/KEY");
        let engine = app.first().1.engine.as_ref().unwrap();
        assert!(matches!(engine.auth(), Auth::On(Some(key)) if key.is_reference));
        let app = config("general_settings", "sk-1234");
        let engine = app.first().1.engine.as_ref().unwrap();
        assert_eq!(engine.text(Knob::ApiKey).unwrap().value, "sk-1234");
        assert!(!format!("{engine:?}").contains("sk-1234"));
        let app = config("litellm_settings", "sk-1234");
        assert!(matches!(app.first().1.engine.as_ref().unwrap().auth(), Auth::Off(None)));
    }

    #[test]
    fn a_script_that_cannot_be_followed_leaves_values_open() {
        let app = deployment(
            "containers:\n- name: main\n  image: vllm/vllm-openai\n  env: [{name: TWO, value: '2'}]\n  \
             command: [bash, -c, 'vllm serve $MODEL -tp ${TWO} --port ${PORT:-80} -pp $(nproc)']",
        );
        let container = app.first().1;
        let engine = container.engine.as_ref().unwrap();
        assert!(container.line.is_partial);
        assert_eq!(engine.number(Knob::TensorParallel).unwrap().value, 2);
        assert!(engine.setting(Knob::Model).unwrap().value.is_none());
        assert_eq!(engine.port(), None);
    }
}
