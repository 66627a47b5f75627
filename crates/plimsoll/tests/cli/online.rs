//! `plimsoll size --online`. No registry on the network is reached: servers of our own answer as the
//! Hub, Ollama's registry and others do by their documentation.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use plimsoll_size::{Known, Recipe, catalogue};

use crate::scratch::{Run, Scratch};
use crate::server::{Asked, Reply, Server};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const SECRET: &str = "hf_do_not_show_me";

fn known(title: &str) -> &'static Known {
    catalogue().iter().find(|known| known.title == title).unwrap()
}

/// The header and the length of a GGUF file.
fn gguf(title: &str, quant: &str) -> (Vec<u8>, usize) {
    let (header, length) = known(title).gguf_header(Recipe::named(quant).unwrap()).unwrap();
    (header, usize::try_from(length).unwrap())
}

/// A shard of safetensors with one tensor of BF16 of so many elements.
fn shard(name: &str, elements: usize) -> (Vec<u8>, usize) {
    let json = format!(
        r#"{{"{name}":{{"dtype":"BF16","shape":[{elements}],"data_offsets":[0,{}]}}}}"#,
        2 * elements
    );
    let mut header = (json.len() as u64).to_le_bytes().to_vec();
    header.extend(json.as_bytes());
    let length = header.len() + 2 * elements;
    (header, length)
}

const CONFIG: &str = r#"{"model_type":"llama","num_hidden_layers":1,"hidden_size":64,
    "num_attention_heads":1,"intermediate_size":64,"vocab_size":1000}"#;

const INDEX: &str = r#"{"metadata":{"total_size":2000000},"weight_map":{
    "model.embed_tokens.weight":"model-00001-of-00002.safetensors",
    "model.layers.0.mlp.up_proj.weight":"model-00002-of-00002.safetensors"}}"#;

/// A file by its path: its start and its length.
type Files = Vec<(&'static str, Vec<u8>, usize)>;

fn checkout() -> Files {
    let (one, one_length) = shard("model.embed_tokens.weight", 400_000);
    let (two, two_length) = shard("model.layers.0.mlp.up_proj.weight", 600_000);
    vec![
        ("config.json", CONFIG.into(), CONFIG.len()),
        ("model.safetensors.index.json", INDEX.into(), INDEX.len()),
        ("model-00001-of-00002.safetensors", one, one_length),
        ("model-00002-of-00002.safetensors", two, two_length),
        ("original/consolidated.00.pth", Vec::new(), 2_000_000),
    ]
}

/// Answers as the Hub does for one repository; where files lie, `store` answers.
fn hub(files: Files, store: Option<String>) -> Server {
    Server::new(move |asked| {
        if asked.path == "/api/models/org/repo/revision/main?blobs=true" {
            let siblings: Vec<String> = files
                .iter()
                .map(|(path, _, length)| format!(r#"{{"rfilename":"{path}","size":{length}}}"#))
                .collect();
            let list = format!(r#"{{"sha":"{COMMIT}","siblings":[{}]}}"#, siblings.join(","));
            return Reply::new(200, list);
        }
        let start = format!("/org/repo/resolve/{COMMIT}/");
        match (asked.path.strip_prefix(&start), &store) {
            (Some(path), Some(store)) => Reply::new(302, "")
                .with("location", format!("{store}/blob/{path}?X-Amz-Signature=do_not_show_me")),
            (Some(path), None) => file(&files, path, asked),
            (None, _) => Reply::new(404, ""),
        }
    })
}

fn file(files: &Files, path: &str, asked: &Asked) -> Reply {
    match files.iter().find(|(own, ..)| *own == path) {
        Some((_, start, length)) => Reply::part(asked, start, *length),
        None => Reply::new(404, ""),
    }
}

/// A store elsewhere, to which the Hub leads.
fn store(files: Files) -> Server {
    Server::new(move |asked| {
        let path = asked.path.strip_prefix("/blob/").and_then(|path| path.split('?').next());
        path.map_or_else(|| Reply::new(404, ""), |path| file(&files, path, asked))
    })
}

fn size(scratch: &Scratch, reference: &str, args: &[&str], env: &[(&str, &str)]) -> Run {
    let mut all = vec!["size", reference, "--gpu", "L4", "-o", "json", "--timeout", "5"];
    all.extend(args);
    scratch.run_with(&all, env)
}

fn home(scratch: &Scratch) -> String {
    scratch.path("home").to_str().unwrap().to_owned()
}

#[test]
fn a_server_that_answers_like_the_hub_is_asked_for_headers_only() {
    let scratch = Scratch::new();
    let home = home(&scratch);
    let store = store(checkout());
    // Another name for the same machine, so that it is another place.
    let elsewhere = store.url().replace("127.0.0.1", "localhost");
    let hub = hub(checkout(), Some(elsewhere));
    let env = [("HF_ENDPOINT", hub.url()), ("HF_TOKEN", SECRET.to_owned()), ("HOME", home)];
    let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let run = size(&scratch, "hf://org/repo", &["--online"], &env);
    let report = run.exits(0).json();
    let model = &report["models"][0]["model"];
    assert_eq!(model["weights_bytes"], 2_000_000);
    assert_eq!(model["confidence"], "exact");
    assert!(model["source"].as_str().unwrap().contains(COMMIT), "{model}");
    assert!(model["notes"].to_string().contains("original"), "{model}");
    assert!(!run.stdout.contains("do_not_show_me") && !run.stderr.contains("do_not_show_me"));
    // The token goes to the Hub, and not to where it leads.
    let bearer = format!("Bearer {SECRET}");
    assert!(hub.asked().iter().all(|asked| asked.header("authorization") == Some(&bearer)));
    let asked = store.asked();
    assert_eq!(asked.len(), 4);
    assert!(asked.iter().all(|asked| asked.header("authorization").is_none()));
    // A piece of each file, and nothing of the copy that is not loaded.
    assert!(asked.iter().all(|asked| asked.range().is_some_and(|(_, last)| last < 64 << 10)));
    assert!(store.sent() < 140_000, "{}", store.sent());
    // Once more: only what may have changed is asked for.
    let before = store.asked().len();
    size(&scratch, "hf://org/repo", &["--online"], &env).exits(0);
    assert_eq!(store.asked().len(), before);
    assert_eq!(hub.asked().len(), 6);
    // And without what was kept.
    size(&scratch, "hf://org/repo", &["--online", "--no-cache"], &env).exits(0);
    assert_eq!(store.asked().len(), 2 * before);
}

#[test]
fn a_server_that_answers_like_the_hub_has_several_gguf_files() {
    let (header, length) = gguf("Qwen3 0.6B", "Q8_0");
    let files = vec![
        ("m-Q8_0.gguf", header.clone(), length),
        ("m-Q4_K_M.gguf", header, length),
        ("README.md", Vec::new(), 10),
    ];
    let hub = hub(files, None);
    let scratch = Scratch::new();
    let url = hub.url();
    let args = ["--online", "--hub", &url, "--no-cache"];
    let run = size(&scratch, "hf://org/repo", &args, &[]);
    run.exits(3).complains(&["holds several models", "m-Q4_K_M.gguf", "name one"]);
    let report = size(&scratch, "hf://org/repo/m-Q8_0.gguf", &args, &[]).exits(0).json();
    let model = &report["models"][0]["model"];
    assert_eq!((&model["format"], &model["confidence"]), (&"Q8_0".into(), &"exact".into()));
    assert_eq!(model["disk_bytes"], length as u64);
    let run = size(&scratch, "hf://org/repo/none.gguf", &args, &[]);
    run.exits(3).complains(&["none.gguf", "no such file"]);
}

#[test]
fn a_server_that_answers_like_the_hub_refuses() {
    let status = Arc::new(AtomicUsize::new(401));
    let hub = {
        let status = Arc::clone(&status);
        Server::new(move |_| {
            Reply::new(u16::try_from(status.load(Ordering::SeqCst)).unwrap(), "{}")
        })
    };
    let scratch = Scratch::new();
    let url = hub.url();
    let args = ["--online", "--hub", &url, "--no-cache"];
    let token = [("HF_TOKEN", SECRET)];
    for (answer, env, words) in [
        (401, &[][..], "HF_TOKEN"),
        (403, &token[..], "accept its terms"),
        (404, &[][..], "no such repository"),
        (500, &[][..], "answers 500"),
        (200, &[][..], "names no commit"),
    ] {
        status.store(answer, Ordering::SeqCst);
        let run = size(&scratch, "hf://org/repo", &args, env);
        run.exits(3).complains(&[words]);
        assert!(!run.stderr.contains(SECRET));
    }
}

/// A manifest of these layers, with the digest of its own text.
fn manifest(media: &str, layers: &[(&str, usize)]) -> (String, String) {
    let layers: Vec<String> = layers
        .iter()
        .map(|(digest, size)| {
            format!(r#"{{"mediaType":"{media}","digest":"sha256:{digest}","size":{size}}}"#)
        })
        .collect();
    let text = format!(
        r#"{{"schemaVersion":2,"config":{{"mediaType":"application/vnd.docker.container.image.v1+json",
        "digest":"sha256:{}","size":2}},"layers":[{}]}}"#,
        "0".repeat(64),
        layers.join(",")
    );
    (digest(text.as_bytes()), text)
}

fn digest(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    let hex: Vec<String> =
        sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{}", hex.concat())
}

#[test]
fn a_server_that_answers_like_the_registry_of_ollama_gives_manifest_and_header() {
    let (header, length) = gguf("Qwen3 0.6B", "Q8_0");
    let hash = "a".repeat(64);
    let (_, text) = manifest("application/vnd.ollama.image.model", &[(&hash, length)]);
    let blob = format!("/v2/library/tiny/blobs/sha256:{hash}");
    let registry = Server::new(move |asked| match asked.path.as_str() {
        "/v2/library/tiny/manifests/1b" => Reply::new(200, text.clone()),
        path if path == blob => Reply::part(asked, &header, length),
        _ => Reply::new(404, ""),
    });
    let scratch = Scratch::new();
    let url = registry.url();
    let env = [("OLLAMA_REGISTRY", url.as_str())];
    let report = size(&scratch, "tiny:1b", &["--online", "--no-cache"], &env).exits(0).json();
    let model = &report["models"][0];
    assert_eq!(model["model"]["confidence"], "exact");
    assert_eq!(model["model"]["disk_bytes"], length as u64 + 2);
    assert_eq!(model["setting"]["engine"], "ollama");
    assert_eq!(registry.asked().len(), 2);
    let run = size(&scratch, "tiny:2b", &["--online"], &env);
    run.exits(3).complains(&["no such model or tag"]);
}

#[test]
fn a_registry_sends_for_a_token_and_manifests_are_held_to_their_digests() {
    let (header, length) = gguf("Qwen3 0.6B", "Q8_0");
    let hash = "b".repeat(64);
    let (good, text) = manifest("application/vnd.docker.ai.gguf.v3", &[(&hash, length)]);
    let index = format!(
        r#"{{"manifests":[{{"digest":"{good}","platform":{{"os":"linux","architecture":"amd64"}}}},
        {{"digest":"{good}","platform":{{"os":"linux","architecture":"arm64"}}}}]}}"#
    );
    let registry = Server::new(move |asked| {
        if let Some(query) = asked.path.strip_prefix("/token?") {
            assert!(query.contains("scope=repository%3Aai%2Ftiny%3Apull"), "{query}");
            assert!(query.contains("service=here") && asked.header("authorization").is_none());
            return Reply::new(200, r#"{"token":"opaque"}"#);
        }
        if asked.header("authorization") != Some("Bearer opaque") {
            let host = asked.header("host").unwrap();
            let challenge = format!(
                r#"Bearer realm="http://{host}/token",service="here",scope="repository:ai/tiny:pull""#
            );
            return Reply::new(401, "").with("www-authenticate", challenge);
        }
        let path = asked.path.strip_prefix("/v2/ai/tiny/").unwrap_or_default();
        match path {
            "manifests/8b" => Reply::new(200, text.clone()),
            "manifests/many" => Reply::new(200, index.clone()),
            // The right text under a digest that is not its own.
            _ if path.starts_with("manifests/sha256:0") => Reply::new(200, text.clone()),
            _ if path.starts_with("manifests/sha256:") => {
                Reply::new(200, text.clone()).with("docker-content-digest", good.clone())
            }
            "manifests/forged" => {
                let other = format!("sha256:{}", "0".repeat(64));
                Reply::new(200, text.clone()).with("docker-content-digest", other)
            }
            _ if path == format!("blobs/sha256:{hash}") => Reply::part(asked, &header, length),
            _ => Reply::new(404, ""),
        }
    });
    let scratch = Scratch::new();
    let reference = |version: &str| format!("oci://{}/ai/tiny{version}", registry.host);
    for version in [":8b", ":many"] {
        let run = size(&scratch, &reference(version), &["--online", "--no-cache"], &[]);
        let report = run.exits(0).json();
        assert_eq!(report["models"][0]["model"]["format"], "Q8_0", "{version}");
    }
    for version in [":forged".to_owned(), format!("@sha256:{}", "0".repeat(64))] {
        let run = size(&scratch, &reference(&version), &["--online", "--no-cache"], &[]);
        run.exits(3).complains(&["was promised"]);
    }
}

#[test]
fn servers_that_do_wrong_cost_little() {
    let (header, length) = gguf("Qwen3 0.6B", "Q8_0");
    let scratch = Scratch::new();
    let list =
        format!(r#"{{"sha":"{COMMIT}","siblings":[{{"rfilename":"m.gguf","size":{length}}}]}}"#);
    let run = |hub: &Server, args: &[&str]| {
        let url = hub.url();
        let all: Vec<&str> = ["--online", "--hub", &url, "--no-cache"]
            .into_iter()
            .chain(args.iter().copied())
            .collect();
        size(&scratch, "hf://org/repo", &all, &[])
    };
    let with = |answer: Reply| {
        let list = list.clone();
        Server::new(move |asked| {
            if asked.path.starts_with("/api") {
                Reply::new(200, list.clone())
            } else {
                answer.clone()
            }
        })
    };
    // It sends the whole file instead of the piece that was asked for; the start is enough.
    let whole = Reply { length: Some(length as u64), ..Reply::new(200, header.clone()) };
    let server = with(whole);
    run(&server, &[]).exits(0);
    assert!(server.sent() < 16 << 20, "{}", server.sent());
    // A list without end.
    let server = Server::new(|_| Reply { length: Some(1 << 40), ..Reply::new(200, "{") });
    run(&server, &[]).exits(3).complains(&["longer than"]);
    // Another piece than the one that was asked for, and less than was promised.
    let server = with(Reply::new(206, "x").with("content-range", "bytes 7-8/9"));
    run(&server, &[]).exits(3).complains(&["not the piece"]);
    let server = with(Reply::new(206, "GGUF").with("content-range", "bytes 0-4/9"));
    run(&server, &[]).exits(3).complains(&["4 of"]);
    // Round and round.
    let server = with(Reply::new(302, "").with("location", "/again"));
    run(&server, &[]).exits(3).complains(&["leads on more than 5 times"]);
    let server = with(Reply::new(302, "").with("location", "file:///etc/passwd"));
    run(&server, &[]).exits(3).complains(&["no address"]);
    // Silence.
    let slow = Reply { delay: Duration::from_secs(20), ..Reply::new(200, list.clone()) };
    let server = Server::new(move |_| slow.clone());
    let start = Instant::now();
    let run = scratch.run(&[
        "size",
        "hf://org/repo",
        "--online",
        "--hub",
        &server.url(),
        "--timeout",
        "1",
    ]);
    run.exits(3).complains(&["--timeout"]);
    assert!(start.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_proxy_of_the_environment_is_used() {
    let proxy = Server::new(|_| Reply::new(403, ""));
    let scratch = Scratch::new();
    let url = proxy.url();
    let env = [("HTTP_PROXY", url.as_str()), ("HTTPS_PROXY", url.as_str()), ("ALL_PROXY", &url)];
    size(&scratch, "hf://org/repo", &["--online", "--no-cache"], &env).exits(3);
    let asked = proxy.asked();
    assert!(asked.iter().any(|asked| asked.path.contains("huggingface.co")), "{asked:?}");
}

#[test]
fn a_token_is_not_sent_in_the_clear() {
    let scratch = Scratch::new();
    let env = [("HF_TOKEN", SECRET)];
    let args = ["--online", "--hub", "http://mirror.invalid", "--no-cache"];
    let run = size(&scratch, "hf://org/repo", &args, &env);
    run.exits(3).complains(&["over https only"]);
    let args = ["--online", "--hub", "https://user:do_not_show_me@mirror.invalid", "--no-cache"];
    let run = size(&scratch, "hf://org/repo", &args, &env);
    run.exits(3).complains(&["password"]);
    assert!(!run.stderr.contains("do_not_show_me"), "{}", run.stderr);
}

#[test]
fn nobody_is_asked_without_being_told_to() {
    let server = Server::new(|_| Reply::new(200, "{}"));
    let url = server.url();
    let env = [
        ("HF_ENDPOINT", url.as_str()),
        ("OLLAMA_REGISTRY", &url),
        ("HTTP_PROXY", &url),
        ("HTTPS_PROXY", &url),
        ("ALL_PROXY", &url),
    ];
    let scratch = Scratch::new();
    let oci = format!("oci://{}/ai/llama3.1:8b", server.host);
    for (reference, code) in [
        ("hf://org/repo", 2),
        ("hf://Qwen/Qwen3-8B", 0),
        ("nobody:1b", 2),
        ("llama3.1:8b", 0),
        (oci.as_str(), 0),
    ] {
        let run = scratch.run_with(&["size", reference], &env);
        run.exits(code);
        if code == 2 {
            run.complains(&["--online"]);
        }
    }
    assert!(server.asked().is_empty(), "{:?}", server.asked());
    let run = scratch.run(&["size", "./x.gguf", "--online"]);
    assert_eq!(run.code, 3);
}
