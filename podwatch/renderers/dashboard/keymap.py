"""Moves: what a key changes in the look. Pure: a look, a key and a board give the next look.

Not responsible for keys that do something beyond the look (quit, pause, record, a replay's
pace), which are the screen's.
"""

from collections.abc import Sequence
from dataclasses import replace

from podwatch.core.beat import BeatGroup
from podwatch.core.board import Board
from podwatch.core.stream import Key
from podwatch.renderers.dashboard.bindings import canonical
from podwatch.renderers.dashboard.entries import entries, entry_id, index_of
from podwatch.renderers.dashboard.groups import all_toggled, toggled
from podwatch.renderers.dashboard.order import arranged, seen
from podwatch.renderers.dashboard.pages import asked, turned_to
from podwatch.renderers.dashboard.palette import typed
from podwatch.renderers.dashboard.view_state import (
    Overlay,
    Region,
    Scene,
    Sort,
    ViewState,
    marked,
)

_ALL = 1_000_000
"""More rows or lines than there are."""


def moved(
    look: ViewState, key: str, board: Board, page: int, lines: Sequence[str] = ()
) -> ViewState:
    """The look after a key. The same for a key without use.

    `page` is how many rows are seen, `lines` what stands on the screen.
    """
    after = _moved(look, key, board, page, lines)
    hides = (after.filter, after.trouble_only) != (look.filter, look.trouble_only)
    if hides and all(row.ref.key != after.selected for row in arranged(board, after)):
        return replace(after, selected=None)
    return after


def _moved(look: ViewState, key: str, board: Board, page: int, lines: Sequence[str]) -> ViewState:
    if look.typing:
        return _typed(look, key, board, page)
    if look.overlay is Overlay.HELP:
        return _in_the_palette(look, key, page)
    key = canonical(key)
    if look.overlay is Overlay.EXPLAIN:
        return turned_to(look, key, page)
    match key:
        case "enter" if look.scene is Scene.POD:
            return replace(look, scene=Scene.TABLE, lines_scroll=0)
        case "enter":
            key_ = _here(look, board)
            if key_ is not None and board.folds.get(key_) is not None:
                return toggled(board, look, seen(board, look).groups)
            if all(row.ref.key != key_ for row in arranged(board, look)):
                return replace(look, message="no Pod is selected: the arrows select one")
            return replace(look, scene=Scene.POD, selected=key_, lines_scroll=0)
        case "p" if look.scene is Scene.PROJECTOR:
            return replace(look, scene=look.home)
        case "p" if look.scene is Scene.SHEET and look.asked is None:
            return look
        case "p":
            return replace(look, scene=Scene.PROJECTOR, lines_scroll=0)
        case "o" | "g" if look.scene is Scene.TABLE and look.focus is Region.TABLE:
            groups = seen(board, look).groups
            return all_toggled(look, groups) if key == "g" else toggled(board, look, groups)
        case "/" | "f" | "s" if look.scene is not Scene.TABLE:
            return look  # they are about the table
        case "/":
            return replace(look, typing=True)
        case "f":
            return replace(look, trouble_only=not look.trouble_only, scroll=0)
        case "s":
            return replace(look, sort=look.sort.following, scroll=0)
        case "?":
            return replace(look, overlay=Overlay.HELP, lines_scroll=0, picked=0, query="")
        case "e":
            return asked(board, look, lines)
        case "esc":
            return _back(look)
        case "o" if look.scene is Scene.POD:
            return replace(look, pod_unfolded=not look.pod_unfolded)
        case _ if look.scene in {Scene.POD, Scene.SHEET}:
            return _scrolled(look, key, page)
        case "tab" if look.scene is Scene.TABLE:
            return replace(look, focus=look.focus.following)
        case _ if look.scene is Scene.TABLE and look.focus is Region.TIMELINE:
            return _among_what_happened(look, key, board, page)
        case _ if look.scene is Scene.TABLE and look.focus is Region.CARD:
            return replace(look, card_scroll=_scroll(look.card_scroll, key, page))
        case _:
            return _selected(look, key, board, page)


def _here(look: ViewState, board: Board) -> Key | None:
    """The Pod at which one is: of the row in the timeline that has the focus, else of the table."""
    if look.focus is Region.TIMELINE and (listed := entries(board, look)):
        number = entry_id(listed[index_of(look.entry, listed)])[0]
        for one in listed:
            if isinstance(one, BeatGroup) and one.lead.group == number:
                return one.lead.ref.key
    return marked(board, look)


def _among_what_happened(look: ViewState, key: str, board: Board, page: int) -> ViewState:
    """The look after a key that moves in the timeline, or that unfolds a row of it."""
    listed = entries(board, look)
    step = _steps(page).get(key)
    if not listed or (step is None and key != "o"):
        return look
    at = index_of(look.entry, listed)
    if key == "o":
        number = entry_id(listed[at])[0]
        return replace(look, unfolded=look.unfolded ^ {number}, entry=(number, -1))
    to = min(max(at + (step or 0), 0), len(listed) - 1)
    below = look.timeline_scroll
    if abs(to - at) == 1:  # else a page further, with one's place on it
        below = min(max(below + to - at, 0), max(page - 1, 0))
    return replace(look, entry=entry_id(listed[to]) if to else None, timeline_scroll=below)


def _in_the_palette(look: ViewState, key: str, page: int) -> ViewState:
    closes = key in {"enter", "esc"} or (key in {"?", ":"} and not look.query)
    return replace(look, overlay=Overlay.NONE) if closes else typed(look, key, page)


def _back(look: ViewState) -> ViewState:
    """One step back: first to the table, then what hides Pods, the selection, the order."""
    if look.scene is not look.home:
        return replace(look, scene=look.home, lines_scroll=0)
    if look.focus is not Region.TABLE:
        return replace(look, focus=Region.TABLE, entry=None, timeline_scroll=0, card_scroll=0)
    if look.filter or look.trouble_only:
        return replace(look, filter="", trouble_only=False, scroll=0)
    if look.selected:
        return replace(look, selected=None, scroll=0)
    none = frozenset[Key]()
    return replace(look, sort=Sort.NAME, opened=none, shut=none, all_shut=None, scroll=0)


def _typed(look: ViewState, key: str, board: Board, page: int) -> ViewState:
    match key:
        case "enter":
            return replace(look, typing=False)
        case "esc":
            return replace(look, typing=False, filter="", scroll=0)
        case "backspace":
            return replace(look, filter=look.filter[:-1], scroll=0)
        case _ if len(key) == 1:
            return replace(look, filter=(look.filter + key)[:60], scroll=0)
        case _:
            return _selected(look, key, board, page)


def _steps(page: int) -> dict[str, int]:
    """How far down a key goes."""
    page = max(page - 1, 1)
    return {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -_ALL, "end": _ALL}


def _scrolled(look: ViewState, key: str, page: int) -> ViewState:
    return replace(look, lines_scroll=_scroll(look.lines_scroll, key, page))


def _scroll(first: int, key: str, page: int) -> int:
    """The first line that is seen after a key; the picture says where the lines end."""
    return max(first + _steps(page).get(key, 0), 0)


def _selected(look: ViewState, key: str, board: Board, page: int) -> ViewState:
    """The look with another Pod selected; from the lesson's Pod on, as that is the marked one."""
    step = _steps(page).get(key)
    rows = arranged(board, look) if step else ()
    if not step or not rows:
        return look
    key_ = marked(board, look)
    at = next((number for number, row in enumerate(rows) if row.ref.key == key_), None)
    if at is None:
        at, step = look.scroll, step if abs(step) == _ALL else 0
    return replace(look, selected=rows[min(max(at + step, 0), len(rows) - 1)].ref.key)
