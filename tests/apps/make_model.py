"""Writes a GGUF model with random weights, for a server that shall load one and answer nonsense.

usage: …/gguf-…/bin/python make_model.py tiny|large FILE

tiny is 256 KB; large is 1.2 GB, enough to see a server load. Both have the same 320-token vocabulary, and the
same bytes every time.
"""

import sys

import gguf
import numpy

SIZES = {"tiny": (64, 2, 128, 4), "large": (2048, 12, 5632, 16)}  # embedding, layers, feed-forward, heads
VOCABULARY = 320
CONTEXT = 4096
TEMPLATE = "{% for message in messages %}{{ message.content }}\n{% endfor %}"


def vocabulary():
    """unk, bos, eos, 256 bytes and letters, as SentencePiece counts them."""
    tokens, scores, types = [b"<unk>", b"<s>", b"</s>"], [0.0, 0.0, 0.0], [2, 3, 3]
    for byte in range(256):
        tokens.append(f"<0x{byte:02X}>".encode())
        scores.append(0.0)
        types.append(6)
    for letter in "▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?":
        if len(tokens) == VOCABULARY:
            break
        tokens.append(letter.encode("utf8"))
        scores.append(-float(len(tokens)))
        types.append(1)
    return tokens, scores, types


def main():
    size, path = sys.argv[1:]
    embedding, layers, feed, heads = SIZES[size]
    random = numpy.random.default_rng(7)

    def tensor(*shape):
        return (random.standard_normal(shape, dtype=numpy.float32) * 0.02).astype(numpy.float16)

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(f"plimsoll-random-{size}")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(embedding)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(feed)
    writer.add_head_count(heads)
    writer.add_head_count_kv(heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(embedding // heads)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_vocab_size(VOCABULARY)
    tokens, scores, types = vocabulary()
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(TEMPLATE)
    ones = numpy.ones(embedding, dtype=numpy.float32)
    writer.add_tensor("token_embd.weight", tensor(VOCABULARY, embedding))
    writer.add_tensor("output.weight", tensor(VOCABULARY, embedding))
    writer.add_tensor("output_norm.weight", ones)
    for layer in range(layers):
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", tensor(embedding, embedding))
        writer.add_tensor(f"blk.{layer}.ffn_gate.weight", tensor(feed, embedding))
        writer.add_tensor(f"blk.{layer}.ffn_up.weight", tensor(feed, embedding))
        writer.add_tensor(f"blk.{layer}.ffn_down.weight", tensor(embedding, feed))
        writer.add_tensor(f"blk.{layer}.attn_norm.weight", ones)
        writer.add_tensor(f"blk.{layer}.ffn_norm.weight", ones)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
