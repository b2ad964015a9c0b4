"""Options that several commands have and that go through podwatch as one value.

Responsible for a command getting them behind its own: each stands once, in a function that has them
as its parameters.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
V = TypeVar("V")


def given(
    options: Callable[..., None], value: Callable[..., V]
) -> Callable[[Callable[Concatenate[V, P], R]], Callable[P, R]]:
    """A decorator: the command with these options after its own; its first parameter is the value
    that is made of them.
    """

    def added(command: Callable[Concatenate[V, P], R]) -> Callable[P, R]:
        _, *own = inspect.signature(command).parameters.values()
        more = inspect.signature(options).parameters

        @wraps(command)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            named: dict[str, Any] = {
                name: kwargs.pop(name, option.default) for name, option in more.items()
            }
            return command(value(**named), *args, **kwargs)

        run.__signature__ = inspect.Signature([*own, *more.values()])  # type: ignore[attr-defined]
        return run

    return added
