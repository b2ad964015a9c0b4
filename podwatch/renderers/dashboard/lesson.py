"""A lesson's lines.

Responsible for which of a lesson's texts are shown where there is not room for all.
"""

from rich.cells import cell_len

from podwatch.core.concepts import Weight
from podwatch.core.text import capitalized, one_line
from podwatch.core.timeline import Explained
from podwatch.renderers.dashboard.layout import Layout, Part, sentences_that_fit, wrapped
from podwatch.renderers.dashboard.timeline import what_changed

_WEIGHT_STYLES = {Weight.TROUBLE: "alarm", Weight.IMPORTANT: "strong"}


def lesson_lines(
    lesson: Explained, when: str, width: int, height: int, pen: Layout
) -> list[list[Part]]:
    """The lesson's lines. What matters most gets its lines first, whatever its place is."""
    explanation = lesson.explanation
    concept = explanation.concept
    head = _lesson_head(lesson, width, height, pen)
    left = height - len(head)
    label_width = 6
    room = width - label_width

    def take(text: str, limit: int, cells_: int, *, command: bool = False) -> list[str]:
        nonlocal left
        allowed = max(min(limit, left), 0)
        if not text or not allowed:
            return []
        said = pen.say(text)
        fitting = () if command else sentences_that_fit(said, cells_, allowed)
        lines = list(fitting or wrapped(said, cells_))
        if len(lines) > allowed:
            if command:
                return []  # half a command is worse than none
            lines = lines[:allowed]
            lines[-1] = cut_off(lines[-1], cells_, pen)
        left -= len(lines)
        return lines

    sentence = take(capitalized(explanation.sentence), 4 if height > 8 else 3, width)
    then = take(when + explanation.then if explanation.then else "", 2, room)
    who = take(explanation.who, 1 if height < 10 else 2, room)
    tries: list[str] = []
    for command in explanation.try_[: 1 if height < 12 else 3]:
        tries += take(command, 2, room, command=True)
    aside = next(iter(explanation.asides), None)
    besides = f"{aside.concept.title}: {aside.sentence}" if aside else ""
    also = take(besides, 2 if height < 12 else 3, room)
    myth = take(concept.myth if concept else "", 2 if height < 12 else 3, room)
    blanks = min(max(left, 0), 3 if height > 9 else 2)
    left -= blanks
    why: tuple[str, ...] = ()
    if concept is not None and left > 0:
        said = one_line(concept.explanation)
        why = sentences_that_fit(pen.say(said), room, left)

    blocks: list[list[list[Part]]] = [head]
    blocks.append([[(line, None)] for line in sentence])
    details: list[list[Part]] = []
    for label, lines, style in (
        ("next", then, None),
        ("who", who, None),
        ("why", why, None),
        ("try", tries, pen.style("command")),
        ("not", myth, None),
        ("also", also, None),
    ):
        details += pen.labelled(label, lines, label_width, style)
    blocks.append(details)
    body: list[list[Part]] = []
    for number, block in enumerate(blocks):
        # The blank line above the details is worth more than the one below the title.
        if blanks >= {1: 2, 2: 1}.get(number, 9):
            body.append([])
        body += block
    return body


def _lesson_head(lesson: Explained, width: int, height: int, pen: Layout) -> list[list[Part]]:
    """The concept's title, and what changed: at the right, below, or in the timeline only."""
    explanation = lesson.explanation
    weight = explanation.weight
    symbol = f"{pen.theme.symbol('trouble')} " if weight == Weight.TROUBLE else ""
    concept = explanation.concept
    title = symbol + pen.say(concept.title if concept else "Not known to podwatch")
    inferred = lesson.inferred
    what = what_changed(lesson, pen) + (", inferred" if inferred else "")
    strong, dim = pen.style(_WEIGHT_STYLES.get(weight, "strong")), pen.style("dim")
    for right in (what, "inferred" if inferred and height < 7 else ""):
        free = width - cell_len(title) - cell_len(right)
        if free >= 3 and right:
            return [[(title, strong), (" " * free, None), (right, dim)]]
    indent = " " * cell_len(symbol)
    return [[(title, strong)], [(indent + what, dim)]] if height >= 7 else [[(title, strong)]]


def cut_off(line: str, width: int, pen: Layout) -> str:
    """The line with the sign that more would follow."""
    whole = line + " " + pen.ellipsis
    return whole if cell_len(whole) <= width else pen.fit(line + pen.ellipsis * 2, width).rstrip()
