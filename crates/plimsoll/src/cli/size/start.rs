//! The engine's own flags for a setting.

use plimsoll_size::{Bytes, Engine, KvType, Setting};

/// Returns what the engine is started with, or what stands in its environment; nothing for
/// training, which has a script of its own.
///
/// Source: vllm-project/vllm vllm/engine/arg_utils.py; llama.cpp tools/server/README.md; ollama
/// envconfig/config.go; huggingface/text-embeddings-inference README.md (2026).
pub(super) fn flags(setting: &Setting) -> Vec<String> {
    match setting.engine {
        Engine::Vllm => vllm(setting),
        Engine::LlamaCpp => llama(setting),
        Engine::Ollama | Engine::OllamaRunner => ollama(setting),
        Engine::Tei => vec![format!("--max-batch-tokens {}", setting.batch_tokens())],
        _ => Vec::new(),
    }
}

fn vllm(setting: &Setting) -> Vec<String> {
    let mut flags = vec![format!("--max-model-len {}", setting.context)];
    let stages = setting.gpus / setting.tensor_parallel.max(1);
    let mut add = |is_set: bool, flag: String| {
        if is_set {
            flags.push(flag);
        }
    };
    add(setting.tensor_parallel > 1, format!("--tensor-parallel-size {}", setting.tensor_parallel));
    if setting.has_expert_parallel {
        add(true, "--enable-expert-parallel".to_owned());
        add(stages > 1, format!("--data-parallel-size {stages}"));
    } else {
        add(stages > 1, format!("--pipeline-parallel-size {stages}"));
    }
    add(setting.key != KvType::F16, format!("--kv-cache-dtype {}", setting.key.name));
    let sequences = setting.max_sequences;
    add(sequences.is_some(), format!("--max-num-seqs {}", setting.max_sequences()));
    let tokens = setting.batch_tokens;
    add(tokens.is_some(), format!("--max-num-batched-tokens {}", setting.batch_tokens()));
    let is_usual = (setting.utilization - 0.92).abs() < 1e-9;
    add(!is_usual, format!("--gpu-memory-utilization {}", setting.utilization));
    add(!setting.compiles, "--enforce-eager".to_owned());
    flags
}

fn llama(setting: &Setting) -> Vec<String> {
    let total = setting.context.saturating_mul(setting.parallel);
    let mut flags = vec![format!("-c {total}"), format!("-np {}", setting.parallel)];
    let mut add = |is_set: bool, flag: String| {
        if is_set {
            flags.push(flag);
        }
    };
    match (setting.gpu, setting.gpu_layers) {
        (None, _) => add(true, "-ngl 0".to_owned()),
        (Some(_), Some(layers)) => add(true, format!("-ngl {layers}")),
        (Some(_), None) => add(true, "-ngl 999".to_owned()),
    }
    add(setting.key != KvType::F16, format!("-ctk {}", setting.key.name));
    add(setting.value != KvType::F16, format!("-ctv {}", setting.value.name));
    add(setting.cpu_experts > 0, format!("--n-cpu-moe {}", setting.cpu_experts));
    add(setting.micro_batch != 512, format!("-ub {}", setting.micro_batch));
    add(setting.splits_rows, "-sm row".to_owned());
    add(setting.is_unified, "--kv-unified".to_owned());
    add(setting.keeps_all, "--swa-full".to_owned());
    add(!setting.has_flash, "-fa off".to_owned());
    add(
        setting.cache_ram != Bytes::mib(8192),
        format!("--cache-ram {}", setting.cache_ram.ceil_mib()),
    );
    flags
}

fn ollama(setting: &Setting) -> Vec<String> {
    let mut flags = vec![
        format!("OLLAMA_CONTEXT_LENGTH={}", setting.context),
        format!("OLLAMA_NUM_PARALLEL={}", setting.parallel),
    ];
    if setting.key != KvType::F16 {
        flags.push("OLLAMA_FLASH_ATTENTION=1".to_owned());
        flags.push(format!("OLLAMA_KV_CACHE_TYPE={}", setting.key.name));
    }
    flags
}

#[cfg(test)]
mod tests {
    use plimsoll_size::Gpu;

    use super::*;

    #[test]
    fn engines_are_told_in_their_own_words() {
        let gpu = Some(Gpu::named("H100 SXM").unwrap());
        let of = |setting: Setting| flags(&setting).join(" ");
        let vllm = Setting {
            gpu,
            gpus: 4,
            tensor_parallel: 2,
            key: KvType::FP8,
            max_sequences: Some(64),
            ..Setting::new(Engine::Vllm, 8192)
        };
        assert_eq!(
            of(vllm),
            "--max-model-len 8192 --tensor-parallel-size 2 --pipeline-parallel-size 2 \
             --kv-cache-dtype fp8 --max-num-seqs 64"
        );
        let llama = Setting { gpu, parallel: 4, ..Setting::new(Engine::LlamaCpp, 8192) };
        assert_eq!(of(llama), "-c 32768 -np 4 -ngl 999");
        let ollama = Setting { key: KvType::Q8_0, ..Setting::new(Engine::Ollama, 4096) };
        assert!(of(ollama).ends_with("OLLAMA_FLASH_ATTENTION=1 OLLAMA_KV_CACHE_TYPE=q8_0"));
    }
}
