"""The whole screen of a class: the header, the board or the wall, the keys.

Responsible for what is around them. Pure, as `view` is.
"""

from dataclasses import dataclass

from rich.text import Text

from podwatch.core.board import Board
from podwatch.core.classroom.rows import ClassBoard
from podwatch.core.text import counted
from podwatch.renderers.dashboard.class_scene import ClassLook, class_scene
from podwatch.renderers.dashboard.class_wall import class_wall
from podwatch.renderers.dashboard.header import banner, connection_parts
from podwatch.renderers.dashboard.layout import Layout, Line, cells


@dataclass(frozen=True, slots=True)
class ClassFrame:
    """The lines; `rows` are the namespaces of the rows that are seen, the first in line `top`.

    `scroll` is the first row that is seen.
    """

    lines: list[Text]
    rows: tuple[str, ...] = ()
    top: int = 0
    scroll: int = 0

    def row(self, y: int) -> str:
        """The namespace of the row in a line; empty if none is there."""
        return self.rows[y - self.top] if self.top <= y < self.top + len(self.rows) else ""


def class_frame(
    seen: ClassBoard,
    look: ClassLook,
    board: Board,
    width: int,
    height: int,
    pen: Layout,
    message: str = "",
) -> ClassFrame:
    """`height` lines of exactly `width` cells; `message` takes the place of the keys."""
    lines = [_header(seen, board, width, pen, named=not look.wall), *banner(board, width, pen)]
    room = max(height - len(lines) - 1, 0)
    made = ClassFrame(lines)
    if look.wall:
        lines += class_wall(seen, look, width, room, pen)
    else:
        scene = class_scene(seen, look, width, room, pen)
        made = ClassFrame(lines, scene.rows, scene.top + len(lines), scene.scroll)
        lines += scene.lines
    del lines[max(height - 1, 0) :]
    lines += [pen.blank(width)] * (height - 1 - len(lines))
    lines.append(_footer(look, width, pen, message))
    return made


def _header(seen: ClassBoard, board: Board, width: int, pen: Layout, *, named: bool) -> Text:
    context = pen.say(board.opened.context) if board.opened is not None else ""
    there, right = counted(len(seen.learners), "learner"), connection_parts(board, pen, False)
    stuck = sum(row.trouble for row in seen.learners)
    right += [(f"   {there}", "")] if seen.known else []
    right += [(f"  {pen.symbol('trouble')} {stuck} in trouble", "trouble")] if stuck else []
    lefts: list[Line] = [
        [(" podwatch class", "brand"), (f"  {context}" if named else "", "")],
        [(" podwatch class", "brand")],
    ]
    fits = (left for left in lefts if cells(left) + cells(right) + 3 <= width)
    return pen.line(width, next(fits, lefts[-1]), [*right, (" ", "")])


def _footer(look: ClassLook, width: int, pen: Layout, message: str) -> Text:
    if message:
        return pen.line(width, [(f" {pen.say(message)}", "strong")])
    keys = [
        (pen.symbol("up") + pen.symbol("down"), "choose"),
        ("Enter", "open the learner's dashboard"),
        ("p", "projector: no names"),
        ("q", "quit"),
    ]
    if look.wall:
        said = "hide the answer" if look.answered else "show the answer"
        keys = [("a", said), ("p", "the board, with names"), ("q", "quit")]
    parts: Line = [(" ", "")]
    for key, does in keys:
        parts += [(key, "key"), (f" {does}  ", "dim")]
    if cells(parts) > width:
        parts = [(" ", "")]
        for key, does in keys:
            parts += [(key, "key"), (f" {does.split()[0].strip(':')}  ", "dim")]
    return pen.line(width, parts)
