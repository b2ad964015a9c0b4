"""A board of one namespace, of a board of several.

Responsible for leaving out everything that is about other namespaces, so that a learner's dashboard
is the one that `podwatch ns` shows.
"""

from collections import Counter
from collections.abc import Iterable
from operator import attrgetter

from msgspec.structs import replace

from podwatch.core.beat import Beat, BeatGroup
from podwatch.core.board import Board
from podwatch.core.folds import folds_of
from podwatch.core.stream import Gap, Scope


def board_within(board: Board, namespace: str) -> Board:
    """What of the board is about this namespace."""
    rows = tuple(row for row in board.rows if row.ref.namespace == namespace)
    beats = {
        key: told
        for key, told in board.beats.items()
        if told and told[0].ref.namespace == namespace
    }
    opened = board.opened
    if opened is not None:
        opened = replace(opened, scopes=(Scope("Pod", namespace),))
    return replace(
        board,
        opened=opened,
        rows=rows,
        by_key={row.ref.key: row for row in rows},
        leaving=tuple(row for row in board.leaving if row.ref.namespace == namespace),
        folds=folds_of(rows),
        counts=Counter(row.health for row in rows if not row.gone),
        longest_name=max((len(row.ref.name) for row in rows), default=0),
        longest_namespace=len(namespace),
        timeline=tuple(
            one for one in board.timeline if isinstance(one, Gap) or one.ref.namespace == namespace
        ),
        story=_story(beat for told in beats.values() for beat in told),
        beats=beats,
        connections={
            scope: said
            for scope, said in board.connections.items()
            if scope.namespace in {"", namespace}
        },
    )


def _story(beats: Iterable[Beat]) -> tuple[BeatGroup, ...]:
    """The rows of what happened; beats that share one with other namespaces share it here."""
    groups: dict[int, list[Beat]] = {}
    for beat in beats:
        groups.setdefault(beat.group, []).append(beat)
    made = (
        BeatGroup(lead=max(alike, key=_moment), refs=tuple(one.ref for one in alike))
        for alike in groups.values()
    )
    return tuple(sorted(made, key=_of_lead))


_moment = attrgetter("t", "number")
_of_lead = attrgetter("lead.t", "lead.number")
