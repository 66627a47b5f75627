//! Manifests in which anything can stand anywhere: reading never panics, and says what is wrong.

use std::fmt::Write as _;
use std::sync::Arc;

use plimsoll_app::{App, ProblemKind};
use plimsoll_yaml::{Document, Node, Origin, Provenance, Span, parse};

const EVERYTHING: &str = include_str!("manifests/everything.yaml");

#[derive(Debug)]
struct Nowhere;

impl Provenance for Nowhere {
    fn origin(&self, _: Span) -> Origin {
        Origin::unknown()
    }
}

fn documents(text: &str) -> Option<Vec<Arc<Document>>> {
    let whole: Arc<str> = text.into();
    let parsed = parse(text).ok()?;
    let documents = parsed.into_iter().map(|parsed| {
        Arc::new(Document {
            name: "everything.yaml".into(),
            text: Arc::clone(&whole),
            root: parsed.root,
            comments: parsed.comments,
            repeated: parsed.repeated,
            provenance: Arc::new(Nowhere),
        })
    });
    Some(documents.collect())
}

/// Reads the manifests and asks the model all its questions.
fn ask(text: &str) -> Option<App> {
    let app = App::new(documents(text)?);
    let mut seen = String::new();
    for exposure in app.exposures() {
        let _ = write!(seen, "{:?}", exposure.reach);
    }
    for (workload, container) in app.containers() {
        assert!(workload.rollout.surge.value >= 0 && workload.rollout.unavailable.value >= 0);
        let _ = write!(seen, "{} {}", workload.rollout.keeps_old_pod(), workload.pod.gpu_count());
        for (_, probe) in container.probes() {
            let _ = write!(seen, "{} {}", probe.kill_budget(), probe.earliest_kill());
        }
        for mount in &container.mounts {
            let landing = app.landing(workload, container, &mount.path.value);
            let _ = write!(seen, "{:?}", landing.map(|own| own.storage.is_persistent()));
        }
        let Some(engine) = &container.engine else { continue };
        let _ = write!(seen, "{:?} {:?}", engine.port(), engine.auth());
        for fact in engine.facts.directories {
            let _ = write!(seen, "{:?}", engine.directory(fact));
        }
        let _ = write!(seen, "{:?}", engine.model_directories());
    }
    for service in &app.services {
        let _ = write!(seen, "{:?}", service.variables());
    }
    for problem in &app.problems {
        assert!(app.node(&problem.at).is_some(), "{problem:?} stands nowhere");
        assert!(!problem.message.is_empty());
    }
    std::hint::black_box(seen);
    Some(app)
}

/// The documents of the fixture, each as a text of its own.
fn parts() -> Vec<&'static str> {
    EVERYTHING.split("\n---\n").collect()
}

fn spans(node: &Node, spans: &mut Vec<Span>) {
    spans.push(node.span);
    for entry in node.entries() {
        spans.push(entry.key_span);
        self::spans(&entry.value, spans);
    }
    for item in node.items() {
        self::spans(item, spans);
    }
}

#[test]
fn the_fixture_is_read_whole() {
    let app = ask(EVERYTHING).unwrap();
    assert!(app.problems.is_empty(), "{:#?}", app.problems);
    assert_eq!(app.objects.len(), parts().len());
    let unread: Vec<_> = app.unread.iter().map(|id| app.object(*id).title()).collect();
    assert_eq!(unread, ["ServiceAccount/sa"]);
    assert!(app.exposures().count() > 5);
}

#[test]
fn every_node_can_be_anything() {
    let replacements = [
        "",
        "null",
        "true",
        "-1",
        "1e400",
        "9223372036854775807",
        "text",
        "''",
        "[]",
        "[null, {}]",
        "{}",
        "{a: b}",
        "25%",
    ];
    let mut read = 0;
    for part in parts() {
        let mut places = Vec::new();
        for parsed in parse(part).unwrap() {
            spans(&parsed.root, &mut places);
        }
        for span in places {
            for replacement in replacements {
                let text = format!("{}{replacement}{}", &part[..span.start], &part[span.end..]);
                read += usize::from(ask(&text).is_some());
            }
        }
    }
    assert!(read > 3_000, "only {read} mutations were YAML");
}

#[test]
fn a_wrong_type_is_a_problem_where_it_stands() {
    for (from, to, path) in [
        ("replicas: 2\n", "replicas: two\n", "spec.replicas"),
        (
            "containerPort: 8000",
            "containerPort: http",
            "spec.template.spec.containers[0].ports[0].containerPort",
        ),
        (
            "memory: 16Gi",
            "memory: 16gb",
            "spec.template.spec.containers[0].resources.requests.memory",
        ),
        ("maxSurge: 25%", "maxSurge: much", "spec.strategy.rollingUpdate.maxSurge"),
        ("tolerations: [", "tolerations: [5, ", "spec.template.spec.tolerations[0]"),
        ("value: a/b}", "value: 5}", "spec.template.spec.containers[0].env[0].value"),
    ] {
        let text = parts()[0].replace(from, to);
        let app = ask(&text).unwrap();
        assert_ne!(text, parts()[0], "{from} stands in the fixture");
        let [problem] = &app.problems[..] else { panic!("{to}: {:#?}", app.problems) };
        assert_eq!(problem.at.path.to_string(), path);
        assert!(matches!(problem.kind, ProblemKind::WrongType | ProblemKind::WrongValue));
    }
}

#[test]
fn any_bytes_may_be_flipped() {
    // A linear congruential generator: the same mutations on every run.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let alphabet = b" \n:-[]{},'\"#&*!|>%@`0a\t~?";
    let mut read = 0;
    for part in parts() {
        for _ in 0..200 {
            let mut bytes = part.as_bytes().to_vec();
            for _ in 0..=next(4) {
                let at = next(bytes.len());
                match next(3) {
                    0 => bytes[at] = alphabet[next(alphabet.len())],
                    1 => drop(bytes.remove(at)),
                    _ => bytes.insert(at, alphabet[next(alphabet.len())]),
                }
            }
            if let Ok(text) = String::from_utf8(bytes) {
                read += usize::from(ask(&text).is_some());
            }
        }
    }
    assert!(read > 500, "only {read} mutations were YAML");
}
