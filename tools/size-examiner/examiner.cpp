// Prints what llama.cpp would take for a model: bytes of weights, of the context and of the buffers
// to compute, without reading any weights. It is linked with llama.cpp's own estimate
// (common/fit.h), which prints the same rounded down to binary megabytes.
//
// Input: lines "path context parallel key value flash unified swa_full ubatch real" on standard input;
// where real is 1 the model is really loaded, its buffers are allocated, and tokens are computed.
// Output: one line "weights context compute", or "error ...", for each.

#include "fit.h"
#include "llama-ext.h"
#include "ggml.h"
#include "llama.h"

#include <cstdio>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

static ggml_type type_named(const std::string & name) {
    for (int type = 0; type < GGML_TYPE_COUNT; type++) {
        const char * known = ggml_type_name(static_cast<ggml_type>(type));
        if (known != nullptr && name == known) {
            return static_cast<ggml_type>(type);
        }
    }
    throw std::runtime_error("no type " + name);
}

struct found_bytes {
    size_t weights = 0;
    size_t memory = 0;
    size_t compute = 0;
};

static found_bytes estimated(
        const std::string & path, const llama_model_params & model, const llama_context_params & settings) {
    std::vector<ggml_backend_dev_t> devices;
    uint32_t layers = 0, trained = 0, experts = 0;
    found_bytes found;
    for (const auto & device : common_get_device_memory_data(
             path.c_str(), &model, &settings, devices, layers, trained, experts, GGML_LOG_LEVEL_ERROR)) {
        found.weights += device.model;
        found.memory += device.context;
        found.compute += device.compute;
    }
    return found;
}

static found_bytes measured(
        const std::string & path, llama_model_params parameters, const llama_context_params & settings) {
    parameters.load_mode = LLAMA_LOAD_MODE_NONE;
    llama_model * model = llama_model_load_from_file(path.c_str(), parameters);
    if (model == nullptr) {
        throw std::runtime_error("cannot load the model");
    }
    llama_context * context = llama_init_from_model(model, settings);
    if (context == nullptr) {
        throw std::runtime_error("cannot make a context");
    }
    std::vector<llama_token> tokens = {1, 2, 3, 4};
    if (llama_decode(context, llama_batch_get_one(tokens.data(), static_cast<int32_t>(tokens.size()))) != 0) {
        throw std::runtime_error("cannot compute");
    }
    found_bytes found;
    for (const auto & [type, bytes] : llama_get_memory_breakdown(context)) {
        found.weights += bytes.model;
        found.memory += bytes.context;
        found.compute += bytes.compute;
    }
    llama_free(context);
    llama_model_free(model);
    return found;
}

static void examine(const std::string & line) {
    std::istringstream words(line);
    std::string path, key, value;
    unsigned context = 0, parallel = 0, ubatch = 0;
    int flash = 0, unified = 0, swa_full = 0, real = 0;
    words >> path >> context >> parallel >> key >> value >> flash >> unified >> swa_full >> ubatch >> real;
    if (words.fail()) {
        throw std::runtime_error("cannot read the line");
    }
    llama_model_params model = llama_model_default_params();
    model.use_extra_bufts = false;
    llama_context_params settings = llama_context_default_params();
    settings.n_ctx = context;
    settings.n_seq_max = parallel;
    settings.n_batch = ubatch > 2048 ? ubatch : 2048;
    settings.n_ubatch = ubatch;
    settings.type_k = type_named(key);
    settings.type_v = type_named(value);
    settings.flash_attn_type = flash ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
    settings.kv_unified = unified != 0;
    settings.swa_full = swa_full != 0;
    const found_bytes found = real ? measured(path, model, settings) : estimated(path, model, settings);
    std::printf("%zu %zu %zu\n", found.weights, found.memory, found.compute);
}

int main() {
    llama_backend_init();
    llama_log_set([](ggml_log_level level, const char * text, void *) {
        if (level >= GGML_LOG_LEVEL_ERROR && level != GGML_LOG_LEVEL_CONT) {
            std::fputs(text, stderr);
        }
    }, nullptr);
    std::string line;
    while (std::getline(std::cin, line)) {
        try {
            examine(line);
        } catch (const std::exception & error) {
            std::printf("error %s\n", error.what());
        }
        std::fflush(stdout);
    }
    return 0;
}
