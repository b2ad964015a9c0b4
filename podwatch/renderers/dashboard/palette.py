"""Palette: every key and every symbol in a list, which gets shorter as one types.

Responsible for what the list holds, for the entry at which one is, and for its lines. What a key
does is `bindings`'.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from podwatch.core.health import HEALTH_WORDS
from podwatch.core.lifeline import PodState
from podwatch.renderers.dashboard.bindings import bound
from podwatch.renderers.dashboard.laid import Laid
from podwatch.renderers.dashboard.layout import Layout, Line, wrapped
from podwatch.renderers.dashboard.view_state import ViewState

_WIDEST = 92
"""Longer lines are hard to read."""
_LABEL = 7

STAGES = {
    PodState.WAITING: "waiting: not all of its containers were started",
    PodState.RUNNING: "running, but not ready",
    PodState.READY: "ready",
    PodState.FAILED: "a container, its start or the Pod failed",
    PodState.BACK_OFF: "back-off: the kubelet waits before it tries again",
    PodState.ENDED: "ended well",
    PodState.DELETING: "being deleted",
    PodState.GONE: "gone",
    PodState.UNSEEN: "before podwatch looked",
}


class Listing(NamedTuple):
    """An entry: what it is called (nothing: the symbol of its style), and what it means.

    `key` is what Enter presses, if anything.
    """

    called: str
    style: str
    meaning: str
    part: str
    key: str = ""


def choices(look: ViewState) -> Sequence[Listing]:
    """What matches, in the order of the list."""
    words = look.query.lower().split()
    every = [
        *(Listing(one.shown, "key", one.does, _KEYS, one.key) for one in bound(look)),
        *(Listing("", stage, meaning, _LIFELINE) for stage, meaning in STAGES.items()),
        *(Listing("", health, meaning, _HEALTH) for health, meaning in HEALTH_WORDS.items()),
    ]
    return [one for one in every if all(word in _searched(one) for word in words)]


def chosen(look: ViewState) -> str:
    """The key that Enter presses; empty where one is at none."""
    found = choices(look)
    return found[min(look.picked, len(found) - 1)].key if found else ""


_KEYS = "Keys"
_LIFELINE = (
    "A Pod's lifeline, the newest at the right: a state has one symbol, and one more each time "
    "that it lasted twice as long"
)
_HEALTH = "How a Pod stands, before its name"


def _searched(one: Listing) -> str:
    return f"{one.called} {one.style} {one.meaning}".lower()


def typed(look: ViewState, key: str, page: int) -> ViewState:
    """The look after a key that the list takes; Enter and Esc are not among them."""
    last = len(choices(look)) - 1
    steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -last, "end": last}
    match key:
        case "backspace":
            return replace(look, query=look.query[:-1], picked=0)
        case _ if key in steps:
            return replace(look, picked=max(min(look.picked + steps[key], last), 0))
        case _ if len(key) == 1 and len(look.query) < _LONGEST and (key != " " or look.query):
            return replace(look, query=look.query + key, picked=0)
        case _:
            return look


_LONGEST = 40
"""No key is found by more characters."""


def palette(look: ViewState, width: int, height: int, pen: Layout) -> Laid:
    """The list in at most `height` lines; what is picked is always among them."""
    room = min(width - 4, _WIDEST)
    found = choices(look)
    query: Line = [(pen.say(look.query), "strong"), (" ", "selected")]
    head = pen.line(width, [("  ", ""), ("find ", "label"), *query])
    if not found:
        none = pen.line(width, [(pen.own("  nothing is called so: Backspace, or Esc"), "")])
        return Laid([head, none][:height])
    picked = min(look.picked, len(found) - 1)
    lines: list[Line] = []
    of: dict[int, int] = {}
    part, spot, marked = "", (0, 1), 0
    for number, one in enumerate(found):
        start = len(lines)
        if one.part != part:
            part = one.part
            lines += [[]] if lines else []
            lines += [[(line, "strong")] for line in wrapped(pen.own(part), room)]
            start = 0 if not number else len(lines) - 1
        marked = len(lines) if number == picked else marked
        said = wrapped(pen.own(one.meaning), max(room - _LABEL, 10))
        sign = pen.own(one.called) if one.called else pen.symbol(one.style)
        for parts in pen.labelled(sign, said, _LABEL, named=one.style):
            bar = [(text, f"bar {style}") for text, style in pen.cut(parts, room)]
            of[len(lines)] = number
            lines.append(bar if number == picked else parts)
        if number == picked:
            spot = start, len(lines)
    space = max(height - 1, 1)
    if len(lines) > space:
        space = max(space - 1, 1)
    first = max(min(look.lines_scroll, spot[0], len(lines) - space), spot[1] - space, 0)
    here = f"{pen.symbol('here')} "
    made = [head]
    for at, parts in enumerate(lines[first : first + space], first):
        margin = (here, "bar key") if at == marked else ("  ", "")
        made.append(pen.line(width, [margin, *parts]))
    if len(lines) > space:
        below = len(lines) - first - space
        said_ = f"{pen.symbol('down')} {below} more lines" if below else "the end"
        made.append(pen.line(width, [("  " + said_, "dim")]))
    seen = {at - first + 1: number for at, number in of.items() if first <= at < first + space}
    return Laid(made[:height], first, seen, width)
