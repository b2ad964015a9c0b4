"""The dashboard's frame: a board, a width and a height become lines of text.

Responsible for what stands where, as a pure function; each part is a room of its own. Only visible
rows are built, each line exactly as wide as the screen. Not responsible for the terminal
(`screen`), for colours and symbols (`theme`) or for what anything means (the concepts).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo

from rich.text import Text

from podwatch.core.board import Board, WithoutDiagnoses
from podwatch.renderers.dashboard.asked import asked
from podwatch.renderers.dashboard.card_texts import of_card
from podwatch.renderers.dashboard.footer import footer
from podwatch.renderers.dashboard.header import banner, header
from podwatch.renderers.dashboard.laid import Laid
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.main_scene import main_scene
from podwatch.renderers.dashboard.overlay import overlay
from podwatch.renderers.dashboard.pod_view import pod_view
from podwatch.renderers.dashboard.projector import projected_texts, projector
from podwatch.renderers.dashboard.regions import Area
from podwatch.renderers.dashboard.theme import DEFAULT, Theme
from podwatch.renderers.dashboard.tour.bar import bar
from podwatch.renderers.dashboard.tour.look import Ahead
from podwatch.renderers.dashboard.view_state import (
    Region,
    Scene,
    ViewState,
    card_shown,
    let_through,
    selected_row,
)
from podwatch.renderers.dashboard.voting import IN_A_CLASS, voting

FIRST_LOOK = ViewState()


@dataclass(frozen=True, slots=True)
class Frame:
    """What `view` made. `page` is how many rows are seen of what has the focus.

    `lines_scroll` is the first line shown of an overlay or of the Pod that is open. `areas` are
    where the content of each region is on the screen, in the main scene, `room` how many rows the
    table could have there. `over` is what is laid over the scene, `asked_scroll` the first line
    shown of what decided a question, `asked_below` how many of its lines are below what is seen,
    and `below` how many of a sheet are.
    """

    lines: tuple[Text, ...]
    page: int
    lines_scroll: int
    areas: Mapping[Region, Area]
    room: int = 0
    over: Laid | None = None
    asked_scroll: int = 0
    asked_below: int = 0
    below: int = 0

    def settled(self, look: ViewState) -> ViewState:
        """The look with its scrolling as it was drawn, which has ends."""
        first = {region: area.first for region, area in self.areas.items()}
        told = self.areas.get(Region.TIMELINE)
        return replace(
            look,
            scroll=first.get(Region.TABLE, look.scroll),
            room=self.room or look.room,
            timeline_scroll=told.at - told.first if told else look.timeline_scroll,
            card_scroll=first.get(Region.CARD, look.card_scroll),
            lines_scroll=self.lines_scroll,
        )


def view(
    board: Board,
    width: int,
    height: int,
    look: ViewState = FIRST_LOOK,
    *,
    theme: Theme = DEFAULT,
    tz: tzinfo | None = None,
    recorded: bool = False,
) -> Frame:
    """The screen for a board, as somebody looks at it. `tz` None shows the local zone's times.

    `recorded`: the board is of a recording, so its connection is not called live.
    """
    pen = Layout(theme, tz)
    if look.is_asked:
        board = WithoutDiagnoses.of(board)
    if look.tour is not None:
        lines = bar(look.tour, width, height, pen)
    else:
        lines = [header(board, look, width, pen, recorded)]
    lines += banner(board, width, pen)
    room = max(height - len(lines) - 1, 0)
    areas: Mapping[Region, Area] = {}
    over: Laid | None = None
    page, lines_scroll, table_room, below = room, 0, 0, 0
    asked_scroll, asked_below = 0, 0
    question: list[Text] = []
    is_large = look.scene is Scene.PROJECTOR or (look.asked and look.asked.stage in IN_A_CLASS)
    if look.asked is not None and not look.overlay and not is_large:
        question, asked_scroll, asked_below = asked(look.asked, width, room, pen)
        room -= len(question)
        look = replace(look, asked=replace(look.asked, below=asked_below))
    if look.overlay:
        page = max(room - 1, 0)
        over = overlay(look, width, page, pen).below(len(lines) + 1)
        lines_scroll = over.first
        lines += [pen.blank(width), *over.lines]
    elif look.asked is not None and is_large:
        lines += voting(look.asked, width, room, pen)
    elif not room:
        pass  # the question has the screen
    elif look.scene is Scene.SHEET:
        whole = [pen.blank(width), *look.sheet(width, pen)] if look.sheet else []
        lines_scroll = max(min(look.lines_scroll, len(whole) - room), 0)
        lines += whole[lines_scroll : lines_scroll + room]
        below = max(len(whole) - room - lines_scroll, 0)
    elif look.scene is Scene.PROJECTOR:
        shown = card_shown(board, look)
        texts = look.slide
        if texts is None and shown is not None and shown.aside is not None:
            texts = of_card(shown, board)
        if texts is not None:
            lines += projected_texts(texts, width, room, pen)
        else:
            beat = shown.beat if shown is not None else None
            lines += projector(board, beat, width, room, pen)
    elif look.scene is Scene.TABLE:
        scene = main_scene(board, look, width, room, pen, recorded=recorded)
        areas = {
            region: replace(area, y=area.y + len(lines)) for region, area in scene.areas.items()
        }
        table_room = scene.room
        page = areas[look.focus].page if look.focus in areas else room
        lines += scene.lines
    elif (row := selected_row(board, look)) is not None:
        laid, lines_scroll = pod_view(board, row, width, room, pen, look)
        lines += laid
    else:
        text = " This Pod does not exist at this moment. Esc goes back to the others."
        lines += [pen.blank(width), pen.line(width, [(text, "strong")])]
    left = let_through(board.rows, look) if look.typing else ()
    there = sum(not row.gone for row in left)
    lines = lines[: max(height - 1 - len(question), 0)]
    filling = [pen.blank(width)] * (height - 1 - len(question) - len(lines))
    alone = look.scene is Scene.SHEET and not look.overlay
    lines += [*question, *filling] if alone else [*filling, *question]
    if below and look.tour is not None:
        look = replace(look, tour=replace(look.tour, ahead=Ahead.MORE))
    lines.append(footer(look, there, sum(board.counts.values()), width, pen))
    return Frame(
        tuple(lines[:height]),
        page,
        lines_scroll,
        areas,
        table_room,
        over,
        asked_scroll,
        asked_below,
        below,
    )
