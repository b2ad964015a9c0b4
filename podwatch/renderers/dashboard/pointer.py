"""Pointer: what the mouse changes in the look. Pure, as `keymap` is, whose moves it makes.

Responsible for what lies under it. The wheel and a click are all that there is: nothing is dragged,
so that text can be selected, with Shift.
"""

from collections.abc import Mapping
from dataclasses import replace

from podwatch.core.board import Board
from podwatch.renderers.dashboard.entries import entries, entry_id
from podwatch.renderers.dashboard.keymap import moved
from podwatch.renderers.dashboard.order import arranged
from podwatch.renderers.dashboard.regions import Area
from podwatch.renderers.dashboard.view_state import Overlay, Region, ViewState

WHEEL = {"wheelup": "up", "wheeldown": "down"}
"""The key that each turn of the wheel is."""

Areas = Mapping[Region, Area]


def turned(look: ViewState, x: int, y: int, areas: Areas) -> ViewState:
    """The look before the wheel moves something: with the focus on what is under it."""
    region = _region(areas, x, y)
    return replace(look, focus=region) if region is not None and not _covered(look) else look


def clicked(look: ViewState, x: int, y: int, areas: Areas, board: Board) -> ViewState:
    """The look after a click: a region gets the focus, a Pod is selected, or opened if it is.

    The same of a row of what happened, which is unfolded.
    """
    region = _region(areas, x, y)
    if region is None or _covered(look):
        return look
    look = replace(look, focus=region)
    area = areas[region]
    if region is Region.TIMELINE:
        return _at_what_happened(look, y, area, board)
    at = y - area.y - area.heading
    rows = arranged(board, look)
    if region is not Region.TABLE or not 0 <= at < min(area.page, len(rows) - area.first):
        return look
    key = rows[area.first + at].ref.key
    if key == look.selected:
        return moved(replace(look, typing=False), "enter", board, area.page)
    return replace(look, selected=key)


def _at_what_happened(look: ViewState, y: int, area: Area, board: Board) -> ViewState:
    if y - area.y >= len(area.row_of):
        return look
    row = area.row_of[y - area.y]
    entry = entry_id(entries(board, look)[row])
    if entry == look.entry:
        return moved(look, "o", board, area.page)
    return replace(look, entry=entry, timeline_scroll=row - area.first)


def _covered(look: ViewState) -> bool:
    return look.overlay is not Overlay.NONE


def _region(areas: Areas, x: int, y: int) -> Region | None:
    for region, area in areas.items():
        if area.x <= x < area.x + area.width and area.y <= y < area.y + area.height:
            return region
    return None
