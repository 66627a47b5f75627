"""Scenarios: one module for each application, each a list of plays that are given a Stage."""

from . import jupyter, litellm, llama_cpp, ollama, open_webui, vllm

ALL = [*ollama.PLAYS, *llama_cpp.PLAYS, *litellm.PLAYS, *jupyter.PLAYS, *vllm.PLAYS, *open_webui.PLAYS]
