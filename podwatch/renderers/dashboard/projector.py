"""The projector's picture: one Pod, one transition, large.

Responsible for what can be read from the back of a room: few words, much room.
"""

from collections.abc import Sequence

from rich.text import Text

from podwatch.core.board import Board, Row
from podwatch.core.concepts import Weight
from podwatch.core.health import HEALTH_WORDS
from podwatch.core.lifeline import UNTOLD
from podwatch.core.states import CONTAINER_FACETS, Facet, State
from podwatch.core.text import capitalized, counted
from podwatch.core.timeline import Explained, ExplainedEvent, ExplainedTransition
from podwatch.renderers.dashboard.card import about
from podwatch.renderers.dashboard.layout import Layout, Part, cells, sentences_that_fit, wrapped
from podwatch.renderers.dashboard.lesson import cut_off
from podwatch.renderers.dashboard.letters import large
from podwatch.renderers.dashboard.timeline import moment
from podwatch.renderers.dashboard.view_state import titled

_STYLES = {Weight.TROUBLE: "alarm", Weight.IMPORTANT: "brand", Weight.NORMAL: "brand"}


def projector(
    board: Board, lesson: Explained | None, width: int, height: int, pen: Layout
) -> list[Text]:
    """`height` lines of exactly `width` cells about the lesson."""
    margin = max(min(width // 12, 12), 2)
    page_ = _Page(width, height, margin, pen)
    if lesson is None:
        _nothing_yet(board, page_)
    else:
        row = board.row(lesson.ref)
        _lesson(lesson, titled(board, lesson.ref), row, page_, _countdown(board, row, pen))
    return page_.lines()


class _Page:
    """Lines from the top and from the bottom, with what room there is between them."""

    def __init__(self, width: int, height: int, margin: int, pen: Layout) -> None:
        self.width, self.height, self.margin, self.pen = width, height, margin, pen
        self.top: list[Text] = []
        self.bottom: list[Text] = []

    @property
    def inner(self) -> int:
        return self.width - 2 * self.margin

    @property
    def room(self) -> int:
        return max(self.height - len(self.top) - len(self.bottom), 0)

    def add(self, *parts: Part, right: Sequence[Part] = ()) -> None:
        """A line at the top."""
        self.top.append(self._line(parts, right))

    def end(self, *parts: Part) -> None:
        """A line at the bottom, below those that are there."""
        self.bottom.append(self._line(parts))

    def _line(self, parts: Sequence[Part], right: Sequence[Part] = ()) -> Text:
        edge: Part = (" " * self.margin, "")
        return self.pen.line(self.width, [edge, *parts], [*right, edge] if right else ())

    def blank(self, lines: int = 1) -> None:
        """Empty lines at the top."""
        self.top += [self.pen.blank(self.width)] * lines

    def lines(self) -> list[Text]:
        """All of it, exactly as high as the screen."""
        between = [self.pen.blank(self.width)] * self.room
        return [*self.top, *between, *self.bottom][: self.height]


def _countdown(board: Board, row: Row | None, pen: Layout) -> str:
    """When the wait of the Pod ends, if that is known."""
    wait = board.wait(row) if row is not None else None
    if wait is None or wait.until is None or board.now is None:
        return ""
    return pen.say(wait.short(board.now))


def _lesson(lesson: Explained, title: str, row: Row | None, page_: _Page, countdown: str) -> None:
    pen, height = page_.pen, page_.height
    explanation = lesson.explanation
    tone = _STYLES.get(explanation.weight, "strong")
    airy = height >= 20
    if airy:
        page_.blank()
    _head(lesson, title, row, page_)
    page_.blank(1 + (height >= 30))

    before, after = _from_to(lesson)
    arrow = pen.own("━━━▶") if isinstance(lesson, ExplainedTransition) else ""
    if before:
        spaced = " ".join(pen.say(before).upper())
        before = spaced if len(spaced) + 6 <= page_.inner else pen.say(before)
        page_.add((f"{before}  ", "dim"), (arrow, "dim"))
        page_.blank(airy)
    for line in large(pen.say(after), page_.inner, height // 3, pen, more=height // 2):
        page_.add((line, tone))
    page_.blank()

    _foot(lesson, page_, countdown)
    mark = f"{pen.symbol('trouble')} " if explanation.weight == Weight.TROUBLE else ""
    inferred = "  inferred" if lesson.inferred else ""
    title = explanation.concept.title if explanation.concept is not None else ""
    if title and page_.room >= 5:
        page_.add((mark + pen.say(title), "strong"), (inferred, "dim"))
        page_.blank(airy and page_.room >= 6)
    for line in _spread(explanation.sentence, page_):
        page_.add((line, ""))


def _head(lesson: Explained, title: str, row: Row | None, page_: _Page) -> None:
    """Whose it is, when, and how the Pod stands now."""
    pen = page_.pen
    time: list[Part] = [(moment(lesson, pen), "dim")]
    if row is not None:
        time.append((f"   {pen.symbol(row.health)} ", row.health))
        time.append((pen.say(row.columns.status)[:24], row.health))
    subject = about(lesson)
    room = page_.inner - cells(time) - 2
    name = pen.say(title)
    name = pen.fit_name(name, max(min(len(name), room), 8)).rstrip()
    said: list[Part] = [(name, "strong")]
    if subject and cells([*said, (subject, "")]) + 3 <= room:
        said.append((pen.own(f" · {pen.say(subject)}"), ""))
    page_.add(*said, right=time)


def _foot(lesson: Explained, page_: _Page, countdown: str) -> None:
    """What comes next, what it does not mean, where to read: as far as there is room."""
    pen = page_.pen
    explanation = lesson.explanation
    concept = explanation.concept
    label_width = 6
    wide = page_.inner - label_width
    left = page_.room - 4  # for the sentence
    if countdown and left >= 2:
        spaced = " ".join(countdown.upper())
        said = spaced if len(spaced) <= page_.inner else countdown
        page_.end((said, "brand"))
        page_.end()
        left -= 2
    blocks: list[tuple[str, tuple[str, ...], str]] = []
    for label, text, style in (
        ("next", explanation.then, "strong"),
        ("not", concept.myth if concept is not None else "", ""),
    ):
        said = pen.say(capitalized(text))
        lines = sentences_that_fit(said, wide, max(min(left - 1, 3), 0)) if text else ()
        if lines:
            blocks.append((label, lines, style))
            left -= len(lines) + 1
    for label, lines, style in blocks:
        for parts in pen.labelled(label, lines, label_width, style):
            page_.end(*parts)
        page_.end()
    if explanation.docs and left >= 2:
        address = pen.address(explanation.docs, page_.inner)
        page_.end((pen.fit(address, page_.inner), "dim"))
        page_.end()


def _spread(text: str, page_: _Page) -> list[str]:
    """The first sentences that have room, with empty lines between the lines if they have too."""
    said = page_.pen.say(capitalized(text))
    room = max(page_.room - 1, 1)
    lines = list(sentences_that_fit(said, page_.inner, room) or wrapped(said, page_.inner))
    if len(lines) > room:
        lines = [*lines[: room - 1], cut_off(lines[room - 1], page_.inner, page_.pen)]
    if page_.height >= 36 and len(lines) * 2 - 1 <= room:
        spread = [line for one in lines for line in (one, "")]
        return spread[:-1]
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
            return ("Ready" if after.value == "False" else "not ready"), (
                "ready" if after.value == "True" else "not ready"
            )
        return transition.subject, after.value
    of_container = transition.facet in CONTAINER_FACETS
    to = _word(after) if of_container else after.value
    return (_word(before) if of_container else before.value) if before is not None else "", to


def _word(state: State) -> str:
    """A container's state; of one that waits, for what."""
    waits = state.value == "waiting" and state.reason not in UNTOLD
    return state.reason if waits else state.value


def _nothing_yet(board: Board, page_: _Page) -> None:
    pen = page_.pen
    counts = board.counts()
    total = sum(counts.values())
    page_.blank(2 if page_.height >= 20 else 1)
    if not board.synced:
        for line in large("podwatch", page_.inner, page_.height // 3, pen):
            page_.add((line, "brand"))
        page_.blank()
        page_.add(("asking for the Pods", ""))
        return
    for line in large(counted(total, "Pod"), page_.inner, page_.height // 3, pen):
        page_.add((line, "brand"))
    page_.blank(2 if page_.height >= 20 else 1)
    for health, word in HEALTH_WORDS.items():
        if counts[health]:
            symbol = pen.symbol(health)
            page_.add((f"{symbol} {counts[health]} {word}", health))
    page_.blank()
    for line in wrapped("Nothing has changed yet. The next change is explained here.", page_.inner):
        page_.add((line, ""))
