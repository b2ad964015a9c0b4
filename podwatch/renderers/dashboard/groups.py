"""Groups: which Pods are one row of the table, by themselves or because somebody wants it so.

Responsible for what is folded: a workload with more than a handful of Pods; with fewer, and Pods
with one cause of trouble, only where the rows don't fit. Which Pods belong together is
`podwatch.core.folds`', in which order the rows stand `order`'s.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from podwatch.core.board import Board, Row
from podwatch.core.folds import Fold, Folds
from podwatch.core.health import Health
from podwatch.core.stream import Key
from podwatch.renderers.dashboard.view_state import ViewState, marked

MANY, SOME, PAIR = 7, 4, 2
"""From how many Pods on a workload is folded always; where rows don't fit; where many don't."""
_MANY_CAUSES = 4
"""How many rows a cause has to take the place of."""
_APART = 2
"""How many Pods in trouble, or that are replaced, are rows beside their folded group."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """The folds that have a row, by their keys: shut or open workloads, and causes, all shut.

    `within`: the workloads that are wholly in one of the causes.
    """

    shut: Mapping[Key, Fold]
    open: Mapping[Key, Fold]
    causes: Mapping[Key, Fold]
    within: frozenset[Key]

    def is_shut(self, fold: Fold) -> bool:
        """Whether only those of its Pods are rows that differ."""
        key = fold.ref.key
        return key in self.shut or key in self.causes

    def __bool__(self) -> bool:
        return bool(self.shut or self.open or self.causes)

    def group_of(self, row: Row) -> Key | None:
        """The key of the group that a Pod stands in, if it does."""
        workload, cause = row.workload, row.cause
        if (
            cause is not None
            and cause.key in self.causes
            and (workload is None or workload.key in self.within)
        ):
            return cause.key
        if workload is not None and (workload.key in self.shut or workload.key in self.open):
            return workload.key
        return None


def grouping(folds: Folds, pods: int, look: ViewState) -> Grouping:
    """What is folded of so many Pods that are there."""
    room = look.room or pods
    opened = {
        key: fold for key in look.opened if (fold := folds.workloads.get(key)) and fold.pods > 1
    }
    if look.all_shut is False:
        shut = _shut(folds, None, look)
        others = {key: fold for key, fold in folds.workloads.items() if fold.pods >= PAIR}
        return Grouping(shut, {k: f for k, f in others.items() if k not in shut}, {}, frozenset())
    causes: dict[Key, Fold] = {}
    within = frozenset[Key]()
    shut = _shut(folds, PAIR if look.all_shut else MANY, look)
    if _rows(pods, shut) > room:
        shut = _shut(folds, PAIR if look.all_shut else SOME, look)
    if (rows := _rows(pods, shut)) > room or look.shut & folds.causes.keys():
        causes, within = _causes(folds, look)
        hidden = sum(fold.pods - 1 for fold in causes.values())
        hidden -= sum(fold.pods - 1 for key, fold in shut.items() if key in within)
        if rows - hidden > room:
            shut = _shut(folds, PAIR, look)
    shut = {key: fold for key, fold in shut.items() if key not in within}
    return Grouping(shut, opened, causes, within)


def _shut(folds: Folds, least: int | None, look: ViewState) -> dict[Key, Fold]:
    """The workloads with so many Pods, None for none, and those that somebody folded."""
    return {
        key: fold
        for key, fold in folds.workloads.items()
        if fold.pods > 1
        and ((least and fold.pods >= least and key not in look.opened) or key in look.shut)
    }


def _rows(pods: int, shut: Mapping[Key, Fold]) -> int:
    return pods - sum(fold.pods - 1 for fold in shut.values())


def _causes(folds: Folds, look: ViewState) -> tuple[dict[Key, Fold], frozenset[Key]]:
    """The causes that take the place of several rows, and the workloads that are wholly in one."""
    found: dict[Key, Fold] = {}
    within: set[Key] = set()
    for key, cause in folds.causes.items():
        wanted = key in look.shut
        if cause.pods < (PAIR if wanted else _MANY_CAUSES) or key in look.opened:
            continue
        own = cause.workloads
        whole = {
            name
            for name, pods in own.items()
            if name is not None
            and name not in look.opened
            and (fold := folds.workloads.get(name)) is not None
            and fold.pods == pods
        }
        if len(whole) + own[None] >= (PAIR if wanted else _MANY_CAUSES):
            found[key] = cause
            within |= whole
    return found, frozenset(within)


def apart(board: Board, groups: Grouping, here: Row | None) -> dict[Key, list[Row]]:
    """The Pods that differ from their folded groups, so that they stay rows, by the group.

    The few in trouble, those that are replaced and what replaces them, and the one `here`, which is
    selected or on the card.
    """
    found: dict[Key, dict[Key, Row]] = defaultdict(dict)
    for key, fold in groups.shut.items():
        if fold.health is Health.TROUBLE and fold.counts[Health.TROUBLE] <= min(
            _APART, fold.pods - 1
        ):
            found[key] |= {row.ref.key: row for row in fold.troubled}
    pairs: Counter[Key] = Counter()
    for row in reversed(board.leaving):
        if row.workload is None or not row.replaced_by:
            continue
        key = row.workload.key
        if key in groups.shut and pairs[key] < _APART:
            pairs[key] += 1
            found[key] |= {one.ref.key: one for one in _pair(board, row)}
    if here is not None:
        of = groups.group_of(here)
        if of is not None and of not in groups.open:
            found[of][here.ref.key] = here
    return {key: sorted(rows.values(), key=lambda row: row.ref) for key, rows in found.items()}


def _pair(board: Board, row: Row) -> Iterator[Row]:
    yield row
    if row.replaced_by is not None and (new := board.row(row.replaced_by)) is not None:
        yield new


# ── what a key changes ──


def toggled(board: Board, look: ViewState, groups: Grouping) -> ViewState:
    """The look with the group folded, or unfolded, that is selected or that holds the Pod here."""
    key = marked(board, look)
    row = row_of(board, key)
    if row is not None:
        key = groups.group_of(row) or _wanted(board.folds, row)
    fold = board.folds.get(key) if key is not None else None
    if key is None or fold is None or fold.pods < PAIR:
        return replace(look, message="nothing to fold: this Pod is the only one of its kind")
    if key in groups.shut or key in groups.causes:
        look = replace(look, opened=look.opened | {key}, shut=look.shut - {key})
        if key in groups.causes:  # an open one has no row
            first = fold.rows[0]
            key = first.workload.key if first.workload is not None else first.ref.key
    else:
        look = replace(look, opened=look.opened - {key}, shut=look.shut | {key})
    return replace(look, selected=key)


def _wanted(folds: Folds, row: Row) -> Key | None:
    """The group that a Pod could stand in: its workload's, or its cause's."""
    for ref in (row.workload, row.cause):
        if ref is not None and (fold := folds.get(ref.key)) is not None and fold.pods >= PAIR:
            return ref.key
    return None


def all_toggled(look: ViewState, groups: Grouping) -> ViewState:
    """The look with all groups unfolded if any is folded, else with all of them folded."""
    shut = not (groups.shut or groups.causes)
    return replace(look, all_shut=shut, opened=frozenset(), shut=frozenset(), scroll=0)


def row_of(board: Board, key: Key | None) -> Row | None:
    """The Pod of that key."""
    return board.by_key.get(key) if key is not None else None
