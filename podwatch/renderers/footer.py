"""The last line: which keys do what, what the one at the keys has set, what was just done."""

from rich.text import Text

from podwatch.board import Board
from podwatch.renderers.look import Look, Overlay, Sort
from podwatch.renderers.pen import Part, Pen, cells


def footer(board: Board, look: Look, rows: int, width: int, pen: Pen) -> Text:
    """One line. Keys that there is no room for are left out, the least needed first."""
    dim, key = pen.style("dim"), pen.style("key")
    if look.typing:
        total = sum(board.counts().values())
        return pen.line(
            width,
            [
                (" /", key),
                (pen.say(look.filter), pen.style("strong")),
                (" ", pen.style("selected")),
                (f"  {rows} of {total} Pods   ", dim),
                ("Enter", key),
                (" keep  ", dim),
                ("Esc", key),
                (" all", dim),
            ],
        )
    right: list[Part] = []
    if look.recording:
        right = [(f" {pen.theme.symbol('live')} recording ", pen.style("alarm"))]
    if look.message:
        return pen.line(width, [(f" {pen.say(look.message)}", pen.style("strong"))], right)
    left: list[Part] = [(" ", None)]
    for said in _settings(look, pen):
        left += [(f" {said} ", pen.style("selected")), (" ", None)]
    quit_: list[Part] = [("q", key), (" quit", dim)]
    for name, does in _hints(look, pen):
        hint: list[Part] = [(name, key), (f" {does}  ", dim)]
        if cells(left) + cells(hint) + cells(quit_) + cells(right) <= width:
            left += hint
    return pen.line(width, [*left, *quit_], right)


def _settings(look: Look, pen: Pen) -> list[str]:
    """What hides Pods or orders them otherwise than usual."""
    said = []
    if look.filter:
        said.append("/" + pen.say(look.filter))
    if look.trouble_only:
        said.append("trouble only")
    if look.sort is not Sort.NAME:
        said.append(str(look.sort))
    return said


def _hints(look: Look, pen: Pen) -> list[tuple[str, str]]:
    """Keys and what they do now, the most needed first."""
    arrows = pen.theme.symbol("up") + pen.theme.symbol("down")
    sides = pen.own("←→")
    if look.overlay is not Overlay.NONE:
        return [("Esc", "back"), (arrows, "scroll")]
    stopped = look.past is not None
    hints = [
        (arrows, "select"),
        ("Space", "go on" if stopped else "pause"),
        ("?", "help"),
        ("e", "explain"),
        (sides, "history"),
        ("/", "filter"),
        ("f", "trouble"),
        ("s", "sort"),
    ]
    if look.selected or look.filter or look.trouble_only:
        hints.insert(0, ("Esc", "back"))
    if look.speed is not None:
        hints[3:3] = [("n", "next"), ("+-", f"speed {look.speed:g}")]
    return [*hints, ("r", "stop" if look.recording else "record")]
