"""The last line: which keys do what, what the one at the keys has set, what was just done."""

from rich.cells import cell_len
from rich.text import Text

from podwatch.renderers.dashboard.layout import Layout, Line, cells
from podwatch.renderers.dashboard.view_state import Overlay, Scene, Sort, ViewState


def footer(look: ViewState, rows: int, total: int, width: int, pen: Layout) -> Text:
    """One line about `rows` Pods that are seen of `total`.

    Keys that there is no room for are left out, the least needed first.
    """
    if look.typing:
        after: Line = [
            (" ", "selected"),
            (f"  {rows} of {total} Pods   ", "dim"),
            ("Enter", "key"),
            (" keep  ", "dim"),
            ("Esc", "key"),
            (" all", "dim"),
        ]
        typed = _end_of(pen.say(look.filter), width - 3 - cells(after), pen)
        return pen.line(width, [(" /", "key"), (typed, "strong"), *after])
    right: Line = []
    if look.recording:
        right = [(f" {pen.symbol('live')} recording ", "alarm")]
    if look.message:
        return pen.line(width, [(f" {pen.say(look.message)}", "strong")], right)
    left: Line = [(" ", "")]
    for said in _settings(look, pen):
        left += [(f" {said} ", "selected"), (" ", "")]
    quit_: Line = [("q", "key"), (" quit", "dim")]
    for name, does in _hints(look, pen):
        hint: Line = [(name, "key"), (f" {does}  ", "dim")]
        if cells(left) + cells(hint) + cells(quit_) + cells(right) <= width:
            left += hint
    return pen.line(width, [*left, *quit_], right)


def _end_of(text: str, width: int, pen: Layout) -> str:
    """As much of the text's end as fits."""
    whole = text
    while text and cell_len(text) + (text != whole) > width:
        text = text[1:]
    return text if text == whole else pen.symbol("ellipsis") + text


def _settings(look: ViewState, pen: Layout) -> list[str]:
    """What hides Pods or orders them otherwise than usual."""
    said = []
    if look.filter:
        said.append("/" + _end_of(pen.say(look.filter), 20, pen))
    if look.trouble_only:
        said.append("trouble only")
    if look.sort is not Sort.NAME:
        said.append(str(look.sort))
    return said


def _hints(look: ViewState, pen: Layout) -> list[tuple[str, str]]:
    """Keys and what they do now, the most needed first."""
    arrows = pen.symbol("up") + pen.symbol("down")
    if look.overlay is not Overlay.NONE:
        return [("Esc", "back"), (arrows, "scroll")]
    of_pod = look.scene is Scene.POD
    hints = [
        (arrows, "scroll" if of_pod else "select"),
        ("Enter", "open"),
        ("Space", "go on" if look.past is not None else "pause"),
        ("?", "help"),
        ("/", "filter"),
        ("e", "explain"),
        (pen.own("←→"), "history"),
        ("f", "trouble"),
        ("s", "sort"),
        ("p", "projector"),
    ]
    if look.scene is not Scene.TABLE:
        hints = [hint for hint in hints if hint[0] not in {"/", "f", "s", "p"}]
    if of_pod:
        hints.remove(("Enter", "open"))
    if look.can_go_back:
        hints.insert(0, ("Esc", "back"))
    if look.speed is not None:
        hints[4:4] = [("n", "next"), ("+-", f"speed {look.speed:g}")]
    return [*hints, ("r", "stop" if look.recording else "record")]
