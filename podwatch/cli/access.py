"""The options about which cluster is asked and as whom, for every command that asks one.

They stand once, as parameters of `_options`: a command that has `@asks_a_cluster` gets them, and
gets what they say as one value.
"""

from functools import partial
from typing import Annotated, Any

from typer import Option

from podwatch.cli import completion
from podwatch.cli.groups import given
from podwatch.cli.options import duration
from podwatch.sources.cluster.access import Access

_option: Any = partial(Option, rich_help_panel="Cluster and credentials")


def _options(
    *,
    context: Annotated[
        str | None,
        _option(
            metavar="NAME",
            help="The kubeconfig context to use.",
            autocompletion=completion.contexts,
        ),
    ] = None,
    kubeconfig: Annotated[
        str | None,
        _option(metavar="FILE", help="The kubeconfig file to use instead of $KUBECONFIG."),
    ] = None,
    cluster: Annotated[
        str | None,
        _option(
            metavar="NAME",
            help="The kubeconfig cluster to use.",
            autocompletion=completion.clusters,
        ),
    ] = None,
    user: Annotated[
        str | None,
        _option(
            metavar="NAME", help="The kubeconfig user to use.", autocompletion=completion.users
        ),
    ] = None,
    server: Annotated[
        str | None,
        _option("--server", "-s", metavar="URL", help="The address of the API server."),
    ] = None,
    token: Annotated[
        str | None, _option(metavar="TOKEN", help="The bearer token to authenticate with.")
    ] = None,
    as_: Annotated[
        str | None, _option("--as", metavar="USER", help="The user to impersonate.")
    ] = None,
    as_groups: Annotated[
        list[str] | None,
        _option("--as-group", metavar="GROUP", help="A group to impersonate; may be given again."),
    ] = None,
    as_uid: Annotated[
        str | None, _option("--as-uid", metavar="UID", help="The uid to impersonate.")
    ] = None,
    insecure_skip_tls_verify: Annotated[
        bool,
        _option(
            "--insecure-skip-tls-verify",
            help="Don't verify the API server's certificate.",
        ),
    ] = False,
    tls_server_name: Annotated[
        str | None,
        _option(metavar="NAME", help="The name that the API server's certificate has to have."),
    ] = None,
    request_timeout: Annotated[
        float | None,
        _option(
            metavar="TIME",
            parser=duration,
            help="How long to wait for the answer to one request (a watch may last): 5, 1m30s.",
        ),
    ] = None,
) -> None: ...


def _access(**named: Any) -> Access:
    return Access.of(named)


asks_a_cluster = given(_options, _access)
"""For a command: it has these options after its own, and as its first parameter what they say."""
