"""Order: the rows of the table, Pods and groups of them, as they stand below each other.

Responsible for the order and for what a group's row stands in for; which Pods are let be seen is
`view_state`'s, what is folded `groups`'.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from podwatch.core.board import Board, Row, by_name
from podwatch.core.folds import Folds, folds_of
from podwatch.core.health import Health
from podwatch.core.stream import Key
from podwatch.renderers.dashboard.groups import Group, Grouping, apart, grouping, row_of
from podwatch.renderers.dashboard.view_state import (
    GONE_STAYS,
    Sort,
    ViewState,
    hides,
    let_through,
    marked,
)


class Seen(NamedTuple):
    """The Pods that a look lets be seen, and how they are grouped."""

    rows: Sequence[Row]
    folds: Folds
    groups: Grouping
    over: frozenset[Key]


def seen(board: Board, look: ViewState) -> Seen:
    """The rows but for those that are gone for long, by name; with no filter none is looked at."""
    over = [row for row in board.leaving if row.gone and row.gone_t <= board.t - GONE_STAYS]
    rows: Sequence[Row] = _without(board.rows, over) if over else board.rows
    folds, pods = board.folds, board.counts.total()
    if hides(look):
        rows = let_through(rows, look)
        folds, pods = folds_of(rows), sum(not row.gone for row in rows)
    return Seen(rows, folds, grouping(folds, pods, look), frozenset(row.ref.key for row in over))


def arranged(board: Board, look: ViewState) -> Sequence[Row | Group]:
    """What is to be seen, in its order; a replacement next to what it replaces.

    Below the row of a group come its Pods, of one that is folded those that differ. Where there is
    no room for all, what is in trouble comes first.
    """
    of = seen(board, look)
    heads: Sequence[Row | Group] = _heads(of) if of.groups else of.rows
    if look.sort is not Sort.NAME:  # in which they are
        heads = sorted(heads, key=lambda head: _rank(head, look.sort))
    elif 0 < look.room < len(heads):
        heads = _trouble_first(heads, of)
    rows = _with_members(board, heads, look, of) if of.groups else heads
    is_pair = any(row.replaced_by and row.ref.key not in of.over for row in board.leaving)
    return _side_by_side(rows) if is_pair else rows


def pods_in(rows: Iterable[Row | Group], groups: Grouping) -> int:
    """How many Pods these rows stand for, each once."""
    number = 0
    for row in rows:
        if isinstance(row, Group):
            number += row.fold.pods if row.shut else 0
        elif groups.group_of(row) not in groups.shut and groups.group_of(row) not in groups.causes:
            number += 1
    return number


def _heads(of: Seen) -> list[Row | Group]:
    """Groups, and the Pods that stand in none, by name."""
    groups, over = of.groups, of.over
    folds = of.folds.workloads
    heads: list[Row | Group] = [Group(fold, shut=True) for fold in groups.causes.values()]
    heads += [Group(fold, shut=True) for fold in groups.shut.values()]
    heads += [Group(fold, shut=False) for fold in groups.open.values()]
    heads += [
        row
        for key, fold in folds.items()
        if not (key in groups.shut or key in groups.open or key in groups.within)
        for row in fold.rows
        if row.ref.key not in over
    ]
    loose = [row for row in of.folds.loose if not over or row.ref.key not in over]
    if groups.causes:
        loose = [row for row in loose if groups.group_of(row) is None]
    return sorted((*heads, *loose), key=by_name)


def _trouble_first(heads: Sequence[Row | Group], of: Seen) -> Sequence[Row | Group]:
    """Those in trouble, then the others, both in their order."""
    if not of.folds.troubled:
        return heads
    first = [head for head in heads if _health(head) is Health.TROUBLE]
    return [*first, *(head for head in heads if _health(head) is not Health.TROUBLE)]


def _health(head: Row | Group) -> Health:
    return head.fold.health if isinstance(head, Group) else head.health


def _with_members(
    board: Board, heads: Iterable[Row | Group], look: ViewState, of: Seen
) -> list[Row | Group]:
    """Below each group its Pods, of one that is folded those that differ."""
    few = apart(board, of.groups, row_of(board, marked(board, look)))
    rows: list[Row | Group] = []
    for head in heads:
        rows.append(head)
        if isinstance(head, Group):
            members: Sequence[Row] = few[head.ref.key] if head.shut else head.fold.rows
            if look.sort is not Sort.NAME and not head.shut:
                members = sorted(members, key=_KEYS[look.sort])
            rows += [row for row in members if row.ref.key not in of.over]
    return rows


def _without(rows: Sequence[Row], some: Iterable[Row]) -> list[Row]:
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


def _rank(head: Row | Group, sort: Sort) -> float:
    """Where it stands; a group where the first of its Pods would."""
    key = _KEYS[sort]
    return min(map(key, head.fold.rows)) if isinstance(head, Group) else key(head)


def _side_by_side(rows: Sequence[Row | Group]) -> Sequence[Row | Group]:
    """The rows, each once, with each replacement right below the Pod that it replaces.

    Which Pod is which is said by the key alone: a StatefulSet's Pod is replaced by one of its name.
    """
    shown = {row.ref.key for row in rows}
    following = {
        row.replaces.key: row for row in rows if not isinstance(row, Group) and row.replaces
    }
    made: dict[Key, Row | Group] = {}
    for row in rows:
        if not isinstance(row, Group) and row.replaces and row.replaces.key in shown:
            continue  # it comes with the Pod that it replaces
        after: Row | Group | None = row
        while after is not None and after.ref.key not in made:  # a replacement is replaced, too
            made[after.ref.key] = after
            after = following.get(after.ref.key)
    return list((made | {row.ref.key: row for row in rows if row.ref.key not in made}).values())
