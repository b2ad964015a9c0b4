"""Which of a stream's scopes a target needs, and whether what they hold is known.

Responsible for why a target can't be judged at all: not followed, not listed yet, refused, out of
reach. How it stands once it is known is `checks`' business.
"""

from collections.abc import Iterable

from podwatch.core.expectations.expectation import Expectations, Target
from podwatch.core.store import Store
from podwatch.core.stream import Connection, ConnectionState, Opened, Scope


def kinds_needed(target: Target) -> list[str]:
    """The kinds of objects without which the target can't be judged."""
    owner = [] if target.kind == "Pod" else [target.kind]
    return ["Pod", *owner, *(["ReplicaSet"] if target.kind == "Deployment" else [])]


def lacking(opened: Opened, target: Target) -> list[str]:
    """The kinds that a stream does not follow and without which the target can't be judged."""
    followed = {scope.kind for scope in opened.scopes if _covers(scope, target)}
    return [kind for kind in kinds_needed(target) if kind not in followed]


def needed(store: Store, wanted: Expectations, target: Target) -> list[Scope]:
    """The scopes without which the target can't be judged."""
    kinds = kinds_needed(target)
    if any(budget.stage == "pulled" for budget in wanted.within):
        kinds.append("Event")  # only they say when an image was pulled
    opened = store.opened.scopes if store.opened is not None else ()
    return [scope for scope in opened if scope.kind in kinds and _covers(scope, target)]


def known(store: Store, wanted: Expectations, target: Target) -> bool:
    """Whether what there was of the target at the start is known."""
    scopes = needed(store, wanted, target)
    return bool(scopes) and all(scope in store.synced for scope in scopes)


def refused(store: Store, wanted: Expectations) -> str | None:
    """Why something may not be read that can't be done without; None if there is no such thing."""
    for connection in forbidden(store):
        if any(connection.scope in needed(store, wanted, target) for target in wanted.targets):
            return said(connection)
    return None


def said(connection: Connection) -> str:
    """Why something may not be read, whether podwatch goes on without it or not."""
    return connection.cause.partition("; podwatch goes on")[0]


def done_without(store: Store, wanted: Expectations) -> Iterable[str]:
    """Why something may not be read without which the targets could be judged."""
    for connection in forbidden(store):
        if not any(connection.scope in needed(store, wanted, one) for one in wanted.targets):
            yield said(connection)


def forbidden(store: Store) -> Iterable[Connection]:
    """What may not be read."""
    return (
        connection
        for connection in store.connections.values()
        if connection.state == ConnectionState.FORBIDDEN
    )


def lost(store: Store, wanted: Expectations) -> str | None:
    """Why the cluster's state is not known at the deadline; None if it is."""
    if store.opened is None:
        return "the cluster did not answer in time"
    for target in wanted.targets:
        for scope in needed(store, wanted, target):
            connection = store.connections.get(scope)
            if connection is not None and connection.state == ConnectionState.RECONNECTING:
                return f"the cluster can't be reached: {connection.cause}"
            if scope not in store.synced and (
                connection is None or connection.state != ConnectionState.MISSING
            ):
                return f"the cluster did not list its {scope.kind}s in time"
    return None


def _covers(scope: Scope, target: Target) -> bool:
    name = target.name if scope.kind == target.kind else scope.name
    return scope.covers(target.namespace, name) and scope.label_selector in {"", target.selector}
