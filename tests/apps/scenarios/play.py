"""A scenario as run.py lists it."""

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Play:
    """`key` is for the command line; `app` and `name` are its place on the page."""

    key: str
    app: str
    name: str
    play: Callable
