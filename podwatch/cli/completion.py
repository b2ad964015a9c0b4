"""What the shell completes: names that begin as what is typed. `podwatch.app.complete` has them.

Functions are named by what they complete, and are called by Typer.
"""

import typer


def namespaces(ctx: typer.Context, incomplete: str) -> list[str]:
    """Of the cluster."""
    return _begun(_of_the_cluster(ctx, "Namespace"), incomplete)


def pods(ctx: typer.Context, incomplete: str) -> list[str]:
    """Of the cluster, in the namespace that is named."""
    return _begun(_of_the_cluster(ctx, "Pod", ctx.params.get("namespace") or ""), incomplete)


def contexts(ctx: typer.Context, incomplete: str) -> list[str]:
    """Of the kubeconfig."""
    from podwatch.app import complete

    return _begun(complete.contexts(ctx.params.get("kubeconfig")), incomplete)


def terms(ctx: typer.Context, incomplete: str) -> list[str]:
    """What can be explained; Pods once `pod/` is written."""
    from podwatch.app import complete

    if incomplete.startswith("pod/"):
        return [f"pod/{name}" for name in pods(ctx, incomplete.removeprefix("pod/"))]
    return _begun([*complete.terms(), "pod/"], incomplete)


def words(incomplete: str) -> list[str]:
    """What can be expected."""
    from podwatch.app import complete

    return _begun(complete.words(), incomplete)


def scenarios(incomplete: str) -> list[str]:
    """The recorded lessons."""
    from podwatch.scenarios import names

    return _begun(names(), incomplete)


def _of_the_cluster(ctx: typer.Context, kind: str, namespace: str = "") -> list[str]:
    from podwatch.app import complete

    return complete.names(kind, namespace, ctx.params.get("kubeconfig"), ctx.params.get("context"))


def _begun(names: list[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
