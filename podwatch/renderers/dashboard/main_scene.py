"""The main scene: the Pods, the card and what happened, each in its region.

Responsible for drawing what `arrangement` has laid out, and for telling where each region is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from rich.text import Text

from podwatch.core.board import Board
from podwatch.renderers.dashboard.arrangement import Band, Needs, arrangement, border_of
from podwatch.renderers.dashboard.card import card
from podwatch.renderers.dashboard.layout import Layout, Line, joined
from podwatch.renderers.dashboard.order import Rows, arranged
from podwatch.renderers.dashboard.pod_region import pod_least, pod_region
from podwatch.renderers.dashboard.regions import Area, Border, Content, beside, position, titled
from podwatch.renderers.dashboard.table import table
from podwatch.renderers.dashboard.timeline import timeline, timeline_rows
from podwatch.renderers.dashboard.view_state import Region, ViewState, hides

_NO_HEADING = 14
"""Up to how many rows the table has no heading: a Pod more tells more."""
_CARD_MARGIN = 2
_WHOLE = 200
"""More rows than a card has."""


@dataclass(frozen=True, slots=True)
class MainScene:
    """The lines, and where the content of each region is in them.

    `room` is how many rows the table could have.
    """

    lines: list[Text]
    areas: Mapping[Region, Area]
    room: int


def main_scene(
    board: Board,
    look: ViewState,
    width: int,
    room: int,
    pen: Layout,
    *,
    recorded: bool = False,
) -> MainScene:
    """At most `room` lines of exactly `width` cells."""
    border = border_of(width, room)
    none = arranged(Board(), look)
    drawn = _Drawn(board, none, look, pen, border, recorded, room > _NO_HEADING)
    # As without an entry: what happened stays where it is while the card tells of each row.
    card_rows = cache(replace(drawn, look=replace(look, entry=None)).card_rows)

    def bands(table_rows: int) -> tuple[Band, ...]:
        needs = Needs(
            table=table_rows,
            timeline=timeline_rows(board),
            card=card_rows,
            pod=pod_least(board, look),
        )
        return arrangement(width, room, needs, look.focus)

    # What is folded depends on the room, so first the table gets what it could fill.
    laid = bands(_rows_of_all(board, look) + drawn.heading)
    table_room = max(_height(laid, Region.TABLE) - border.rows - drawn.heading, 1)
    look = replace(look, room=table_room)
    drawn = replace(drawn, rows=arranged(board, look), look=look)
    if len(drawn.rows) != table_room:
        laid = bands(drawn.table_rows)
    lines: list[Text] = []
    areas: dict[Region, Area] = {}
    for band in laid:
        columns: list[list[Text]] = []
        x = 0
        for column in band:
            made: list[Text] = []
            for region, height in column.regions:
                if region is Region.POD:
                    made += pod_region(board, look, column.width, height, pen)
                    continue
                part, area = drawn.region(region, column.width, height)
                areas[region] = replace(area, x=area.x + x, y=area.y + len(lines) + len(made))
                made += part
            columns.append(made)
            x += column.width + 1
        if len(band) == 1:
            lines += columns[0]
        else:
            lines += beside(*columns, widths=(band[0].width, band[1].width), pen=pen)
    return MainScene(lines[:room], areas, table_room)


def _rows_of_all(board: Board, look: ViewState) -> int:
    """How many rows the table would have with every Pod in one."""
    there = board.counts.total()
    return there if there > _WHOLE else len(arranged(board, replace(look, all_shut=None, room=0)))


def _height(bands: tuple[Band, ...], region: Region) -> int:
    """How high a region is, with its border."""
    regions = (one for band in bands for column in band for one in column.regions)
    return next((height for name, height in regions if name is region), 0)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Draws the regions of one frame."""

    board: Board
    rows: Rows
    look: ViewState
    pen: Layout
    border: Border
    recorded: bool
    heading: bool

    def region(self, region: Region, width: int, height: int) -> tuple[list[Text], Area]:
        """The region with its border, and where its content is in it."""
        inner = max(width - self.border.columns, 1)
        space = max(height - self.border.rows, 0)
        match region:
            case Region.TABLE:
                content = self.table(inner, space)
            case Region.CARD:
                content = self.card(inner, space)
            case _:
                content = timeline(self.board, self.look, inner, space, self.pen)
        focused = self.look.focus is region
        lines = self.border.around(content, width, height, self.pen, focused=focused)
        x, above = self.border.columns // 2, int(self.heading and region is Region.TABLE)
        first, page, row_of = content.first, content.shown, content.row_of
        area = Area(x, 1, inner, space, first, page, above, content.at, row_of)
        return lines, area

    @property
    def table_rows(self) -> int:
        """How many rows the table could fill; without a Pod it says what to do."""
        return len(self.rows) + self.heading if self.rows else 7

    def table(self, width: int, height: int) -> Content:
        """The Pods."""
        space = height if self.heading else height + 1
        lines, first, page = table(
            self.board, self.rows, width, space, self.look, self.pen, recorded=self.recorded
        )
        if not self.heading and page:
            lines = lines[1:]
        there = position(*self._pods(first, page))
        below = len(self.rows) - first - page if page else 0
        foot: Line = [(" o g ", "key"), ("unfold ", "dim")] if self.rows.groups else []
        title = titled("Pods", there, width)
        return Content(lines, title, first, max(below, 0), shown=page, foot=foot)

    def _pods(self, first: int, page: int) -> tuple[int, int]:
        """How many Pods the rows that are seen stand for, and how many there are."""
        there = self.board.counts.total()
        if not self.rows.groups and not hides(self.look):
            there = len(self.rows)
        shown = self.rows.pods(first, page)
        return shown, max(there, shown)

    def card_rows(self, width: int) -> int:
        """How many rows the card needs, without its border."""
        return len(self._card(width - self.border.columns, _WHOLE).lines)

    def card(self, width: int, height: int) -> Content:
        """The card; all of it with the focus, to be scrolled, and what fits best without."""
        if self.look.focus is not Region.CARD:
            return self._card(width, height)
        whole = self._card(width, _WHOLE)
        first = max(min(self.look.card_scroll, len(whole.lines) - height), 0)
        below = max(len(whole.lines) - first - height, 0)
        seen = whole.lines[first : first + height]
        return replace(whole, lines=seen, first=first, below=below, shown=len(seen))

    def _card(self, width: int, height: int) -> Content:
        content = card(self.board, self.look, width - 2 * _CARD_MARGIN, height, self.pen)
        margin = " " * _CARD_MARGIN
        return replace(content, lines=[joined(margin, line, margin) for line in content.lines])
