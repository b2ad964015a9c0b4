"""The timeline: what happened, a line each, the newest first."""

from rich.text import Text

from podwatch.core.board import Board
from podwatch.core.concepts import Weight
from podwatch.core.stream import Gap, Key
from podwatch.core.timeline import Explained, ExplainedEvent
from podwatch.renderers.dashboard.layout import Layout, Line, cells
from podwatch.renderers.dashboard.regions import Content, position
from podwatch.renderers.dashboard.regions import titled as region_title
from podwatch.renderers.dashboard.view_state import ViewState, scope, titled

SENTENCE_BESIDE = 92
"""From how many columns on a sentence fits beside the change."""


def timeline_rows(board: Board) -> int:
    """How many rows it could fill."""
    return max(len(board.timeline), 1)


def timeline(board: Board, look: ViewState, width: int, height: int, pen: Layout) -> Content:
    """The last transitions, Events and gaps of what is in scope.

    What was dropped is counted in the last line, what is not in scope at the right of the title.
    """
    keys = scope(board, look)
    told = [one for one in reversed(board.timeline) if keys is None or _about(one, keys)]
    first = max(min(look.timeline_scroll, len(told) - height), 0)
    seen = told[first : first + height]
    names = {one.ref: titled(board, one.ref) for one in seen if not isinstance(one, Gap)}
    longest = max(map(len, names.values()), default=0)
    beside = width >= SENTENCE_BESIDE
    pod = min(max(min(width * 24 // 100, 30), 12), max(longest, 12))
    what = min(width - 15 - pod, 40) if beside else width - 15 - pod
    lines: list[Text] = []
    for one in seen:
        if isinstance(one, Gap):
            lines.append(_gap(one, width, pen))
            continue
        name = pen.fit_name(pen.say(names[one.ref]), pod) + "  "
        lines.append(happened(one, width, what, pen, name=name, with_sentence=beside))
    if board.dropped and first + len(seen) == len(told) and len(lines) > 1:
        older = pen.own(f" · {board.dropped} older ones are not kept any more")
        lines[-1] = pen.line(width, [(older, "dim")])
    if not told:
        said = "nothing about it" if board.timeline else "nothing yet"
        lines.append(pen.line(width, [(f" {said}", "")]))
    elsewhere = len(board.timeline) - len(told)
    right: Line = [(f" {elsewhere} elsewhere ", "label")] if elsewhere else []
    return Content(
        lines[:height],
        region_title("What happened", position(len(seen), len(told)), width),
        first,
        len(told) - first - len(seen),
        len(seen),
        right,
    )


def _about(one: Explained | Gap, keys: frozenset[Key]) -> bool:
    return isinstance(one, Gap) or one.ref.key in keys


def what_changed(one: Explained, pen: Layout) -> str:
    """From what to what, with the reason that the API gives."""
    if isinstance(one, ExplainedEvent):
        times = f" ×{one.event.times}" if one.event.times > 1 else ""
        return pen.own(f"event: {pen.say(one.event.reason)}{times}")
    text = pen.say(one.change)
    after = one.transition.after
    if after is not None and after.reason and after.reason not in one.change:
        text += f" ({pen.say(after.reason)})"
    return text


def _gap(gap: Gap, width: int, pen: Layout) -> Text:
    symbol, since, until = pen.symbol("gap"), pen.time(gap.since), pen.time(gap.until)
    text = f"{symbol} between {since} and {until} something may have been missed"
    if len(text) + 11 > width:
        text = f"{symbol} since {since} something may have been missed"
    reason = f" ({pen.say(gap.reason)})" if gap.reason else ""
    return pen.line(width, [(f" {until} ", "dim"), (text, "alarm"), (reason, "dim")])


def happened(
    one: Explained,
    width: int,
    what: int,
    pen: Layout,
    *,
    name: str = "",
    with_sentence: bool = True,
) -> Text:
    """When, `name`, what changed in `what` cells, and in what is left of the line its sentence."""
    mark = pen.symbol("trouble") if one.explanation.weight == Weight.TROUBLE else " "
    about = pen.say(one.subject)
    said = what_changed(one, pen) + (" (inferred)" if one.inferred else "")
    parts: Line = [
        (f" {pen.time(one.moment)} ", "dim"),
        (f"{mark} ", "alarm"),
        (name, ""),
        *pen.cut([(f"{about} " if about else "", "dim"), (said, "")], what),
    ]
    room = width - cells(parts) - 3
    if not with_sentence or room < 0:
        return pen.line(width, parts)
    sentence = pen.fit(pen.say(one.explanation.sentence), room)
    return pen.text([*parts, ("  ", ""), (sentence, "dim"), (" ", "")])
