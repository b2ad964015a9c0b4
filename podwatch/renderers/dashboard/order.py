"""Order: the rows of the table, Pods and groups of them, as they stand below each other.

Responsible for the order and for what a group's row stands in for; which Pods are let be seen is
`view_state`'s, what is folded `groups`'.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from itertools import compress, count, repeat
from operator import is_
from typing import NamedTuple, TypeVar

from podwatch.core.board import Board, Row, by_name
from podwatch.core.folds import Fold, Folds, folds_of
from podwatch.core.health import Health
from podwatch.core.stream import Key
from podwatch.renderers.dashboard.groups import Grouping, apart, grouping, row_of
from podwatch.renderers.dashboard.view_state import (
    GONE_STAYS,
    Sort,
    ViewState,
    hides,
    let_through,
    marked,
)

_FEW = 50
"""How many rows are put into a list one by one, or taken out; more of them by going through all."""
T = TypeVar("T", Row, Row | Fold)


class SeenRows(NamedTuple):
    """The Pods that a look lets be seen, and how they are grouped."""

    rows: Sequence[Row]
    folds: Folds
    groups: Grouping
    over: frozenset[Key]


def seen(board: Board, look: ViewState) -> SeenRows:
    """The rows but for those that are gone for long, by name; with no filter none is looked at."""
    over = [row for row in board.leaving if row.gone and row.gone_t <= board.t - GONE_STAYS]
    rows: Sequence[Row] = _without(board.rows, over) if over else board.rows
    folds, pods = board.folds, board.counts.total()
    if hides(look):
        rows = let_through(rows, look)
        folds, pods = folds_of(rows), sum(not row.gone for row in rows)
    return SeenRows(
        rows, folds, grouping(folds, pods, look), frozenset(row.ref.key for row in over)
    )


class Rows(list[Row | Fold]):
    """The rows of the table, and how they are grouped."""

    def __init__(self, rows: Iterable[Row | Fold], groups: Grouping) -> None:
        super().__init__(rows)
        self.groups = groups

    def pods(self, first: int, page: int) -> int:
        """How many Pods a part of the rows stands for, each once."""
        part, number = self[first : first + page], 0
        folded = {row.ref.key for row in part if isinstance(row, Fold) and self.groups.is_shut(row)}
        for row in part:
            if isinstance(row, Fold):
                number += row.pods if row.ref.key in folded else 0
            elif (group := self.groups.group_of(row)) is None or group not in folded:
                number += 1
        return number

    def index_of(self, key: Key) -> int | None:
        """Where the row of that key stands."""
        cluster, uid = key
        for at, row in enumerate(self):
            if row.ref.uid == uid and row.ref.cluster == cluster:
                return at
        return None


def arranged(board: Board, look: ViewState) -> Rows:
    """What is to be seen, in its order; a replacement next to what it replaces.

    Below the row of a group come its Pods, of one that is folded those that differ. Where there is
    no room for all, what is in trouble comes first.
    """
    of = seen(board, look)
    heads: Sequence[Row | Fold] = _heads(of) if of.groups else of.rows
    if look.sort is not Sort.NAME:  # in which they are
        heads = sorted(heads, key=lambda head: _rank(head, look.sort))
    elif 0 < look.room < len(heads):
        heads = _trouble_first(heads, of)
    rows = _with_members(board, heads, look, of) if of.groups else heads
    is_pair = any(row.replaced_by and row.ref.key not in of.over for row in board.leaving)
    made = Rows(_side_by_side(rows) if is_pair else rows, of.groups)
    if look.sort is Sort.NAME and not look.selected and _LEAST <= look.room < len(made):
        return _with_the_cards(made, marked(board, look), look.room)
    return made


def _heads(of: SeenRows) -> list[Row | Fold]:
    """Groups, and the Pods that stand in none, by name."""
    groups, over = of.groups, of.over
    heads: list[Row | Fold] = [
        *groups.causes.values(),
        *groups.shut.values(),
        *groups.open.values(),
        *(
            row
            for key, fold in of.folds.workloads.items()
            if not (key in groups.shut or key in groups.open or key in groups.within)
            for row in fold.rows
            if row.ref.key not in over
        ),
    ]
    loose = [row for row in of.folds.loose if row.ref.key not in over] if over else of.folds.loose
    if groups.causes:
        alike = (row for cause in groups.causes.values() for row in cause.rows)
        loose = _without(loose, (row for row in alike if row.workload is None))
    if len(heads) * _FEW > len(loose):
        return sorted((*loose, *heads), key=by_name)
    rows: list[Row | Fold] = [*loose]
    for head in heads:
        insort(rows, head, key=by_name)
    return rows


def _trouble_first(heads: Sequence[Row | Fold], of: SeenRows) -> Sequence[Row | Fold]:
    """Those in trouble, then the others, both by name."""
    if not of.folds.troubled:
        return heads
    if len(of.folds.troubled) > _FEW or len(of.groups.shut) > _FEW:
        first = [head for head in heads if head.health is Health.TROUBLE]
        return [*first, *(head for head in heads if head.health is not Health.TROUBLE)]
    groups = of.groups
    folds = (*groups.causes.values(), *groups.shut.values(), *groups.open.values())
    first = [
        *(fold for fold in folds if fold.health is Health.TROUBLE),
        *(row for row in of.folds.troubled if groups.group_of(row) is None),
    ]
    first.sort(key=by_name)
    return [*first, *_without(heads, first)]


_LEAST = 4
"""From how many rows on there is room for trouble and for the Pod on the card."""


def _with_the_cards(rows: Rows, key: Key | None, room: int) -> Rows:
    """The Pod on the card is the last one that there is room for, if it was further below.

    The row of its group comes with it.
    """
    at = rows.index_of(key) if key is not None else None
    if at is None or at < room:
        return rows
    row = rows[at]
    group = None if isinstance(row, Fold) else rows.groups.group_of(row)
    head = rows.index_of(group) if group is not None else None
    numbers = [head, at] if head is not None and head > room - 2 else [at]
    moved = [rows[number] for number in numbers]
    for number in reversed(numbers):
        del rows[number]
    begin = room - len(moved)
    rows[begin:begin] = moved
    return rows


def _with_members(
    board: Board, heads: Sequence[Row | Fold], look: ViewState, of: SeenRows
) -> list[Row | Fold]:
    """Below each group its Pods, of one that is folded those that differ."""
    few = apart(board, of.groups, row_of(board, marked(board, look)))
    below = {key: fold.rows for key, fold in of.groups.open.items()} | few
    rows: list[Row | Fold] = []
    done = 0
    # Which of them are groups is asked of all types at once: of ten thousand Pods few are.
    is_group = map(is_, map(type, heads), repeat(Fold))
    for at in compress(count(), is_group) if below else ():
        group = heads[at]
        if members := below.get(group.ref.key):
            if look.sort is not Sort.NAME and group.ref.key in of.groups.open:
                members = sorted(members, key=_KEYS[look.sort])
            rows += heads[done : at + 1]
            rows += [row for row in members if row.ref.key not in of.over]
            done = at + 1
    return [*rows, *heads[done:]]


def _without(rows: Sequence[T], some: Iterable[T]) -> list[T]:
    """The rows, which are by name, without some of them."""
    left = list(rows)
    for row in some:
        at = bisect_left(left, row.ref, key=by_name)
        del left[at]
    return left


_TROUBLE_FIRST = ("trouble", "waiting", "deleting", "gone", "ready", "ended")


def _created(row: Row) -> float:
    created = row.pod.metadata.creation_timestamp
    return created.timestamp() if created is not None else 0.0


_KEYS: dict[Sort, Callable[[Row], float]] = {
    Sort.TROUBLE: lambda row: _TROUBLE_FIRST.index(row.health),
    Sort.CHANGED: lambda row: -row.changed_t,
    Sort.AGE: lambda row: -_created(row),
    Sort.RESTARTS: lambda row: -row.columns.restarts,
}


def _rank(head: Row | Fold, sort: Sort) -> float:
    """Where it stands; a group where the first of its Pods would."""
    key = _KEYS[sort]
    return min(map(key, head.rows)) if isinstance(head, Fold) else key(head)


def _side_by_side(rows: Sequence[Row | Fold]) -> Sequence[Row | Fold]:
    """The rows, each once, with each replacement right below the Pod that it replaces.

    Which Pod is which is said by the key alone: a StatefulSet's Pod is replaced by one of its name.
    """
    shown = {row.ref.key for row in rows}
    following = {
        row.replaces.key: row for row in rows if not isinstance(row, Fold) and row.replaces
    }
    made: dict[Key, Row | Fold] = {}
    for row in rows:
        if not isinstance(row, Fold) and row.replaces and row.replaces.key in shown:
            continue  # it comes with the Pod that it replaces
        after: Row | Fold | None = row
        while after is not None and after.ref.key not in made:  # a replacement is replaced, too
            made[after.ref.key] = after
            after = following.get(after.ref.key)
    return list((made | {row.ref.key: row for row in rows if row.ref.key not in made}).values())
