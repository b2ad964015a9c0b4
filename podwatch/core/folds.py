"""Folds: Pods that can stand in one row, as they have a workload or a cause of trouble in common.

Responsible for which Pods those are, brought up to date with what changed only: there may be ten
thousand. What is the matter with them is the diagnosis', whether a fold is shut the look's.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from copy import copy
from functools import cached_property
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from podwatch.core.folding import folded
from podwatch.core.health import Health
from podwatch.core.stream import Key, Ref

if TYPE_CHECKING:
    from podwatch.core.board import Row

_WORST = (Health.TROUBLE, Health.WAITING, Health.READY, Health.DELETING, Health.ENDED)
_ALIKE = 8
"""Of how many Pods with one cause it is looked what their news have in common."""


class News(msgspec.Struct, frozen=True):
    """A cause of trouble: how many Pods have it, the first of them, and what is said of all."""

    pods: int
    first: "Row"
    fact: str


class Fold(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The Pods of a workload, or with one cause of trouble, in the order of a board.

    `ref` names the workload; of a cause it has no name. `pods` is how many are there, `counts` how
    many of those stand how, `restarts` of all their containers.
    """

    ref: Ref
    rows: tuple["Row", ...] = ()
    pods: int = 0
    counts: Counter[Health] = msgspec.field(default_factory=Counter)
    restarts: int = 0

    @cached_property
    def health(self) -> Health:
        """How the worst of them stands; those that leave or have ended are no worse than ready."""
        return next((one for one in _WORST if self.counts[one]), Health.GONE)

    @property
    def ready_text(self) -> str:
        """READY: how many of those that are to stay; empty if none is."""
        wanted = self.pods - self.counts[Health.DELETING] - self.counts[Health.ENDED]
        return f"{self.counts[Health.READY]}/{wanted}" if wanted else ""

    @cached_property
    def first(self) -> "Row":
        """The Pod whose STATUS stands for all: the first of those that stand worst."""
        if self.news:
            return self.news[0].first
        worst = self.health
        return next((row for row in self.rows if row.health is worst), self.rows[0])

    @cached_property
    def news(self) -> tuple[News, ...]:
        """What is the matter with those in trouble, what most of them have first."""
        causes: dict[Key, list[Row]] = {}
        for row in self.troubled:
            if row.cause is not None:
                causes.setdefault(row.cause.key, []).append(row)
        made = [News(len(rows), rows[0], _fact(rows[:_ALIKE])) for rows in causes.values()]
        return tuple(sorted(made, key=lambda one: -one.pods))

    @cached_property
    def troubled(self) -> tuple["Row", ...]:
        """Those in trouble."""
        found = (row for row in self.rows if row.health is Health.TROUBLE)
        return tuple(islice(found, self.counts[Health.TROUBLE]))

    @cached_property
    def workloads(self) -> Counter[Key | None]:
        """How many of the Pods that are there each workload has; None for those without one."""
        there = (row.workload for row in self.rows if not row.gone)
        return Counter(ref.key if ref is not None else None for ref in there)

    @cached_property
    def nodes(self) -> frozenset[str]:
        """Where they are."""
        return frozenset(row.pod.spec.node_name for row in self.rows if not row.gone) - {""}


def _fact(rows: Iterable["Row"]) -> str:
    """What is said of all of them."""
    cases = [case for row in rows if (case := row.case) is not None]
    return folded(cases)[0].fact


class Folds(msgspec.Struct, frozen=True, kw_only=True):
    """All folds by their keys, and the rows without a workload, and those in trouble."""

    workloads: dict[Key, Fold] = msgspec.field(default_factory=dict)
    causes: dict[Key, Fold] = msgspec.field(default_factory=dict)
    loose: tuple["Row", ...] = ()
    troubled: tuple["Row", ...] = ()

    def get(self, key: Key) -> Fold | None:
        """The fold of that key."""
        return self.workloads.get(key) or self.causes.get(key)


_LOOSE = Ref("", "", "no workload", kind="")
_TROUBLED = Ref("", "", "in trouble", kind="")
_by_name = attrgetter("ref")


def _places(row: "Row") -> list[Ref]:
    """The folds that a row belongs to."""
    places = [row.workload or _LOOSE]
    if row.health is Health.TROUBLE:
        places.append(_TROUBLED)
        if row.cause is not None:
            places.append(row.cause)
    return places


class FoldTable:
    """Tell it which rows changed; it brings the folds up to date when it is asked for them.

    False if it keeps nothing.
    """

    def __init__(self) -> None:
        self._workloads: dict[Key, Fold] = {}
        self._causes: dict[Key, Fold] = {}
        self._others: dict[Key, Fold] = {}
        self._changed: dict[Key, tuple[Ref, dict[Ref, Row | None]]] = {}
        self._frozen: Folds | None = None

    def copy(self) -> "FoldTable":
        """Another one that knows the same."""
        made = copy(self)
        made._workloads, made._causes = self._workloads.copy(), self._causes.copy()
        made._others = self._others.copy()
        made._changed = {key: (ref, rows.copy()) for key, (ref, rows) in self._changed.items()}
        return made

    def change(self, old: "Row | None", new: "Row | None") -> None:
        """A Pod's row came, is another version, or went; both are of one Pod."""
        for row, now in ((old, None), (new, new)):
            for place in _places(row) if row is not None else ():
                _, rows = self._changed.setdefault(place.key, (place, {}))
                rows[row.ref] = now  # type: ignore[union-attr]

    def settle(self) -> None:
        """Bring the folds up to date."""
        if not self._changed:
            return
        for key, (ref, changed) in self._changed.items():
            kept = self._workloads if ref.name else self._causes if ref.kind else self._others
            made = _changed(kept.get(key) or Fold(ref=ref), changed)
            if made.rows:
                kept[key] = made
            else:
                kept.pop(key, None)
        self._changed.clear()
        self._frozen = None

    def freeze(self) -> Folds:
        """All of them as they are; the same as before if nothing changed."""
        self.settle()
        if self._frozen is None:
            loose, troubled = self._others.get(_LOOSE.key), self._others.get(_TROUBLED.key)
            self._frozen = Folds(
                workloads=self._workloads.copy(),
                causes=self._causes.copy(),
                loose=loose.rows if loose else (),
                troubled=troubled.rows if troubled else (),
            )
        return self._frozen

    def __bool__(self) -> bool:
        return any(vars(self).values())


def _changed(fold: Fold, changed: dict[Ref, "Row | None"]) -> Fold:
    rows, counts, restarts = list(fold.rows), fold.counts.copy(), fold.restarts
    for ref, new in changed.items():
        at = bisect_left(rows, ref, key=_by_name)
        old = [row for row in rows[at : at + 1] if row.ref == ref]
        now = [new] if new is not None else []
        rows[at : at + len(old)] = now
        for row, by in (*((row, -1) for row in old), *((row, 1) for row in now)):
            if not row.gone:
                counts[row.health] += by
                restarts += by * row.columns.restarts
    counts = +counts
    return Fold(
        ref=fold.ref, rows=tuple(rows), pods=counts.total(), counts=counts, restarts=restarts
    )


def folds_of(rows: Iterable["Row"]) -> Folds:
    """The folds of these rows."""
    table = FoldTable()
    for row in rows:
        table.change(None, row)
    return table.freeze()
