"""Regions: the parts of the screen, each with a title, a position and a border.

Responsible for how a region is set apart, so that all look alike. In a box where there is room;
on a small screen under a titled rule, as the lines of a box would be missed by what is in it. What
stands in a region is its own module's, which region stands where `main_scene`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from podwatch.renderers.dashboard.layout import Layout, Line, cells, joined


@dataclass(frozen=True, slots=True)
class Content:
    """What a region shows: lines of exactly its inner width, and the words on its border.

    `first` is the number of rows above what is seen, `shown` of those that are seen and `below` of
    those below them, in the region's own rows. `right` stands in the upper side, `foot` in the
    lower one, which only a box has. `at` is the row at which one is. `row_of` is the row of each
    line, where one has several.
    """

    lines: Sequence[Text]
    title: Line
    first: int = 0
    below: int = 0
    shown: int = 0
    right: Line | None = None
    foot: Line | None = None
    at: int = 0
    row_of: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """Where a region's content is on the screen, in cells from the upper left.

    `first` is the first of the region's own rows that is seen, `page` how many of them are, and
    `at` the one at which one is. Above them are `heading` lines. `row_of`: as in its content.
    """

    x: int
    y: int
    width: int
    height: int
    first: int
    page: int
    heading: int = 0
    at: int = 0
    row_of: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Border:
    """How regions are set apart: in a `box`, or under a titled rule."""

    box: bool

    @property
    def rows(self) -> int:
        """How many rows it costs."""
        return 2 if self.box else 1

    @property
    def columns(self) -> int:
        """How many columns it costs."""
        return 2 if self.box else 0

    def around(
        self, content: Content, width: int, height: int, pen: Layout, *, focused: bool = False
    ) -> list[Text]:
        """`height` lines of exactly `width` cells with the content in them."""
        kind = "focus" if focused else "frame"
        symbols = pen.symbol(kind)
        scroll = _scroll(content, pen)
        right = [*(content.right or []), *(() if self.box else scroll)]
        title: Line = [(" ", ""), *content.title, (" ", "")] if content.title else []
        inner = width - self.columns
        room = max(height - self.rows, 0)
        lines = [*content.lines[:room]]
        lines += [pen.blank(inner)] * (room - len(lines))
        if not self.box:
            rule = symbols[1] * 3
            return [pen.text(pen.edge(rule, title, right, width, kind)), *lines][:height]
        side = pen.text([(symbols[3], kind)])
        foot = [*scroll, *(content.foot or [])]
        return [
            pen.text(pen.edge(symbols[:3], title, right, width, kind)),
            *(joined(side, line, side) for line in lines),
            pen.text(pen.edge(symbols[4:], (), foot, width, kind)),
        ][:height]


def _scroll(content: Content, pen: Layout) -> Line:
    """How many rows are hidden above and below."""
    said = [
        f"{pen.symbol(name)}{number}"
        for name, number in (("up", content.first), ("down", content.below))
        if number
    ]
    return [(f" {' '.join(said)} more ", "label")] if said else []


def beside(
    left: Sequence[Text], right: Sequence[Text], *, widths: tuple[int, int], pen: Layout
) -> list[Text]:
    """Two columns as lines, with an empty one between them; the shorter one is filled up."""
    made = []
    for number in range(max(len(left), len(right))):
        one = left[number] if number < len(left) else pen.blank(widths[0])
        other = right[number] if number < len(right) else pen.blank(widths[1])
        made.append(joined(one, " ", other))
    return made


def position(shown: int, total: int) -> str:
    """`5 of 20`, or only how many there are if all of them are seen."""
    return f"{shown} of {total}" if shown < total else str(total)


def titled(name: str, more: str, width: int) -> Line:
    """A region's title: its name and its position, which gives way where there is no room."""
    title: Line = [(name, "strong")]
    return [*title, (f" {more}", "")] if cells(title) + len(more) + 12 <= width else title
