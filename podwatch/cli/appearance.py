"""`--color`, for every command that prints.

Responsible for what it says being in the environment while the command runs: each renderer, and
each library, looks there for what the user wants.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, ParamSpec, TypeVar

from typer import BadParameter, Option

from podwatch.cli import completion
from podwatch.cli.groups import given

P = ParamSpec("P")
R = TypeVar("R")
_VARIABLES = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")
_MEANS: dict[str, dict[str, str]] = {"always": {"FORCE_COLOR": "1"}, "never": {"NO_COLOR": "1"}}


def _when(text: str) -> str:
    if text not in {"auto", *_MEANS}:
        raise BadParameter(f'"{text}" is not a time for colour: write auto, always or never')
    return text


def _options(
    *,
    color: Annotated[
        str | None,
        Option(
            metavar="WHEN",
            parser=_when,
            help="auto, always or never; auto heeds NO_COLOR, FORCE_COLOR and the terminal.",
            autocompletion=completion.whens,
        ),
    ] = None,
) -> None: ...


@contextmanager
def _in_the_environment(when: str) -> Iterator[None]:
    before = {name: os.environ.pop(name, None) for name in _VARIABLES}
    os.environ.update(_MEANS[when])
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def has_color(command: Callable[P, R]) -> Callable[..., R]:
    """The command with the option."""

    @wraps(command)
    def run(when: str | None, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if when not in _MEANS:
            return command(*args, **kwargs)
        with _in_the_environment(when):
            return command(*args, **kwargs)

    import inspect

    first = inspect.Parameter("when", inspect.Parameter.POSITIONAL_ONLY)
    own = inspect.signature(command).parameters.values()
    run.__signature__ = inspect.Signature([first, *own])  # type: ignore[attr-defined]
    return given(_options, lambda color: color)(run)
