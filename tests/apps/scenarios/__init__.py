"""Scenarios: one module for each application, each a list of plays that are given a Stage."""

from . import jupyter, litellm, llama_cpp, ollama, open_webui

ALL = [*ollama.PLAYS, *llama_cpp.PLAYS, *litellm.PLAYS, *jupyter.PLAYS, *open_webui.PLAYS]
