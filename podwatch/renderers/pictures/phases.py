"""The phases as a picture: Pending, Running, then Succeeded or Failed, and which were met.

Responsible for the picture and for its short form of one line. Which phases were met is given.
"""

from collections.abc import Collection

from rich.cells import cell_len
from rich.text import Text

from podwatch.renderers.dashboard.layout import Layout, Line, cells, wrapped

PHASES = ("Pending", "Running", "Succeeded", "Failed")
"""In the order of a Pod's life; the last two are its ends. `Unknown` stands aside."""

_WORDS = {"now": "now", "met": "met", "open": "not met yet"}
_SIGNS = {"now": "here", "met": "ended", "open": "waiting"}
_STYLES = {"now": "brand", "met": "strong", "open": "dim"}
_UNKNOWN = "A fifth, Unknown, is defined; today's Kubernetes does not set it."


def phases(met: Collection[str], now: Collection[str], width: int, pen: Layout) -> list[Text]:
    """The picture in lines of exactly `width` cells.

    `met` are the phases that were seen so far, `now` those that Pods are in.
    """
    rows = _boxes(met, now, pen)
    if max(map(cells, rows)) > width:
        rows = [_listed(phase, _how(phase, met, now), pen) for phase in PHASES]
    aside: list[Line] = [[(line, "dim")] for line in wrapped(pen.own(_UNKNOWN), width)]
    return [pen.line(width, parts) for parts in [*rows, *aside]]


def _boxes(met: Collection[str], now: Collection[str], pen: Layout) -> list[Line]:
    """A box for each phase, with arrows between: the two ends below each other."""
    frame, head = pen.symbol("frame"), pen.own("▶")
    pending, running, *ends = (_box(phase, _how(phase, met, now), pen) for phase in PHASES)
    arrow, gap = f" {frame[1]}{head} ", " " * 4
    before = cells(pending[0]) + len(gap)
    stem = before + cells(running[0]) // 2  # an arrow leaves here for the lower of the ends
    room = before + cells(running[0]) + len(gap)
    bend = frame[4] + frame[1] * (room - stem - 3) + f"{head} "
    rows: list[Line] = []
    for number in range(3):
        link = (arrow if number == 1 else gap, "frame")
        rows.append([*pending[number], link, *running[number], link, *ends[0][number]])
    for number, line in enumerate((frame[3].ljust(room - stem), bend, " " * (room - stem))):
        rows.append([(" " * stem, ""), (line, "frame"), *ends[1][number]])
    return rows


def _how(phase: str, met: Collection[str], now: Collection[str]) -> str:
    return "now" if phase in now else "met" if phase in met else "open"


def _box(phase: str, how: str, pen: Layout) -> list[Line]:
    """Three lines: the phase in a frame, a thick one if Pods are in it now."""
    frame = pen.symbol("focus" if how == "now" else "frame")
    style = {"now": "focus", "met": "", "open": "frame"}[how]
    word = f" {pen.symbol(_SIGNS[how])} {phase} "
    inner = cell_len(word)
    return [
        [(frame[0] + frame[1] * inner + frame[2], style)],
        [(frame[3], style), (word, _STYLES[how]), (frame[3], style)],
        [(frame[4] + frame[5] * inner + frame[6], style)],
    ]


def _listed(phase: str, how: str, pen: Layout) -> Line:
    """Its line where the boxes have no room."""
    return [(f"{pen.symbol(_SIGNS[how])} {phase:10} {_WORDS[how]}", _STYLES[how])]


def phase_line(met: Collection[str], now: Collection[str], pen: Layout) -> Line:
    """The same in one line, `✔ Pending  ▸ Running  ○ Succeeded  ○ Failed`."""
    made: Line = []
    for phase in PHASES:
        how = _how(phase, met, now)
        made += [("  " if made else "", ""), (f"{pen.symbol(_SIGNS[how])} {phase}", _STYLES[how])]
    return made
