"""The options about which cluster is asked and as whom, for every command that asks one.

They stand once, as parameters of `_options`: a command that has `@asks_a_cluster` gets them, and
gets what they say as one value.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

from typer import Option

from podwatch.cli import completion
from podwatch.sources.cluster.access import Access

P = ParamSpec("P")
R = TypeVar("R")


def _options(
    *,
    context: Annotated[
        str | None,
        Option(
            metavar="NAME",
            help="The kubeconfig context to use.",
            autocompletion=completion.contexts,
        ),
    ] = None,
    kubeconfig: Annotated[
        str | None,
        Option(metavar="FILE", help="The kubeconfig file to use instead of $KUBECONFIG."),
    ] = None,
) -> None: ...


def asks_a_cluster(command: Callable[Concatenate[Access, P], R]) -> Callable[..., R]:
    """The command with these options after its own; its first parameter is what they say."""
    _, *own = inspect.signature(command).parameters.values()
    added = inspect.signature(_options).parameters

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        given: dict[str, Any] = {name: kwargs.pop(name, None) for name in added}
        return command(Access(**given), *args, **kwargs)

    run.__signature__ = inspect.Signature([*own, *added.values()])  # type: ignore[attr-defined]
    return run
