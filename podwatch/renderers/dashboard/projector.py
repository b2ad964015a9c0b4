"""The projector's picture: one Pod, one transition, large.

Responsible for what can be read from the back of a room: few words, much room.
"""

from rich.text import Text

from podwatch.core.board import Board, Row
from podwatch.core.concepts import Weight
from podwatch.core.health import HEALTH_WORDS
from podwatch.core.lifeline import UNTOLD
from podwatch.core.states import Facet, State
from podwatch.core.text import capitalized, counted
from podwatch.core.timeline import Explained, ExplainedEvent, ExplainedTransition
from podwatch.renderers.dashboard.card import about
from podwatch.renderers.dashboard.layout import Layout, Line, cells, sentences_that_fit, wrapped
from podwatch.renderers.dashboard.letters import large, spaced
from podwatch.renderers.dashboard.view_state import titled

_STYLES = {Weight.TROUBLE: "alarm", Weight.IMPORTANT: "brand", Weight.NORMAL: "brand"}


def projector(
    board: Board, lesson: Explained | None, width: int, height: int, pen: Layout
) -> list[Text]:
    """`height` lines of exactly `width` cells about the lesson."""
    margin = max(min(width // 12, 12), 2)
    inner = width - 2 * margin
    bottom: list[Line] = []
    if lesson is None:
        top = _nothing_yet(board, inner, height, pen)
    else:
        top, bottom = _lesson(board, lesson, inner, height, pen)
    between: list[Line] = [[]] * (height - len(top) - len(bottom))
    lines = [*top, *between, *bottom][:height]
    return [pen.line(width, [(" " * margin, ""), *parts]) for parts in lines]


def _lesson(
    board: Board, lesson: Explained, width: int, height: int, pen: Layout
) -> tuple[list[Line], list[Line]]:
    """What stands at the top and at the bottom."""
    explanation = lesson.explanation
    blank: list[Line] = [[]]
    airy = blank * (height >= 20)
    row = board.row(lesson.ref)
    top = [*airy, _head(board, lesson, row, width, pen), *blank * (1 + (height >= 30))]
    before, after = _from_to(lesson)
    if before:
        arrow = pen.own("━━━▶") if isinstance(lesson, ExplainedTransition) else ""
        top += [[(f"{spaced(pen.say(before), width - 6)}  ", "dim"), (arrow, "dim")], *airy]
    tone = _STYLES.get(explanation.weight, "strong")
    word = large(pen.say(after), width, height // 3, pen, more=height // 2)
    top += [*([(line, tone)] for line in word), []]

    wait = board.wait(row) if row is not None else None
    countdown = pen.say(wait.ends(board.now)) if wait is not None else ""
    bottom = _foot(lesson, countdown, width, height - len(top), pen)
    title = explanation.concept.title if explanation.concept is not None else ""
    if title and len(top) + len(bottom) + 5 <= height:
        mark = f"{pen.symbol('trouble')} " if explanation.weight == Weight.TROUBLE else ""
        inferred = "  inferred" if lesson.inferred else ""
        top.append([(mark + pen.say(title), "strong"), (inferred, "dim")])
        top += airy if len(top) + len(bottom) + 6 <= height else []
    room = max(height - len(top) - len(bottom) - 1, 1)
    said = pen.fitting(pen.say(capitalized(explanation.sentence)), width, room)
    # Empty lines between the lines if they have room, too.
    spread = height >= 36 and len(said) * 2 - 1 <= room
    for number, line in enumerate(said):
        top += blank * (spread and number > 0)
        top.append([(line, "")])
    return top, bottom


def _head(board: Board, lesson: Explained, row: Row | None, width: int, pen: Layout) -> Line:
    """Whose it is, when, and how the Pod stands now."""
    time: Line = [(pen.time(lesson.moment), "dim")]
    if row is not None:
        time.append((f"   {pen.symbol(row.health)} ", row.health))
        time.append((pen.say(row.columns.status)[:24], row.health))
    subject = about(lesson)
    room = width - cells(time) - 2
    name = pen.say(titled(board, lesson.ref))
    name = pen.fit_name(name, max(min(len(name), room), 8)).rstrip()
    said: Line = [(name, "strong")]
    if subject and cells([*said, (subject, "")]) + 3 <= room:
        said.append((pen.own(f" · {pen.say(subject)}"), ""))
    return pen.cut(said, width, time)


_LABEL = 6


def _foot(lesson: Explained, countdown: str, width: int, room: int, pen: Layout) -> list[Line]:
    """What comes next, what it does not mean, where to read: as far as there is room."""
    explanation = lesson.explanation
    concept = explanation.concept
    left = room - 4  # for the sentence
    lines: list[Line] = []
    if countdown and left >= 2:
        lines += [[(spaced(countdown, width), "brand")], []]
        left -= 2
    for label, text, style in (
        ("next", explanation.then, "strong"),
        ("note", concept.note if concept is not None else "", ""),
    ):
        limit = max(min(left - 1, 3), 0)
        said = sentences_that_fit(pen.say(capitalized(text)), width - _LABEL, limit)
        if said:
            lines += [*pen.labelled(label, said, _LABEL, style), []]
            left -= len(said) + 1
    if explanation.docs and left >= 2:
        lines += [[(pen.fit(pen.address(explanation.docs, width), width), "dim")], []]
    return lines


def _from_to(lesson: Explained) -> tuple[str, str]:
    """From what to what, in the fewest words."""
    if isinstance(lesson, ExplainedEvent):
        return "event", lesson.event.reason or "event"
    transition = lesson.transition
    before, after = transition.before, transition.after
    if after is None or transition.facet in {Facet.EXISTENCE, Facet.DELETION}:
        return "", lesson.change
    if transition.facet is Facet.CONDITION:
        if transition.subject == "Ready" and after.value in {"True", "False"}:
            return ("not ready", "ready") if after.value == "True" else ("Ready", "not ready")
        return transition.subject, after.value
    return _word(before) if before is not None else "", _word(after)


def _word(state: State) -> str:
    """A state; of a container that waits, for what."""
    waits = state.value == "waiting" and state.reason not in UNTOLD
    return state.reason if waits else state.value


def _nothing_yet(board: Board, width: int, height: int, pen: Layout) -> list[Line]:
    counts = board.counts
    blank: list[Line] = [[]]
    airy = blank * (2 if height >= 20 else 1)
    title = counted(sum(counts.values()), "Pod") if board.synced else "podwatch"
    lines = [*airy, *([(line, "brand")] for line in large(title, width, height // 3, pen))]
    if not board.synced:
        return [*lines, [], [("asking for the Pods", "")]]
    lines += airy
    for health, word in HEALTH_WORDS.items():
        if counts[health]:
            lines.append([(f"{pen.symbol(health)} {counts[health]} {word}", health)])
    said = wrapped("Nothing has changed yet. The next change is explained here.", width)
    return [*lines, [], *([(line, "")] for line in said)]
