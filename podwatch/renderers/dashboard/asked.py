"""What a question looks like: its choices, the reason, and the outcome, below what happens.

Responsible for a question of one learner; what a class sees is `voting`. Prompts and answers can
have names from a cluster in them, so all goes through `say`.
"""

from collections.abc import Sequence

from rich.text import Text

from podwatch.core.question import Question
from podwatch.renderers.dashboard.asking import Asking, AskingStage
from podwatch.renderers.dashboard.layout import Layout, Line, wrapped

_SCENE = 7
"""Fewer lines than these of what happens are none: the question has the screen."""
_PAIR = 12


def asked(asking: Asking, width: int, room: int, pen: Layout) -> tuple[list[Text], int, int]:
    """At most `room` lines of exactly `width` cells, the first line that is seen, and how many are
    below those that are.

    All of them where too few would be left for anything else.
    """
    inner = max(width - 4, 10)
    if asking.stage is AskingStage.OUTCOME:
        body, seen = outcome_lines(asking, inner, pen), 0
        title = " What happened " if _is_of_a_moment(asking.question) else " The answer "
        below: Line = [(" Enter ", "key"), ("go on ", "dim")]
    else:
        body, seen = _open_lines(asking, inner, pen)
        title, below = " What do you think? ", _keys(asking)
    height = min(len(body) + 2, room)
    if room - height < _SCENE:
        height = room
    shown = max(height - 2, 1)
    last = max(len(body) - shown, 0)
    first = min(asking.scroll, last) if asking.stage is AskingStage.OUTCOME else 0
    if asking.stage is not AskingStage.OUTCOME and seen >= shown:
        first = min(seen - shown + 1, last)
    body = [*body[first : first + shown], *([[]] * (shown - len(body)))]
    if first < last and asking.stage is AskingStage.OUTCOME:
        below = [(f" {pen.symbol('down')} Enter ", "key"), ("read on ", "dim")]
    elif first < last:
        below = [(f" {pen.symbol('down')} more ", "key"), *below]
    framed = pen.framed(body, width, [(title, "brand")], (), below)
    return [pen.text(line) for line in framed][:room], first, last - first


def _is_of_a_moment(question: Question) -> bool:
    """Whether something that happens is asked about; else nothing has happened meanwhile."""
    return any((question.before, question.after, question.decided_by))


def _keys(asking: Asking) -> Line:
    if asking.stage is AskingStage.REASON:
        return [
            (" Enter ", "key"),
            ("that's it  ", "dim"),
            ("Esc ", "key"),
            ("choose again ", "dim"),
        ]
    count = len(asking.question.choices)
    return [(f" 1-{count} ", "key"), ("answer  ", "dim"), ("Esc ", "key"), ("skip ", "dim")]


def _open_lines(asking: Asking, width: int, pen: Layout) -> tuple[list[Line], int]:
    """The prompt, the choices and the reason; and the last line that has to be seen."""
    question = asking.question
    lines: list[Line] = [[(line, "strong")] for line in wrapped(pen.say(question.prompt), width)]
    lines.append([])
    seen = 0
    for number, choice in enumerate(question.choices):
        here = asking.moved and asking.at == number
        mark = pen.symbol("here") if here else " "
        style = "brand" if here else ""
        label = f"{mark} {number + 1}  "
        said = wrapped(pen.say(choice.text), max(width - len(label), 10))
        lines += pen.labelled(label, said, len(label), style, style)
        if here:
            seen = len(lines) - 1
    if asking.stage is AskingStage.REASON:
        lines.append([])
        typed = pen.say(asking.reason)
        lines += [[(line, "label")] for line in wrapped(pen.say(question.reason), width)]
        written = wrapped(typed, max(width - 3, 10)) or ("",)
        lines += [[("> " if n == 0 else "  ", "key"), (one, "")] for n, one in enumerate(written)]
        lines[-1].append((" ", "selected"))
        seen = len(lines) - 1
    return lines, seen


def outcome_lines(asking: Asking, width: int, pen: Layout) -> list[Line]:
    """What was right and why; why each other choice was not; the error that was quoted."""
    question, right, chosen = asking.question, asking.right, asking.chosen
    lines: list[Line] = []
    if asking.withdrawn:
        lines += [[(line, "strong")] for line in wrapped(pen.say(asking.withdrawn), width)]
    numbers = range(len(question.choices))
    first = [n for n in (right, chosen) if n is not None and n >= 0]
    for number in dict.fromkeys([*first, *numbers]):
        choice = question.choices[number]
        if lines:
            lines.append([])
        symbol, style = ("ended", "ready") if number == right else ("dot", "")
        mark = f"{pen.symbol(symbol)} {number + 1}  "
        yours = "   (your answer)" if number == chosen else ""
        named = wrapped(pen.say(choice.text) + yours, max(width - len(mark), 10))
        strong = "strong" if number in {right, chosen} else ""
        lines += pen.labelled(mark, named, len(mark), strong, style)
        lines += _indented(pen.say(choice.answer), len(mark), width)
    lines += _to_remember(asking, width, pen)
    return lines


def _indented(text: str, by: int, width: int) -> list[Line]:
    return [[(" " * by + line, "")] for line in wrapped(text, max(width - by, 10))]


def _to_remember(asking: Asking, width: int, pen: Layout) -> list[Line]:
    question = asking.question
    if not question.point:
        return []
    room = max(width - _PAIR, 10)
    point = wrapped(pen.say(question.point), room)
    if not question.often_read:
        return [[], *pen.labelled("remember", point, _PAIR, "strong")]
    quoted = wrapped(pen.say(f'"{question.often_read}"'), room)
    pairs: Sequence[Line] = pen.labelled("often read", quoted, _PAIR)
    return [[], *pairs, *pen.labelled("in fact", point, _PAIR, "strong")]
