"""The class board: a row for each learner, the longest stuck first.

Responsible for what stands where on a teacher's own screen, as a pure function. How a row looks is
`class_row`'s, what a class may see of it on a wall `class_wall`'s.
"""

from dataclasses import dataclass
from datetime import timedelta

from rich.text import Text

from podwatch.core.classroom.answers import Tally
from podwatch.core.classroom.rows import ClassBoard, LearnerRow
from podwatch.core.durations import approximate
from podwatch.core.text import counted
from podwatch.renderers.dashboard.class_row import class_row, columns, heading
from podwatch.renderers.dashboard.layout import Layout, Line, wrapped
from podwatch.renderers.dashboard.regions import Border, Content, position

_LOW = 20
"""Up to how many lines a screen has no room for more about the learner at whom one is."""
_LABEL = 12


@dataclass(frozen=True, slots=True)
class ClassLook:
    """How a teacher looks at a class.

    `at` is the namespace of the learner at whom one is, empty for the first; `scroll` the first row
    that is seen. `wall`: what is shown is for everybody; `answered`: the right answer, too.
    """

    at: str = ""
    scroll: int = 0
    wall: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True)
class ClassScene:
    """The lines; `rows` are the namespaces of the rows that are seen, the first in line `top`.

    `scroll` is the first row that is seen.
    """

    lines: list[Text]
    rows: tuple[str, ...] = ()
    top: int = 0
    scroll: int = 0


def here(board: ClassBoard, look: ClassLook) -> LearnerRow | None:
    """The learner at whom one is: the first one as long as nobody else was chosen."""
    first = next(iter(board.learners), None)
    return next((one for one in board.learners if one.namespace == look.at), first)


def class_scene(
    board: ClassBoard, look: ClassLook, width: int, height: int, pen: Layout
) -> ClassScene:
    """At most `height` lines of exactly `width` cells."""
    dot = pen.symbol("dot")
    lines = [pen.line(width, [(f" {dot} {pen.say(one)}", "dim")]) for one in board.missing]
    lines += question_lines(board.tally, width, 3 if height >= _LOW else 1, pen)
    one = here(board, look)
    if one is None:
        return ClassScene([*lines, *_nobody(board, width, pen)][:height])
    more = _about(one, width, pen) if height >= _LOW else []
    room = max(height - len(lines) - len(more) - 1, 1)
    rows, page = board.learners, min(len(board.learners), room)
    number = rows.index(one)
    first = min(max(look.scroll, number - page + 1), number)
    first = max(min(first, len(rows) - page), 0)
    seen = rows[first : first + page]
    sizes = columns(board, width)
    there: Line = [(f" {position(page, len(rows))} ", "label")]
    lines.append(pen.line(width, [(heading(sizes, pen), "heading")], there))
    top = len(lines)
    lines += [
        class_row(row, board, sizes, width, pen, here=row is one, chosen=bool(look.at))
        for row in seen
    ]
    lines += [pen.blank(width)] * (room - page)
    return ClassScene([*lines, *more][:height], tuple(row.namespace for row in seen), top, first)


def question_lines(tally: Tally | None, width: int, room: int, pen: Layout) -> list[Text]:
    """Which wrong answer to the last question is the most common, and what is wrong in it."""
    if tally is None:
        return []
    said = counted(tally.answered, "answer")
    said += f", {tally.wrong or 'none'} wrong"
    told: list[Line] = []
    if (common := tally.common) is not None:
        choice, number = common
        text = pen.own(f'{number}× "{pen.say(choice.text)}": {pen.say(choice.answer)}')
        style = "strong" if room > 1 else ""
        told = [[(f"   {one}", style)] for one in pen.fitting(text, width - 4, max(room - 1, 1))]
    asked: Line = [(" ? ", "label"), (pen.say(tally.prompt), "")]
    lines: list[Text] = []
    if room > 1 or not told:
        lines.append(pen.line(width, asked, [(f"  {said} ", "label")]))
    return [*lines, *(pen.line(width, one) for one in told)][:room]


def _about(one: LearnerRow, width: int, pen: Layout) -> list[Text]:
    """More about the learner at whom one is, in a box."""
    doing = "" if one.doing == one.cause else f": {one.doing}"  # it is said below then
    told = [("newest Pod", f"{one.pod}{doing}" if one.pod else "there is none")]
    if one.note or one.cause:
        told.append(("stuck on" if one.stuck is not None else "note", one.note or one.cause))
    if one.exercise:
        hints = f", {counted(one.hints, 'hint')} shown" if one.hints else ""
        told.append(("exercise", f"{one.exercise}: {_state(one)}{hints}"))
    if one.undone:
        told.append(("undone", f"{one.undone[0]} was solved here, and is not so any more"))
    inner = width - 4
    lines: list[Line] = []
    for label, text in told:
        said = pen.fitting(pen.say(text), inner - _LABEL, 2)
        lines += pen.labelled(label, said, _LABEL)
    title: Line = [(pen.say(one.learner), "strong"), (f" {pen.say(one.namespace)}", "dim")]
    since: Line = []
    if one.progress is not None and one.stuck is not None:
        ago = approximate(timedelta(seconds=one.stuck))
        since = [(f" no progress for {ago} ", "label")]
    content = Content(
        [pen.line(width - 2, [(" ", ""), *line]) for line in lines], title, right=since
    )
    return Border(box=True).around(content, width, len(lines) + 2, pen)


def _state(one: LearnerRow) -> str:
    if one.unchecked:
        return "not solved yet; its Pods are well, and the rest takes podwatch exercise check"
    return "not solved yet" if one.open else "solved"


def _nobody(board: ClassBoard, width: int, pen: Layout) -> list[Text]:
    """What is said as long as there are no learners; never an empty screen."""
    said: Line = [("asking the cluster for its learners", "strong")]
    if board.known:
        said = [
            ("no namespace is a learner's", "strong"),
            ("A learner's namespace has the label podwatch/learner. Make three with:", ""),
            ("docs/workshop/learners.sh anna ben carla", "command"),
            ("or label one that is there, in another terminal:", ""),
            ("kubectl label namespace NAME podwatch/learner=anna", "command"),
            ("It appears here at once.", ""),
        ]
    lines = [pen.blank(width)]
    for text, style in said:
        margin = "    " if style == "command" else "  "
        for line in wrapped(text, max(width - 6, 10)):
            lines.append(pen.line(width, [(f"{margin}{line}", style)]))
    return lines
