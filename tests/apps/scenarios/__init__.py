"""Scenarios: one module for each application, each a list of plays that are given a Stage."""

from . import ollama

ALL = [*ollama.PLAYS]
