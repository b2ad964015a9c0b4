"""`--color`, for every command that prints, and `--theme`, for those that draw.

Responsible for what they say being in the environment while the command runs: each renderer, and
each library, looks there for what the user wants.
"""

import os
from collections.abc import Callable, Iterable, Iterator
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
_THEMES = ("auto", "dark", "light")


def _when(text: str) -> str:
    if text not in {"auto", *_MEANS}:
        raise BadParameter(f'"{text}" does not say when to use colour: write auto, always or never')
    return text


def _theme(text: str) -> str:
    if text not in _THEMES:
        raise BadParameter(f'"{text}" is not a theme: write auto, dark or light')
    return text


def _color_option(
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


def _theme_option(
    *,
    theme: Annotated[
        str | None,
        Option(
            metavar="THEME",
            parser=_theme,
            help="auto, dark or light; auto asks the terminal for its background. $PODWATCH_THEME.",
            autocompletion=completion.themes,
        ),
    ] = None,
) -> None: ...


@contextmanager
def _in_the_environment(variables: Iterable[str], values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.pop(name, None) for name in variables}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def has_color(command: Callable[P, R]) -> Callable[..., R]:
    """The command with `--color`."""
    return _with(command, _color_option, lambda color: (_VARIABLES, _MEANS.get(color or "")))


def has_theme(command: Callable[P, R]) -> Callable[..., R]:
    """The command with `--theme`."""
    variable = "PODWATCH_THEME"
    return _with(
        command, _theme_option, lambda theme: ((variable,), {variable: theme} if theme else None)
    )


Said = tuple[Iterable[str], dict[str, str] | None]
"""Which variables an option is about, and what they shall be; None leaves them as they are."""


def _with(
    command: Callable[P, R], options: Callable[..., None], says: Callable[..., Said]
) -> Callable[..., R]:
    @wraps(command)
    def run(said: Said, /, *args: P.args, **kwargs: P.kwargs) -> R:
        variables, values = said
        if values is None:
            return command(*args, **kwargs)
        with _in_the_environment(variables, values):
            return command(*args, **kwargs)

    import inspect

    first = inspect.Parameter("said", inspect.Parameter.POSITIONAL_ONLY)
    own = inspect.signature(command).parameters.values()
    run.__signature__ = inspect.Signature([first, *own])  # type: ignore[attr-defined]
    return given(options, says)(run)
