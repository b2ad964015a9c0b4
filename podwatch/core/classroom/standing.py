"""Whether what is expected is so now: a look at objects, without waiting for anything.

Responsible for asking the judge that `podwatch expect` has, with no time to wait and none to hold:
there is one answer to whether something holds.
"""

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from podwatch.core.concepts import Catalog
from podwatch.core.expectations import Expectations, Outcome
from podwatch.core.kube import JUDGED_KINDS, KINDS, KubeObject
from podwatch.core.session import Session
from podwatch.core.stream import FORMAT, Observed, Opened, Scope, Synced


def stands(
    wanted: Expectations,
    namespace: str,
    objects: Collection[KubeObject],
    at: datetime,
    catalog: Catalog,
) -> bool:
    """Whether all of it holds, of these objects of one namespace (and Nodes), at this time."""
    session = Session(catalog, replace(wanted, timeout=0.0, stable=0.0))
    kinds = (*JUDGED_KINDS, "Event", "Node", "StorageClass")
    scopes = {kind: Scope(kind, namespace if KINDS[kind].namespaced else "") for kind in kinds}
    session.feed(Opened(t=0.0, at=at, format=FORMAT, scopes=tuple(scopes.values())))
    for one in objects:
        if (scope := scopes.get(str(one.__struct_config__.tag))) is not None:
            session.feed(
                Observed(t=0.0, at=at, scope=scope, type="ADDED", object=one, initial=True)
            )
    for scope in scopes.values():
        session.feed(Synced(t=0.0, at=at, scope=scope))
    session.end()
    verdict = session.judge.verdict if session.judge is not None else None
    return verdict is not None and verdict.outcome is Outcome.MET
