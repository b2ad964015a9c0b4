"""Arrangement: which regions there are on the main screen, where, and how large each is.

Responsible for what a person needs first at each size, in numbers only. A narrow screen has one
column. From SIDE_BY_SIDE columns on what happened stands beside the card; from MASTER on the lists
are on the left and the card and its Pod on the right. The table's size depends on no text, so that
no row moves when another card comes; what happened takes what is left.
"""

from collections.abc import Callable
from dataclasses import dataclass

from podwatch.renderers.dashboard.regions import Border
from podwatch.renderers.dashboard.view_state import Region

SIDE_BY_SIDE = 140
"""From how many columns on the card and what happened stand side by side."""
MASTER = 180
"""From how many columns on the lists stand beside what tells of one Pod."""
_BOXES = (72, 28)
"""From how many columns and rows on each region has a box."""
_CARD_WIDTH = (62, 100)
"""How wide a card beside something is: longer lines are hard to read."""

_CARD_LEAST = 16
"""With how many rows a card can say most of what it has to."""


@dataclass(frozen=True, slots=True)
class Needs:
    """How many rows each region could fill, the card at a width; its Pod's boxes at least."""

    table: int
    timeline: int
    card: Callable[[int], int]
    pod: int


@dataclass(frozen=True, slots=True)
class Column:
    """Regions below each other, with their heights, borders included."""

    width: int
    regions: tuple[tuple[Region, int], ...]


Band = tuple[Column, ...]
"""Columns beside each other."""


def border_of(width: int, room: int) -> Border:
    """How regions are set apart on a screen with `room` rows for them."""
    return Border(box=width >= _BOXES[0] and room >= _BOXES[1])


def arrangement(width: int, room: int, needs: Needs, focus: Region) -> tuple[Band, ...]:
    """The bands from the top to the bottom; together as high as the room, or lower."""
    cost = border_of(width, room).rows
    if width >= MASTER:
        return _master(width, room, needs, cost)
    if width >= SIDE_BY_SIDE:
        return _side_by_side(width, room, needs, cost)
    return (_stacked(width, room, needs, focus, cost),)


def _stacked(width: int, room: int, needs: Needs, focus: Region, cost: int) -> Band:
    """The table, the card below it, and below that what happened."""
    if room < 3 * cost + 5:  # then the table and one more
        table = min(needs.table, max(room - 2 * cost, 1) // 2) + cost
        other = Region.TIMELINE if focus is Region.TIMELINE else Region.CARD
        return (_column(width, (Region.TABLE, table), (other, room - table)),)
    space = room - 3 * cost
    few = 2 if room < 18 else 4 if room < 28 else 8
    # What happened grows only, so what it leaves to the table shrinks only.
    happened = min(needs.timeline, max(space // 3, few))
    table = max(space * 38 // 100, 3, space - space * 42 // 100 - happened)
    if room < _BOXES[1] and focus is not Region.TABLE:  # what has the focus gets the room
        table = max(space // 5, 2)
        few = space // 2 if focus is Region.TIMELINE else 1
    table = min(needs.table, table)
    wanted = needs.card(width)
    least = max(min(needs.timeline, few), 1)
    card = min(wanted, max(space - table - least, 0))
    happened = space - table - card
    return (
        _column(
            width,
            (Region.TABLE, table + cost),
            (Region.CARD, card + cost),
            (Region.TIMELINE, happened + cost),
        ),
    )


def _side_by_side(width: int, room: int, needs: Needs, cost: int) -> tuple[Band, ...]:
    """The table, below it the card and its Pod at the left and what happened at the right."""
    card_width = min(max(width * 44 // 100, _CARD_WIDTH[0]), _CARD_WIDTH[1])
    rest = width - card_width - 1
    table = min(needs.table + cost, max(room * 45 // 100, cost + 2))
    left = room - table
    return (
        (_column(width, (Region.TABLE, table)),),
        (
            _column(card_width, *_of_one_pod(card_width, left, needs, cost)),
            _column(rest, (Region.TIMELINE, left)),
        ),
    )


def _master(width: int, room: int, needs: Needs, cost: int) -> tuple[Band, ...]:
    """At the left the table and what happened, at the right the card and its Pod."""
    right = min(max(width * 38 // 100, 70), _CARD_WIDTH[1])
    left = width - right - 1
    share = room - min(needs.timeline + cost, max(room * 45 // 100, cost + 3))
    table = min(needs.table + cost, max(share, cost + 2))
    return (
        (
            _column(left, (Region.TABLE, table), (Region.TIMELINE, room - table)),
            _column(right, *_of_one_pod(right, room, needs, cost)),
        ),
    )


def _of_one_pod(width: int, room: int, needs: Needs, cost: int) -> list[tuple[Region, int]]:
    """The card as high as it needs, and below it its Pod; the card leaves that the least of it."""
    card = needs.card(width) + cost
    if room - needs.pod >= _CARD_LEAST:
        card = min(card, room - needs.pod)
    card = min(card, room)
    return [(Region.CARD, card), (Region.POD, room - card if needs.pod else 0)]


def _column(width: int, *regions: tuple[Region, int]) -> Column:
    return Column(width, tuple(one for one in regions if one[1] > 0))
