"""The options about which cluster is asked and as whom, for every command that asks one.

They stand once, as parameters of `_options`: a command that has `@asks_a_cluster` gets them, and
gets what they say as one value.
"""

from typing import Annotated

from typer import Option

from podwatch.cli import completion
from podwatch.cli.groups import given
from podwatch.sources.cluster.access import Access


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


asks_a_cluster = given(_options, Access)
"""For a command: it has these options after its own, and as its first parameter what they say."""
