"""Entries: what the timeline lists, the newest first.

Responsible for which rows of the story are in scope, for the gaps between them, and for the parts
of what is unfolded. What they look like is `timeline`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from podwatch.core.beat import Beat, BeatGroup, Part
from podwatch.core.board import Board
from podwatch.core.stream import Gap, Key
from podwatch.renderers.dashboard.view_state import EntryId, ViewState, scope


@dataclass(frozen=True, slots=True)
class Unfolded:
    """One of the parts of a row that is unfolded; `number` is the row's, `at` its place in it."""

    number: int
    at: int
    part: Part


Entry = BeatGroup | Unfolded | Gap


def entry_id(entry: Entry) -> EntryId:
    """What tells an entry apart, also when newer ones came."""
    match entry:
        case BeatGroup():
            return (entry.lead.group, -1)
        case Unfolded():
            return (entry.number, entry.at)
        case _:
            return (-1, int(entry.t * 1000))


def entries(board: Board, look: ViewState) -> Sequence[Entry]:
    """All entries that are in scope, the newest first."""
    rows: Sequence[BeatGroup] = in_scope(board, look)[::-1]
    if not board.gaps and not look.unfolded:
        return rows
    return list(_with_parts(_with_gaps(rows, board), look))


def in_scope(board: Board, look: ViewState) -> Sequence[BeatGroup]:
    """The rows of the story about the Pods that the look is about, the newest last."""
    keys = scope(board, look)
    if keys is None:
        return board.story
    if len(keys) == 1:
        return [_of_one(beat) for key in keys for beat in board.beats.get(key, ())]
    return [found for group in board.story if (found := _part_of(group, keys, board)) is not None]


def _of_one(beat: Beat) -> BeatGroup:
    return BeatGroup(lead=beat, refs=(beat.ref,))


def _part_of(group: BeatGroup, keys: frozenset[Key], board: Board) -> BeatGroup | None:
    """The row with the Pods only that are in scope; none if there is none of them."""
    refs = tuple(ref for ref in group.refs if ref.key in keys)
    if len(refs) == len(group.refs) or not refs:
        return group if refs else None
    lead = group.lead
    if lead.ref.key not in keys:
        of = (beat for beat in board.beats_of(refs[-1]) if beat.group == lead.group)
        lead = next(of, lead)
    return BeatGroup(lead=lead, refs=refs)


def _with_gaps(rows: Sequence[BeatGroup], board: Board) -> Iterator[BeatGroup | Gap]:
    gaps = [one for one in board.timeline if isinstance(one, Gap)] if board.gaps else []
    for row in rows:
        while gaps and gaps[-1].t > row.lead.t:
            yield gaps.pop()
        yield row
    yield from reversed(gaps)


def _with_parts(rows: Iterator[BeatGroup | Gap], look: ViewState) -> Iterator[Entry]:
    for row in rows:
        yield row
        if isinstance(row, BeatGroup) and row.lead.group in look.unfolded:
            for at, part in enumerate(reversed(row.lead.parts)):
                yield Unfolded(row.lead.group, at, part)


def index_of(entry: EntryId | None, listed: Sequence[Entry]) -> int:
    """Where an entry is now; the newest if there is none, or if it is gone."""
    if entry is None:
        return 0
    return next((at for at, one in enumerate(listed) if entry_id(one) == entry), 0)
