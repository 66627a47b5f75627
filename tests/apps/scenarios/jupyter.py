"""JupyterLab."""

from .play import Play

PLAYS: list[Play] = []
