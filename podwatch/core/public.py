"""`from podwatch import diagnose`: what is the matter with a Pod that a program has in its hands.

Responsible for what a program may give and for what is raised if it can't be read; what is found is
`podwatch.core.diagnosis`'s business. Documented in docs/agents.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from podwatch.core.diagnosis import diagnosed
from podwatch.core.finding import Diagnosis
from podwatch.core.kube import KubeObject, Pod, Undecodable
from podwatch.core.kube.given import UnknownKind, given, unfit
from podwatch.core.surroundings import Objects, Surroundings
from podwatch.errors import Undiagnosable


def diagnose(
    pod: object,
    events: Iterable[object] | object = (),
    owners: Iterable[object] | object = (),
    nodes: Iterable[object] | object = (),
    pods: Iterable[object] | object = (),
    now: datetime | None = None,
    *,
    claims: Iterable[object] | object = (),
) -> Diagnosis:
    """What is the matter with one version of a Pod, the cause first; needs no cluster.

    Each object is JSON (bytes or text), JSON's values as a dict, or an object of the official
    client. Several are an iterable of them, or a list as the API has it. All but the Pod may be
    left out, and adds what the Pod's own fields leave out:

    `events`: about it, its claims, its owners or its Node; of core/v1 or events.k8s.io/v1.
    `owners`: its controller, and that one's. `nodes`: its Node; of a Pod that waits for one, all of
    them, and then `pods` are the Pods that are on them. `claims`: its PersistentVolumeClaims.
    What is about other Pods, and objects of other kinds, add nothing.

    `now`: the cluster's clock, with its time zone. Without it nothing is said that depends on it.

    Raises Undiagnosable, which is a ValueError, for what can't be read, what is no Pod, and a
    manifest that no cluster has stored; nothing else, whatever the objects hold.
    """
    try:
        made = _typed(pod, "Pod")
    except Undecodable as error:
        raise _unreadable("the Pod", str(error)) from error
    if not isinstance(made, Pod):
        raise Undiagnosable(
            f"this is a {type(made).__name__}, not a Pod", "give one of the Pods that it made"
        )
    if not made.is_stored:
        raise Undiagnosable(
            f'Pod "{made.metadata.name}" is a manifest: it has neither a uid nor a status',
            "give the Pod as the API server answers it",
        )
    if now is not None and getattr(now, "tzinfo", None) is None:
        raise Undiagnosable("`now` has no time zone", "give datetime.now(timezone.utc)")
    around = Surroundings()
    if events or owners or nodes or pods or claims:
        around = Objects(
            one
            for name, kind, values in (
                ("events", "Event", events),
                ("owners", "", owners),
                ("nodes", "Node", nodes),
                ("pods", "Pod", pods),
                ("claims", "PersistentVolumeClaim", claims),
            )
            for one in _objects(values, kind, name)
        ).around(made)
    return diagnosed(made, around, now)


def _objects(values: Iterable[object] | object, kind: str, name: str) -> Iterator[KubeObject]:
    """Those that podwatch knows the kind of, typed."""
    for number, one in enumerate(_listed(values, name)):
        try:
            yield _typed(one, kind)
        except UnknownKind:
            continue
        except Undecodable as error:
            raise _unreadable(f"{name}[{number}]", str(error)) from error


def _listed(values: Any, name: str) -> Iterable[object]:
    """Several objects: an iterable of them, a list as the API or the client has it, or one."""
    if isinstance(values, bytes | bytearray | str):
        try:
            values = msgspec.json.decode(values)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise _unreadable(name, str(error)) from error
    if values is None:
        return ()
    items = values.get("items") if isinstance(values, Mapping) else getattr(values, "items", None)
    if isinstance(items, list | tuple):
        return items
    if isinstance(values, Mapping | KubeObject) or hasattr(values, "to_dict"):
        return (values,)
    if not isinstance(values, Iterable):
        raise _unreadable(name, f"it is a {type(values).__name__}")
    return values


_POD = msgspec.json.Decoder(Pod)


def _typed(value: object, kind: str) -> KubeObject:
    if isinstance(value, KubeObject):
        return value
    if kind == "Pod" and isinstance(value, bytes) and b'"api_version"' not in value:
        try:  # what an API server writes; anything else is looked at closely
            made = _POD.decode(value)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return given(value, kind)[0]
        if not unfit(made):
            return made
    return given(value, kind)[0]


def _unreadable(name: str, reason: str) -> Undiagnosable:
    return Undiagnosable(
        f"{name} can't be read: {reason}",
        "give JSON as the API server or kubectl -o json writes it, its values as a dict, or an "
        "object of the official client",
    )
