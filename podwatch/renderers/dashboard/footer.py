"""The last line: which keys do what, what the one at the keys has set, what was just done."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from podwatch.renderers.dashboard.asking import Asking, AskingStage
from podwatch.renderers.dashboard.layout import Layout, Line, cells
from podwatch.renderers.dashboard.tour.look import Ahead, TourLook
from podwatch.renderers.dashboard.view_state import Overlay, Scene, Sort, ViewState, looks_around


def footer(look: ViewState, rows: int, total: int, width: int, pen: Layout) -> Text:
    """One line about `rows` Pods that are seen of `total`.

    Keys that there is no room for are left out, the least needed first; what shows them all and
    what quits never are.
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
    always = [("?", "keys"), ("q", "quit" if look.tour is None else "leave")]
    if look.asked is not None and look.asked.stage is AskingStage.REASON:
        always = []  # they are letters of the reason
    if look.overlay is Overlay.HELP:
        always = [("Esc", "back")]
    shown: list[tuple[str, str]] = []
    for one in _hints(look, pen):
        if cells(left) + cells(_hinted([*shown, one, *always])) + cells(right) > width:
            break  # what comes after it is needed less, even if it is short
        shown.append(one)
    return pen.line(width, [*left, *_hinted([*shown, *always])], right)


def _hinted(hints: Sequence[tuple[str, str]]) -> Line:
    made: Line = []
    for key, does in hints:
        made += [("  " if made else "", ""), (key, "key"), (f" {does}", "dim")]
    return made


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
    if look.asked is not None and look.overlay is Overlay.NONE:
        return _of_a_question(look.asked, arrows, in_a_class=look.scene is Scene.PROJECTOR)
    if look.overlay is Overlay.HELP:
        return [(pen.own("Enter"), "do it"), (arrows, "select"), ("a-z", "find")]
    if look.overlay is not Overlay.NONE:
        if look.whole:
            return [("Esc", "back to the list"), (arrows, "scroll")]
        return [("Esc", "back"), (arrows, "another page"), ("PgDn", "scroll"), ("Enter", "wide")]
    if look.tour is not None and not looks_around(look):
        return _of_the_tour(look.tour, look.scene, arrows, pen)
    in_table = look.scene is Scene.TABLE
    hints = [("Esc", "back")] if look.can_go_back else []
    if look.in_a_class and not hints:
        hints = [("Esc", "to the class")]
    if look.scene is not Scene.PROJECTOR:
        hints.append((arrows, "select" if in_table else "scroll"))
    if in_table:
        hints.append(("Enter", "open"))
    hints.append(("Space", "go on" if look.past is not None else "pause"))
    if look.speed is not None:
        hints.append(("n", "next"))
    hints.append(("e", "explain"))
    if look.speed is not None:
        hints.append(("+-", f"speed {look.speed:g}"))
    if in_table:
        hints += [("/", "filter"), ("Tab", "focus"), ("f", "trouble")]
    if not look.in_a_class:
        hints.append((pen.own("←→"), "history"))
    if in_table:
        hints += [("p", "projector"), ("s", "sort")]
    if look.tour is not None or look.in_a_class:
        return hints
    return [*hints, ("r", "stop" if look.recording else "record")]


def _of_the_tour(tour: TourLook, scene: Scene, arrows: str, pen: Layout) -> list[tuple[str, str]]:
    """The keys that lead through the tour."""
    if tour.ahead is Ahead.PICK:
        return [("Enter", tour.ahead), (arrows, "select"), ("Esc", "back")]
    hints = [("Enter", str(tour.ahead))] if tour.ahead is not Ahead.WAIT else []
    hints += [(pen.own("←"), "back"), ("c", "chapters")]
    if scene is Scene.SHEET:
        hints += [(arrows, "scroll")] if tour.ahead is Ahead.MORE else []
    else:
        hints += [(arrows, "select a Pod"), ("e", "explain")]
    return [*hints, ("]", "next chapter"), ("r", "chapter again")]


def _of_a_question(asking: Asking, arrows: str, *, in_a_class: bool) -> list[tuple[str, str]]:
    """The keys of a question."""
    match asking.stage:
        case AskingStage.CHOOSING if in_a_class:
            return [("0-9", "hands"), ("Enter", "next"), (arrows, "select"), ("Esc", "skip")]
        case AskingStage.CHOOSING:
            numbers = f"1-{len(asking.question.choices)}"
            return [(numbers, "answer"), (arrows, "select"), ("Esc", "skip"), ("p", "for a class")]
        case AskingStage.REASON:
            return [("Enter", "that's it"), ("Esc", "choose again")]
        case AskingStage.TALKING:
            return [("Enter", "vote again"), ("Esc", "no second vote")]
        case AskingStage.AGAIN:
            return [("0-9", "hands"), ("Enter", "next"), (arrows, "select")]
        case AskingStage.OUTCOME if not in_a_class:
            return [("Enter", "go on"), (arrows, "scroll")]
    return [("Enter", "go on")]
