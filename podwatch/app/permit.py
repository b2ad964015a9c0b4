"""The guard of everything that writes to a cluster.

Responsible for saying what would be written and where, and for having somebody's yes before it is.
What a context is called says nothing: a kind cluster is known by its address and its Nodes.
"""

import shutil
import sys
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING

from podwatch.app.ours import is_ours
from podwatch.core.learning import CONFIG_MAP
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers.sanitize import visible
from podwatch.sources.cluster import connect
from podwatch.sources.cluster.access import Access
from podwatch.sources.cluster.where import Where
from podwatch.sources.kubectl import Permit, program

if TYPE_CHECKING:
    from podwatch.sources.cluster.cluster import Cluster


def permit(
    access: Access,
    deed: "str | Callable[[Cluster], str]",
    *,
    yes: bool = False,
    offline: str = "",
    only_kind: str = "",
) -> Permit:
    """The permit for a deed, "start exercise cart-image in namespace anna" say.

    Where it depends on what is there, a function says it, once the cluster can be asked. It is
    asked for on the terminal, unless `yes` says so already. `offline` is the command to do instead
    where there is no cluster, `only_kind` why it may be done on no other cluster than kind.
    PodwatchError where it can't be given.
    """
    program()  # one that is missing is said before anything is asked
    try:
        cluster = connect(access, login_may_print=True)
        where = cluster.questions.where()
    except PodwatchError as error:
        raise or_offline(error, offline) from error
    deed = deed if isinstance(deed, str) else deed(cluster)
    if only_kind and not where.is_kind:
        raise PodwatchError(
            f"podwatch would {deed}, but {only_kind}: {where}",
            "that is done on a kind cluster on this machine only: "
            f"kind create cluster{f'; without a cluster: {offline}' if offline else ''}",
        )
    _ask(deed, where, yes=yes)
    return Permit(cluster.access, where)


def or_offline(error: PodwatchError, offline: str) -> PodwatchError:
    """The error, with the command that needs no cluster where none answers; the only one in it."""
    if not offline or error.exit_code is not ExitCode.UNAVAILABLE:
        return error
    hint = error.hint.replace("; without a cluster: podwatch demo", "")
    return PodwatchError(error.message, f"{hint}; without a cluster: {offline}", error.exit_code)


def consented(cluster: "Cluster", namespace: str) -> Permit | None:
    """The permit that the ConfigMap `podwatch` of this namespace gives; None if there is none.

    PodwatchError where it can't be read.
    """
    found = cluster.questions.config_map(namespace, CONFIG_MAP)
    if found is None or not is_ours(found.metadata.labels):
        return None
    return Permit(cluster.access, Where(cluster.requests.client.configuration.host))


def _ask(deed: str, where: Where, *, yes: bool) -> None:
    columns = shutil.get_terminal_size().columns - 1 if sys.stderr.isatty() else 10_000
    for text, indent in ((f"podwatch will {deed}", ""), (str(where), "  ")):
        inside = indent or "  "
        _say(
            textwrap.fill(visible(text), columns, initial_indent=indent, subsequent_indent=inside)
            + "\n"
        )
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise PodwatchError(
            "this writes to a cluster, and nobody can be asked: this is no terminal",
            "--yes says that you want it",
        )
    _say("Go on? [y/N] ")
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise PodwatchError("nothing was written", "answer y to go on")


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
