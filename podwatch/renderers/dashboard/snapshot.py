"""Snapshots: a board as a file, to look at and to show.

Responsible for the formats: SVG, HTML and text. What stands in them is `view`.
"""

import io
import re
from collections.abc import Iterator
from datetime import UTC, tzinfo
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.segment import Segment, Segments

from podwatch.core.board import Board, Update
from podwatch.core.stream import Connection, ConnectionState
from podwatch.core.timeline import Listed
from podwatch.errors import PodwatchError
from podwatch.renderers import Renderer
from podwatch.renderers.dashboard.theme import DEFAULT, Theme, paper
from podwatch.renderers.dashboard.view import FIRST_LOOK, Frame, view
from podwatch.renderers.dashboard.view_state import ViewState
from podwatch.writing import OutputFile


def kind_of_snapshot(path: Path) -> str:
    """What the end of a snapshot's name says: .svg, .html or .txt."""
    kind = path.suffix.lower()
    if kind not in {".svg", ".html", ".txt"}:
        raise PodwatchError(
            f'"{path.name}" does not say what kind of still to write',
            "end the name with .svg, .html or .txt",
        )
    return kind


def console_of_pictures(file: IO[str], width: int, height: int, *, record: bool = False) -> Console:
    """A console that draws in the same way whatever the terminal and the environment are."""
    return Console(
        file=file,
        width=width,
        height=height,
        record=record,
        force_terminal=True,
        color_system="truecolor",
        no_color=False,
        legacy_windows=False,
        highlight=False,
        _environ={},
    )


def snapshot(
    board: Board,
    path: Path,
    width: int,
    height: int,
    look: ViewState = FIRST_LOOK,
    *,
    tz: tzinfo | None = UTC,
    recorded: bool = True,
    theme: Theme = DEFAULT,
) -> None:
    """Write a snapshot of the board: .svg, .html or .txt. The same board gives the same bytes."""
    kind = kind_of_snapshot(path)
    console = console_of_pictures(io.StringIO(), width, height, record=True)
    frame = view(board, width, height, look, theme=theme, tz=tz, recorded=recorded)
    console.print(Segments(_segments(frame, console, kind == ".svg")), end="")
    if kind == ".svg":
        text = console.export_svg(title="podwatch", theme=paper(theme), unique_id="podwatch")
        text = _BLOCKS.sub(_shapes, _FONT_FROM_THE_NET.sub("", text, count=2))
    elif kind == ".html":
        text = console.export_html(theme=paper(theme), inline_styles=True)
    else:
        text = "\n".join(line.rstrip() for line in console.export_text().splitlines()) + "\n"
    OutputFile(path, "the still").write(text.encode())


class Snapshot(Renderer):
    """A renderer that shows one frame, in a file: once all is listed. Then the watch ends."""

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        look: ViewState = FIRST_LOOK,
        theme: Theme = DEFAULT,
    ) -> None:
        kind_of_snapshot(path)  # a name that does not fit is said before the cluster is asked
        self._path = path
        self._size = size
        self._look = look
        self._theme = theme

    def show(self, update: Update) -> None:
        """Write the file as soon as all is there, and end the watch."""
        if not any(isinstance(entry, Connection | Listed) for entry in update.entries):
            return  # of 10,000 Pods each is an update
        board = update.board()
        listing = any(
            scope.kind == "Pod" and connection.state == ConnectionState.LISTING
            for scope, connection in board.connections.items()
        )
        if board.synced and not listing and not self.done:
            snapshot(
                board,
                self._path,
                *self._size,
                self._look,
                tz=None,
                recorded=False,
                theme=self._theme,
            )
            self.done = True


def _segments(frame: Frame, console: Console, in_place: bool) -> Iterator[Segment]:
    """The frame; `in_place`: in pieces that keep their columns in any font, as gaps are their own.

    An SVG places each piece; of one that begins with blanks some viewers drop them.
    """
    for line in frame.lines:
        for segment in line.render(console):
            pieces = _GAPS.split(segment.text) if in_place else [segment.text]
            yield from (Segment(piece, segment.style) for piece in pieces if piece)
        yield Segment.line()


_GAPS = re.compile(r"(^ +| {2,}| +$)")

_FONT_FROM_THE_NET = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""A snapshot must not load anything from elsewhere when it is looked at."""

_BLOCKS = re.compile(
    r'<text class="(?P<style>[^"]+)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)" '
    r'textLength="(?P<width>[\d.]+)"[^>]*>(?P<blocks>(?:[█▀▄]|&#160;)+)</text>'
)
"""A piece of large letters. In most fonts its lines would not touch each other."""
_FONT_SIZE, _LINE = 20.0, 24.4
"""As `rich` draws an SVG: the letters' height, and a line's."""
_PARTS = {"█": (0.0, 1.0), "▀": (0.0, 0.5), "▄": (0.5, 0.5)}
"""Of each block where it begins in its line, and how much of that it fills."""


def _shapes(piece: re.Match[str]) -> str:
    """The piece as rectangles, which no font takes part in."""
    blocks = piece["blocks"].replace("&#160;", " ")
    across = float(piece["width"]) / len(blocks)
    top = float(piece["y"]) - _FONT_SIZE + 1.5
    drawn = []
    for run in re.finditer(r"(\S)\1*", blocks):
        begin, part = _PARTS[run[1]]
        x, y = float(piece["x"]) + run.start() * across, top + begin * _LINE
        size = f'width="{len(run[0]) * across + 0.2:g}" height="{part * _LINE + 0.2:g}"'
        drawn.append(f'<rect class="{piece["style"]}" x="{x:g}" y="{y:g}" {size}/>')
    return "".join(drawn)
