"""A lesson's lines.

Responsible for which of a lesson's texts are shown where there is not room for all.
"""

from collections.abc import Sequence

from rich.cells import cell_len

from podwatch.core.concepts import Weight
from podwatch.core.text import capitalized, one_line
from podwatch.core.timeline import Explained
from podwatch.renderers.dashboard.beat_row import what_changed
from podwatch.renderers.dashboard.layout import Layout, Line, sentences_that_fit, wrapped

_LABEL = 6


def lesson_lines(lesson: Explained, when: str, width: int, height: int, pen: Layout) -> list[Line]:
    """The lesson's lines. What matters most gets its lines first, whatever its place is."""
    explanation = lesson.explanation
    concept = explanation.concept
    head = _head(lesson, width, height, pen)
    left = height - len(head)
    room = width - _LABEL

    def take(text: str, limit: int, cells: int = room, *, command: bool = False) -> Sequence[str]:
        nonlocal left
        allowed = max(min(limit, left), 0)
        if not text or not allowed:
            return ()
        said = pen.say(text)
        lines = wrapped(said, cells) if command else pen.fitting(said, cells, allowed)
        if len(lines) > allowed:
            return ()  # half a command is worse than none
        left -= len(lines)
        return lines

    tall = height >= 12
    sentence = take(capitalized(explanation.sentence), 4 if height > 8 else 3, width)
    then = take(when + explanation.then if explanation.then else "", 2)
    who = take(explanation.who, 1 if height < 10 else 2)
    tries: list[str] = []
    for command in explanation.try_[: 3 if tall else 1]:
        tries += take(command, 2, command=True)
    aside = next(iter(explanation.asides), None)
    also = take(f"{aside.concept.title}: {aside.sentence}" if aside else "", 3 if tall else 2)
    note = take(concept.note if concept else "", 3 if tall else 2)
    blanks = min(max(left, 0), 3 if height > 9 else 2)
    left -= blanks
    whole = pen.say(one_line(concept.explanation)) if concept else ""
    why = sentences_that_fit(whole, room, left)
    # The blank line above the details is worth more than the one below the title.
    body = [*head, *([[]] if blanks >= 2 else []), *([(line, "")] for line in sentence)]
    body += [[]] if blanks else []
    for label, lines, style in (
        ("next", then, ""),
        ("who", who, ""),
        ("why", why, ""),
        ("try", tries, "command"),
        ("note", note, ""),
        ("also", also, ""),
    ):
        body += pen.labelled(label, lines, _LABEL, style)
    return body


def _head(lesson: Explained, width: int, height: int, pen: Layout) -> list[Line]:
    """The concept's title, and what changed: at the right, below, or in the timeline only."""
    trouble = lesson.explanation.weight == Weight.TROUBLE
    symbol = f"{pen.symbol('trouble')} " if trouble else ""
    concept = lesson.explanation.concept
    title = symbol + pen.say(concept.title if concept else "Not known to podwatch")
    inferred = "inferred" if lesson.inferred else ""
    what = what_changed(lesson, pen) + (", inferred" if inferred else "")
    line: Line = [(title, "alarm" if trouble else "strong")]
    for right in (what, inferred if height < 7 else ""):
        free = width - cell_len(title) - cell_len(right)
        if free >= 3 and right:
            return [[*line, (" " * free, ""), (right, "dim")]]
    return [line, [(" " * cell_len(symbol) + what, "dim")]] if height >= 7 else [line]
