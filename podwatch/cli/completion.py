"""What the shell completes: the names that there are.

Functions are named by what they complete, and are called by Typer, which takes what begins as
what is typed; a failure completes nothing, as a shell's completion has nowhere to show an error.
"""

from collections.abc import Sequence
from contextlib import suppress

import typer

from podwatch.cli.exits import let_signals_raise
from podwatch.errors import ProcessTerminated
from podwatch.sources.cluster.access import Access


def namespaces(ctx: typer.Context) -> list[str]:
    """Of the cluster."""
    return _of_the_cluster(ctx, "Namespace")


def pods(ctx: typer.Context, incomplete: str) -> list[str]:
    """Of the cluster, in the namespace that is named, by default the context's."""
    if "/" in incomplete:
        return _targets(ctx, incomplete, (), _BY_NAME)
    return [*_of_the_cluster(ctx, "Pod", ctx.params.get("namespace") or ""), *_BY_NAME]


def contexts(ctx: typer.Context) -> list[str]:
    """Of the kubeconfig."""
    return _of_the_kubeconfig(ctx, "contexts")


def clusters(ctx: typer.Context) -> list[str]:
    """Of the kubeconfig."""
    return _of_the_kubeconfig(ctx, "clusters")


def users(ctx: typer.Context) -> list[str]:
    """Of the kubeconfig."""
    return _of_the_kubeconfig(ctx, "users")


ASKED_MOST = (
    "CrashLoopBackOff", "ImagePullBackOff", "OOMKilled", "Pending", "ContainerCreating", "Evicted",
    "Terminating", "Completed", "not-ready", "exit-codes", "probe", "restart", "logs",
)  # fmt: skip
"""What is offered before anything is typed: all of it would be hundreds."""

_JUDGED = ("pod/", "deploy/", "sts/", "ds/", "job/")
_BY_NAME = (*_JUDGED, "cronjob/")


def targets(ctx: typer.Context, incomplete: str) -> list[str]:
    """What can be judged: kinds, then the names of one."""
    return _targets(ctx, incomplete, ctx.params.get("targets") or (), _JUDGED)


def watched(ctx: typer.Context, incomplete: str) -> list[str]:
    """What can be watched: kinds, then the names of one."""
    return _targets(ctx, incomplete, ctx.params.get("targets") or (), _BY_NAME)


def _targets(
    ctx: typer.Context, incomplete: str, before: Sequence[str], kinds: tuple[str, ...]
) -> list[str]:
    *within, kind, _ = ["", *incomplete.split("/")]
    if before and "/" not in before[0]:  # `deploy web`
        return _named(ctx, before[0])
    if not within:
        return [*kinds]
    if within[1:] and within[1]:
        return [f"{within[1]}/{kind}/{name}" for name in _named(ctx, kind, within[1])]
    from podwatch.core.kube import kind_named

    if kind_named(kind):
        return [f"{kind}/{name}" for name in _named(ctx, kind)]
    return [f"{kind}/{one}" for one in kinds]  # a namespace


def commands() -> list[str]:
    """Of podwatch itself."""
    from podwatch.cli.app import app

    return [info.name or "" for info in app.registered_commands]


def actions(ctx: typer.Context) -> list[tuple[str, str]] | list[str]:
    """What can be done with exercises, then which one."""
    from podwatch.cli.exercise import ACTIONS, NAMED

    words = ctx.params.get("words") or ()
    if not words:
        return list(ACTIONS.items())
    if len(words) > 1 or words[0] not in NAMED:
        return []
    from podwatch.course import exercises

    return [(one.name, one.title) for one in exercises()]


def outputs() -> list[str]:
    """How a watch can be printed."""
    return ["dashboard", "lines", "json"]


def details() -> list[str]:
    """How much detail lines have."""
    return ["beats", "all"]


def forms() -> list[str]:
    """How a page can be printed."""
    return ["text", "json"]


def whens() -> list[str]:
    """When there is colour."""
    return ["auto", "always", "never"]


def themes() -> list[str]:
    """Which colours there are."""
    return ["auto", "dark", "light"]


def terms(ctx: typer.Context, incomplete: str) -> list[str]:
    """What can be explained and is one word, not all at once; Pods once `pod/` is written."""
    from podwatch.core.concepts import catalog

    text, slash, _ = incomplete.partition("/")
    if slash:
        return [f"{text}/{name}" for name in _named(ctx, text)]
    if before := ctx.params.get("words"):
        return _named(ctx, before[0]) if len(before) == 1 else []
    if not incomplete:
        return [*ASKED_MOST, *_BY_NAME]
    from podwatch.core.concepts.words import words

    known = [*words().by_id, *catalog().by_id]
    if len(incomplete) > 1 or not incomplete.islower():
        known += (term for term in catalog().terms() if not set(" *:()") & set(term))
    return [*dict.fromkeys(known), *_BY_NAME]


def _named(ctx: typer.Context, text: str, namespace: str = "") -> list[str]:
    """The names of a kind, of those that are taken by name."""
    from podwatch.core.kube import OWNER_KINDS, kind_named

    kind = kind_named(text)
    known = kind is not None and kind in {"Pod", "CronJob", *OWNER_KINDS}
    if not known or kind is None:
        return []
    return _of_the_cluster(ctx, kind, namespace or ctx.params.get("namespace") or "")


def words() -> list[str]:
    """What can be expected; those that end in "=" want a value."""
    from podwatch.core.concepts import catalog
    from podwatch.core.expectations.grammar import KEYED_WORDS, PLAIN_WORDS

    shown = sorted(id_ for id_, concept in catalog().by_id.items() if concept.when)
    return [*PLAIN_WORDS, *(f"{key}=" for key in KEYED_WORDS), *shown]


def scenarios() -> list[str]:
    """The recorded lessons."""
    from podwatch.scenarios import names

    return names()


def scenario_actions(ctx: typer.Context) -> list[tuple[str, str]]:
    """What can be done with scenarios, then which one."""
    from podwatch.cli.scenario import ACTIONS, NAMED

    words = ctx.params.get("words") or ()
    if not words:
        return list(ACTIONS.items())
    if words[0] not in NAMED:
        return []
    from podwatch import scenarios

    return [(name, scenarios.scenario(name).title) for name in scenarios.names()]


def chapters() -> list[str]:
    """Of the tour."""
    from podwatch.course import chapters

    return [one.name for one in chapters()]


def _of_the_kubeconfig(ctx: typer.Context, part: str) -> list[str]:
    with suppress(Exception):
        from podwatch.sources.cluster.kubeconfig import kubeconfig_paths
        from podwatch.sources.cluster.merged import merged

        files = merged(kubeconfig_paths(Access.of(ctx.params).kubeconfig))
        return list(getattr(files, part))
    return []


def _of_the_cluster(ctx: typer.Context, kind: str, namespace: str = "") -> list[str]:
    let_signals_raise()  # the client has written keys into files, which it removes at the end
    with suppress(Exception, KeyboardInterrupt, ProcessTerminated):
        from podwatch.sources.cluster import connect

        cluster = connect(Access.of(ctx.params))
        return cluster.questions.names(kind, namespace or cluster.namespace)
    return []
