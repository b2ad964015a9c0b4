"""The timeline: what happened, a line each, the newest first."""

from itertools import islice

from rich.text import Text

from podwatch.core.board import Board
from podwatch.core.concepts import Weight
from podwatch.core.stream import Gap
from podwatch.core.timeline import Explained, ExplainedEvent
from podwatch.renderers.dashboard.layout import Layout, Line, cells
from podwatch.renderers.dashboard.view_state import titled

SENTENCE_BESIDE = 92
"""From how many columns on a sentence fits beside the change."""


def timeline(board: Board, width: int, height: int, pen: Layout) -> list[Text]:
    """The last transitions, Events and gaps.

    The sentence stands beside the change if there is room; on a tall screen else below it. What
    was dropped is counted in the last line.
    """
    if height < 1:
        return []
    beside = width >= SENTENCE_BESIDE
    below = not beside and height >= 24
    newest = list(islice(reversed(board.timeline), height // 2 if below else height))
    names = {one.ref: titled(board, one.ref) for one in newest if not isinstance(one, Gap)}
    longest = max(map(len, names.values()), default=0)
    pod = min(max(min(width * 24 // 100, 30), 12), max(longest, 12))
    what = min(width - 15 - pod, 40) if beside else width - 15 - pod
    lines: list[Text] = []
    for one in newest:
        if isinstance(one, Gap):
            lines.append(_gap(one, width, pen))
            continue
        name = pen.fit_name(pen.say(names[one.ref]), pod) + "  "
        lines.append(happened(one, width, what, pen, name=name, with_sentence=beside))
        if below:
            said = pen.fit(pen.say(one.explanation.sentence), width - 13)
            lines.append(pen.line(width, [(" " * 12 + said, "dim")]))
    if board.dropped and len(lines) > 1:
        older = pen.own(f" · {board.dropped} older ones are not kept any more")
        lines[-1] = pen.line(width, [(older, "dim")])
    return lines


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
