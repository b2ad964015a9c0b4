"""Deeds: what a person did while a lesson was recorded, put among the items of its recording.

Responsible for when: a lesson's steps say what was done and what it waited for, but no recording
holds it. A deed stands right before the first item that shows what it changed (of one that takes
another's back: a node that is heard of again); where nothing shows it, right after what it waited
for. Nothing is guessed: both are read off the recording.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from podwatch.core.concepts import catalog
from podwatch.core.kube import KubeObject, Node, Owner, Pod
from podwatch.core.kube.selectors import requirements
from podwatch.core.predictions import is_met
from podwatch.core.session import Session
from podwatch.core.stream import Deed, Fetched, KeptItem, Observed, RecordedItem, Ref
from podwatch.core.timeline import Explained
from podwatch.scenarios import Scenario, filled, half_cpu, scenario_of
from podwatch.sources.recording import read

_MAKES_ALL = ("apply", "-f", "{manifest}")
"""Makes all that the manifest names, so what is new shows it."""
_KUBECTL_ONLY = ("--wait=", "--timeout=", "--attach=")
"""Flags that say how long kubectl itself stays: nothing about the cluster."""


def played_items(path: Path) -> Iterator[KeptItem]:
    """The items of a recording; of a lesson's own one with what was done meanwhile."""
    lesson = scenario_of(path)
    if lesson is None:
        return read(path)
    return iter(with_deeds(tuple(read(path)), lesson))


def with_deeds(items: Sequence[RecordedItem], lesson: Scenario) -> list[KeptItem]:
    """The items of a lesson's recording and its deeds; of a part of it, those that are in it."""
    made: list[KeptItem] = [*items]
    for at, deed in reversed(_deeds(items, lesson)):
        made.insert(at, deed)
    return made


class _Met(NamedTuple):
    """What the item of this number told."""

    number: int
    told: Explained


def _deeds(items: Sequence[RecordedItem], lesson: Scenario) -> list[tuple[int, Deed]]:
    """The deeds, and before which item each stands."""
    news, written, heard_again = _news(items), _written(items), _heard_again(items)
    places = {"{manifest}": "manifest.yaml", "{folder}": ".", **_worker(items)}
    found: list[tuple[int, Deed]] = []
    free = 0  # the first item that no earlier step has caused
    for step in lesson.steps:
        met = [one for one in news if is_met(step.moment, one.told)][step.count - 1 : step.count]
        if not met:
            break  # the recording ends before it
        free = max(free, met[0].number + 1)
        if not step.is_deed:
            continue
        ref = met[0].told.ref
        arguments = filled(step.run, {**places, "{pod}": ref.name})
        named = NamedObjects(arguments)
        effects: Iterable[int] = ()
        if step.program == "kubectl":
            makes_all = step.run == _MAKES_ALL
            effects = (
                n for n in written if (_is_new(items[n]) if makes_all else named(written[n]))
            )
        elif any(step.run == earlier.undo for earlier in lesson.steps):
            effects = heard_again
        effect = next((number for number in effects if number >= free), None)
        at = free if effect is None else effect
        if isinstance(items[at - 1], Fetched):  # it belongs to what comes
            at -= 1
        moment = items[at - 1] if effect is None else items[at]
        deed = Deed(
            at=moment.at,
            t=moment.t,
            ref=named.ref(reversed(items[:at])) or (_ref(items[effect]) if effect else None) or ref,
            command=typed(step.program, arguments),
            aim=step.aim,
        )
        found.append((at, deed))
        free = at if effect is None else effect + 1
    return found


def _news(items: Sequence[RecordedItem]) -> list[_Met]:
    session = Session(catalog())
    return [
        _Met(number, entry)
        for number, item in enumerate(items)
        for entry in session.feed(item).entries
        if isinstance(entry, Explained)
    ]


# ── what shows that somebody has written something ──


def _written(items: Sequence[RecordedItem]) -> dict[int, KubeObject]:
    """The objects that are new, gone, or wanted otherwise than before, by the item's number."""
    before: dict[str, object] = {}
    found: dict[int, KubeObject] = {}
    for number, item in enumerate(items):
        if not isinstance(item, Observed) or not isinstance(item.object, Pod | Owner | Node):
            continue
        uid, wanted = item.object.metadata.uid, _wanted(item.object)
        if before.get(uid) != wanted or item.type == "DELETED":
            found[number] = item.object
        before[uid] = wanted
    return found


def _is_new(item: RecordedItem) -> bool:
    return isinstance(item, Observed) and item.type == "ADDED"


def _heard_again(items: Sequence[RecordedItem]) -> list[int]:
    """The numbers of the items that show a Node that had been silent."""
    silent: set[str] = set()
    found = []
    for number, item in enumerate(items):
        if not isinstance(item, Observed) or not isinstance(item.object, Node):
            continue
        uid, conditions = item.object.metadata.uid, item.object.status.conditions
        if any(one.type == "Ready" and one.status == "Unknown" for one in conditions):
            silent.add(uid)
        elif uid in silent:
            silent.remove(uid)
            found.append(number)
    return found


def _wanted(one: Pod | Owner | Node) -> object:
    """What is written of an object by who wants something of it, not by who reports how it is."""
    meta = one.metadata
    wanted = (meta.generation, meta.labels, meta.finalizers, meta.deletion_timestamp)
    match one:
        case Node():
            return (*wanted, one.spec)
        case Pod():
            gates = {gate.condition_type for gate in one.spec.readiness_gates}
            told = [(c.type, c.status) for c in one.status.conditions if c.type in gates]
            return (*wanted, told)
    return wanted


class NamedObjects:
    """The objects that the arguments of a command name, or select by their labels."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._words = {word for one in arguments for word in re.split(r"[/:]", one)}
        at = arguments.index("-l") + 1 if "-l" in arguments else 0
        self._selector = requirements(arguments[at]) if at else ()

    def __call__(self, one: KubeObject) -> bool:
        """Whether it is one of them."""
        meta = one.metadata
        selected = self._selector and all(one.holds(meta.labels) for one in self._selector)
        return meta.name in self._words or bool(selected)

    def ref(self, items: Iterable[RecordedItem]) -> Ref | None:
        """The one that is named, as these items know it, the newest first."""
        known = (
            item
            for item in items
            if isinstance(item, Observed)
            and isinstance(item.object, Pod | Owner | Node)
            and item.object.metadata.name in self._words
        )
        return next(map(_ref, known), None)


def _ref(item: RecordedItem) -> Ref | None:
    if not isinstance(item, Observed):
        return None
    meta, kind = item.object.metadata, type(item.object).__name__
    return Ref(meta.namespace, meta.name, meta.uid, item.scope.cluster, kind)


def _worker(items: Sequence[RecordedItem]) -> Mapping[str, str]:
    """What is filled in for the worker of the cluster on which it was recorded."""
    for item in items:
        if isinstance(item, Observed) and isinstance(item.object, Node):
            name, status = item.object.metadata.name, item.object.status
            if name.endswith("-worker"):
                return {"{worker}": name, "{half-cpu}": half_cpu(status.allocatable["cpu"])}
    return {}


def typed(program: str, arguments: Sequence[str]) -> str:
    """The command line, as a person types it."""
    words = [program, *(one for one in arguments if not one.startswith(_KUBECTL_ONLY))]
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    """One word for a shell; of a flag only its value is quoted, as people do."""
    flag, equals, value = word.partition("=")
    if equals and flag.startswith("--"):
        return f"{flag}={shlex.quote(value)}"
    return shlex.quote(word)
