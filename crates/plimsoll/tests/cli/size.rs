//! `plimsoll size` on names and files.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use plimsoll_size::{Recipe, catalogue};

use crate::scratch::Scratch;

/// Writes a file with the header of a known model and no data behind it.
fn sparse(path: &Path, title: &str, quant: &str) -> u64 {
    let known = catalogue().iter().find(|known| known.title == title).unwrap();
    let (header, length) = known.gguf_header(Recipe::named(quant).unwrap()).unwrap();
    let mut file = File::create(path).unwrap();
    file.write_all(&header).unwrap();
    file.set_len(length).unwrap();
    length
}

#[test]
fn a_name_is_answered_from_the_catalogue() {
    let run =
        Scratch::new().run(&["size", "llama3.1:8b-instruct-q4_K_M", "--gpu", "L4", "--explain"]);
    run.exits(0).says(&[
        "Q4_K_M, 4.58 GiB of weights",
        "ollama on 1 × L4",
        "fits",
        "█",
        "kv-llama",
        "exact",
        "recipe ± 4 %",
        "1073741824 B",
        "volume          11Gi",
        "pin the context",
        "start it with   OLLAMA_CONTEXT_LENGTH=8192 OLLAMA_NUM_PARALLEL=1",
        "failureThreshold 30 × periodSeconds 10",
    ]);
}

#[test]
fn a_file_is_exact_and_costs_only_its_header() {
    let scratch = Scratch::new();
    let length = sparse(&scratch.path("big.gguf"), "DeepSeek V3", "Q4_K_M");
    assert!(length > 400_000_000_000, "{length}");
    let start = Instant::now();
    let run = scratch.run(&["size", "big.gguf", "--gpu", "H200-SXM", "--gpus", "8", "-o", "json"]);
    // The documentation gives the time of a release build on a machine that is not busy.
    assert!(start.elapsed() < Duration::from_secs(10));
    let report = run.exits(0).json();
    let model = &report["models"][0];
    assert_eq!(model["model"]["confidence"], "exact");
    assert_eq!(model["model"]["disk_bytes"], length);
    assert_eq!(model["setting"]["engine"], "llama.cpp");
    assert_eq!(model["estimate"]["fits"], true);
    // 61 layers × 576 elements × 2 bytes × 8192 tokens, an eighth of the layers and one more.
    let terms = model["estimate"]["terms"].as_array().unwrap();
    let cache = terms.iter().find(|term| term["name"] == "cache of keys and values").unwrap();
    assert_eq!(cache["bytes"], 8 * 576 * 2 * 8192);
}

#[test]
fn broken_files_say_what_is_wrong() {
    let scratch = Scratch::new();
    sparse(&scratch.path("whole.gguf"), "Qwen3 0.6B", "Q8_0");
    let file = File::options().write(true).open(scratch.path("whole.gguf")).unwrap();
    file.set_len(1 << 20).unwrap();
    scratch.write(
        "pointer.gguf",
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 99\n",
    );
    scratch.write("page.gguf", "<!DOCTYPE html><html>Sign in</html>");
    scratch.write("cut.gguf", b"GGUF\x03\0\0\0\x01");
    scratch.write("empty/readme.txt", "nothing");
    scratch.write("odd/config.json", r#"{"model_type":"frob"}"#);
    scratch.write("odd/model.safetensors", "");
    for (path, words) in [
        ("whole.gguf", "cut short"),
        ("pointer.gguf", "git-lfs pointer for a file of 99 bytes"),
        ("page.gguf", "web page"),
        ("cut.gguf", "ends inside its header"),
        ("empty", "neither GGUF nor safetensors"),
        ("odd", "architecture frob"),
        ("none.gguf", "no such file"),
        ("-", "empty"),
    ] {
        let run = scratch.run(&["size", path]);
        run.exits(3).complains(&["Error: ", words]);
        assert_eq!(run.stdout, "", "{path}");
    }
}

#[test]
fn shards_and_stores_are_found() {
    let scratch = Scratch::new();
    sparse(&scratch.path("m.gguf"), "Qwen3 0.6B", "Q8_0");
    let length = std::fs::metadata(scratch.path("m.gguf")).unwrap().len();
    let hash = "0123456789abcdef".repeat(4);
    scratch.write(
        "store/manifests/registry.ollama.ai/library/tiny/latest",
        format!(
            r#"{{"schemaVersion":2,"config":{{"digest":"sha256:{hash}","size":1}},"layers":[{{
            "mediaType":"application/vnd.ollama.image.model","digest":"sha256:{hash}","size":{length}}}]}}"#
        ),
    );
    scratch.write("store/blobs/none", "");
    std::fs::rename(scratch.path("m.gguf"), scratch.path(&format!("store/blobs/sha256-{hash}")))
        .unwrap();
    let run = scratch.run(&["size", "store", "--model", "tiny", "-o", "json"]);
    assert_eq!(run.exits(0).json()["models"][0]["model"]["confidence"], "exact");
    // The store that the environment names is asked before the catalogue.
    let run = scratch.run_with(&["size", "tiny", "-o", "json"], &[("OLLAMA_MODELS", "store")]);
    assert_eq!(run.exits(0).json()["models"][0]["model"]["name"], "tiny:latest");
}

#[test]
fn a_configuration_alone_is_enough() {
    let scratch = Scratch::new();
    scratch.write(
        "new/config.json",
        r#"{"model_type":"qwen3","num_hidden_layers":36,"hidden_size":4096,"num_attention_heads":32,
        "num_key_value_heads":8,"head_dim":128,"intermediate_size":12288,"vocab_size":151936,
        "tie_word_embeddings":false,"max_position_embeddings":40960}"#,
    );
    scratch.run(&["size", "new"]).exits(0).says(&["vllm", "BF16, 15.3 GiB"]);
    let run = scratch.run(&["size", "new/config.json", "--quant", "q4_k_m"]);
    run.exits(0).says(&["ollama", "Q4_K_M, 4.68 GiB"]);
}

#[test]
fn the_largest_setting_is_found() {
    let scratch = Scratch::new();
    let of = |args: &[&str]| {
        scratch.run(&[&["size", "llama3.1:8b", "--gpu", "T4", "-o", "json"], args].concat())
    };
    let found = of(&["--max-ctx"]).exits(0).json();
    let context = found["models"][0]["max_context"].as_u64().unwrap();
    assert!((60_000..100_000).contains(&context), "{context}");
    of(&["--ctx", &context.to_string()]).exits(0);
    of(&["--ctx", &(context + 256).to_string()]).exits(1);
    let found = of(&["--max-parallel"]).exits(0).json();
    assert!(found["models"][0]["max_parallel"].as_u64().unwrap() > 4);
}

#[test]
fn machines_read_the_same_in_two_ways() {
    let scratch = Scratch::new();
    let json = scratch.run(&["size", "gpt-oss:20b", "-o", "json"]).exits(0).json();
    let yaml = scratch.run(&["size", "gpt-oss:20b", "-o", "yaml"]);
    let parsed = plimsoll_yaml::parse_one(&yaml.exits(0).stdout).unwrap();
    let model = parsed.root.dig(&["models", "0"]).or_else(|| parsed.root.dig(&["models"]));
    assert!(model.is_some());
    assert!(
        yaml.stdout.contains(&format!("gpu_bytes: {}", json["models"][0]["estimate"]["gpu_bytes"]))
    );
    let table = scratch.run(&["size", "gpt-oss:20b", "--gpu-table", "-o", "json"]).exits(0).json();
    let rows = table["gpus"].as_array().unwrap();
    assert!(rows.len() >= 75);
    assert_eq!(rows[0]["gpus"], 1);
}

#[test]
fn values_for_ollama_fit_the_chart_that_ships() {
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../charts/ai/ollama");
    let scratch = Scratch::new();
    for args in [
        vec!["llama3.1:8b-instruct-q4_K_M", "--gpu", "L4", "--kv-type", "q8_0", "--parallel", "2"],
        vec!["qwen3:30b", "--gpu", "MI300X"],
        vec!["llama3.2:3b", "--gpu", "none", "--cache-ram", "1024"],
    ] {
        let run = scratch.run(&[&["size", "-o", "values"], args.as_slice()].concat());
        scratch.write("values.yaml", &run.exits(0).stdout);
        let chart = chart.to_str().unwrap();
        let render = scratch.run(&["render", chart, "--siblings", "-f", "values.yaml"]);
        // The schema of the chart refuses keys that it does not know.
        render.exits(0).says(&[&format!("name: {}", "OLLAMA_CONTEXT_LENGTH"), "\"8192\""]);
    }
    let run = scratch.run(&["size", "hf://Qwen/Qwen3-8B", "--gpu", "L40S", "-o", "values"]);
    run.exits(0).says(&["nvidia.com/gpu: 1", "/dev/shm", "startupProbe:", "path: /v1/models"]);
    run.says(&["# Start it with: --max-model-len 8192"]);
    plimsoll_yaml::parse_one(&run.stdout).unwrap();
}

#[test]
fn an_answer_says_what_to_do_next() {
    let scratch = Scratch::new();
    let large = ["size", "qwen3:30b", "--ctx", "131072", "--gpu", "RTX4090"];
    scratch.run(&large).exits(1).says(&["it would fit with one of", "--cpu-moe 19", "--gpus 2"]);
    // What it names does.
    let run = scratch.run(&[&large[..], &["--cpu-moe", "19"]].concat());
    run.exits(0).says(&["room for", "one sequence of"]);
    let run = scratch.run(&["size", "llama3.1:8b", "--network", "1Gbit/s", "--storage", "500MB/s"]);
    run.exits(0).says(&["s to fetch 4.58 GiB at 125 MB/s", "10 s to read from storage"]);
    scratch.run(&["size", "hf://BAAI/bge-m3", "--gpu", "L4"]).exits(0).says(&[
        "texts of up to",
        "--max-batch-tokens 16384",
        "--output values for Helm values",
    ]);
    let run = scratch.run(&["size", "gpt-oss:120b", "--gpu", "Strix Halo", "--gpu-memory", "96"]);
    run.exits(0).says(&["shares the node's memory"]);
    for (reference, words) in [
        ("hf://openai/whisper-large-v3", "a model of speech"),
        ("gpt-4o", "served by its makers only"),
        ("nothing-of-the-sort:7b", "ask its registry with --online"),
    ] {
        scratch.run(&["size", reference]).exits(2).complains(&[words]);
    }
}

/// The catalogue of devices and the table of resource names are two: one knows no Kubernetes, the
/// other no devices. What both say must be the same.
#[test]
fn gpus_ask_for_resources_that_are_advertised() {
    use plimsoll_app::gpu::{NameVerdict, Unit, Vendor, name_verdict, pci_vendor};
    for gpu in plimsoll_size::GPUS {
        let verdict = name_verdict(gpu.resource);
        let Some(NameVerdict::Advertised(fact)) = verdict else {
            panic!("{}: {} is advertised by nobody", gpu.name, gpu.resource)
        };
        let vendor = match gpu.vendor {
            plimsoll_size::Vendor::Nvidia => Vendor::Nvidia,
            plimsoll_size::Vendor::Amd => Vendor::Amd,
            plimsoll_size::Vendor::Intel => Vendor::Intel,
        };
        assert_eq!((fact.vendor, fact.unit), (vendor, Unit::Card), "{}", gpu.name);
        assert_eq!(pci_vendor(gpu.vendor.pci()), Some(vendor), "{}", gpu.name);
    }
}

#[test]
fn what_does_not_fit_is_told_what_would() {
    let scratch = Scratch::new();
    let several = ["size", "mistral-small", "--gpu", "L4", "--ctx", "32k", "--parallel", "4"];
    let run = scratch.run(&[&several[..], &["-o", "json"]].concat());
    let report = run.exits(1).json();
    let ways = report["models"][0]["ways"].as_array().unwrap();
    assert!((3..=5).contains(&ways.len()), "{ways:?}");
    // Each way does what it says.
    for way in ways {
        let flags: Vec<&str> = way["flags"].as_str().unwrap().split(' ').collect();
        let rest = several.iter().enumerate().filter(|(at, word)| {
            let name = if word.starts_with("--") { *word } else { several[at.saturating_sub(1)] };
            *at < 2 || !flags.contains(&name)
        });
        let rest: Vec<&str> = rest.map(|(_, word)| *word).collect();
        scratch.run(&[rest, flags].concat()).exits(0).says(&["fits"]);
    }
    // Where no common GPU holds it, the answer is an answer all the same.
    let run = scratch.run(&["size", "kimi-k2:1t", "--quant", "F16"]);
    run.exits(1).says(&["8 × B200", "does not fit", "--quant Q8_0"]);
    let run = scratch.run(&["size", "llama3.1:8b", "--engine", "training", "--gpu", "L4"]);
    run.exits(1).says(&["--train qlora"]);
    // A processor is as fast as its memory.
    let run = scratch.run(&["size", "llama3.1:8b", "--gpu", "none"]);
    run.exits(0).says(&["each token reads", "50 GB/s"]);
}

#[test]
fn wrong_flags_and_names_are_told_apart_from_files() {
    let scratch = Scratch::new();
    scratch.write("lfs/model.safetensors", "version https://git-lfs.github.com/spec/v1\nsize 9\n");
    scratch.write(
        "lfs/config.json",
        r#"{"model_type":"llama","num_hidden_layers":2,"hidden_size":64,"num_attention_heads":4,
        "intermediate_size":128,"vocab_size":100}"#,
    );
    scratch.write("two/a.gguf", "GGUF");
    scratch.write("two/model.safetensors", "");
    scratch.write("two/pytorch_model.bin", "PK");
    scratch.write("list.txt", "a b\n");
    for (code, args, words) in [
        (3, &["lfs"][..], "lfs: model.safetensors: it is a git-lfs pointer"),
        (3, &["two"], "two holds several models: a.gguf, safetensors; name one with --model"),
        (3, &["two", "--model", "b"], "b: no such model in two; it has a.gguf, safetensors"),
        (3, &["two/a.gguf"], "two: a.gguf: "),
        (3, &["listing:list.txt"], "list.txt: line 1 is not a size"),
        (2, &["two/a.gguf", "--quant", "Q4_0"], "leave it out"),
        (2, &["llama3.1:8b", "--ctx", "-5"], "it is no count"),
        (2, &["llama3.1:8b", "--ctx", "0"], "make sense"),
        (2, &["llama3.1:8b", "--ctx", "99999999999999999999"], "it is no count"),
        (2, &["llama3.1:8b", "--gpu", "H1000"], "but H100 SXM"),
        (2, &["llama3.1:8b", "--gpu", ""], "no GPU \"\""),
        (2, &["llama3.1:8b", "--gpu-memory", "8"], "name it, too"),
        (2, &["llama3.1:8b", "--cpu-moe", "5", "--gpu", "L4"], "has no experts"),
        (2, &["llama3.1:8b", "--engine", "tei"], "TEI serves models that make vectors"),
        (2, &["llama3.1:8b", "--quant", "Q9"], "Q4_K_M"),
        (2, &["llama3.1:8b", "--engine", "vllm", "--utilization", "nan"], "--utilization"),
        (2, &["lama3.1:8b"], "it has llama3.1:405b"),
        (2, &["Qwen/Qwen3-8B"], "write hf://Qwen/Qwen3-8B"),
        (2, &["someone/Model"], "ask the Hub with hf://someone/Model --online"),
        (2, &["hf://deepseek-ai/DeepSeek-V4-Flash"], "size it for llama.cpp with --quant Q4_K_M"),
        (2, &["hf://Qwen/Qwen3-8B", "--gpu", "none"], "vLLM needs a GPU: leave --gpu out"),
    ] {
        let run = scratch.run(&[&["size"], args].concat());
        run.exits(code).complains(&[words]);
        assert_eq!(run.stdout, "", "{args:?}");
    }
}
