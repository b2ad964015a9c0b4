"""A Pod's lifeline: the states that it went through, a symbol each.

Responsible for how many cells each state has. What the states are is `podwatch.core.lifeline`.
"""

from podwatch.core.board import Row
from podwatch.core.lifeline import PodState
from podwatch.renderers.dashboard.layout import Layout, Part


def lifeline(row: Row, t: float, room: int, pen: Layout) -> list[Part]:
    """The states that a Pod went through, the newest at the right, in at most `room` cells.

    Each has at least one symbol, and one more each time that it lasted twice as long: the
    pauses of a crash loop, which double, grow by one. The oldest are left out first.
    """
    spans = row.lifeline
    parts: list[Part] = []
    left = room
    until = row.gone_t if row.gone else t
    for number in range(len(spans) - 1, -1, -1):
        span = spans[number]
        size = 1 if span.state in _MOMENTS else _length(until - span.t)
        until = span.t
        if size >= left and number > 0:
            if left > 1:
                parts.append((pen.theme.symbol(span.state) * (left - 1), pen.style(span.state)))
            parts.append((pen.ellipsis, pen.style("dim")))
            break
        parts.append((pen.theme.symbol(span.state) * min(size, left), pen.style(span.state)))
        left -= size
    return parts[::-1]


_MOMENTS = frozenset({PodState.UNSEEN, PodState.GONE})


def _length(seconds: float) -> int:
    """How many cells a state has: 1 below 1 s, 2 below 2 s, 3 below 4 s, 7 below 64 s …"""
    return 1 + int(max(seconds, 0.0)).bit_length()
