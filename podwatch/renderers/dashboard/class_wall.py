"""The class on a wall: counts of all together, and nobody's name.

Responsible for what a whole class may see: how many are through which exercise, what holds up how
many, and how the last question was answered. Who it is that is stuck stays on the teacher's screen.
"""

from collections import Counter
from collections.abc import Iterator

from rich.text import Text

from podwatch.core.classroom.answers import Tally, open_text
from podwatch.core.classroom.rows import ClassBoard
from podwatch.core.text import counted
from podwatch.renderers.dashboard.class_scene import ClassLook
from podwatch.renderers.dashboard.layout import Layout, Line, wrapped
from podwatch.renderers.dashboard.letters import large
from podwatch.renderers.dashboard.table_row import without_term

_BAR = 40
"""How many cells the longest bar has at most."""
_NAME = 22
_CAUSES = 4
"""How many causes are named."""
_LETTERS = "ABCD"


def class_wall(
    board: ClassBoard, look: ClassLook, width: int, height: int, pen: Layout
) -> list[Text]:
    """`height` lines of exactly `width` cells."""
    margin = max(width // 20, 2)
    inner = max(width - 2 * margin, 10)
    blocks = [*_blocks(board, look, inner, height, pen)]
    lines: list[Line] = []
    free = height - sum(map(len, blocks))
    for block in blocks:
        gap = 1 if free > 0 else 0
        free -= gap
        lines += [*([[]] * gap), *block]
    lines = [*lines, *([[]] * height)][:height]
    return [pen.line(width, [(" " * margin, ""), *one]) for one in lines]


def _blocks(
    board: ClassBoard, look: ClassLook, width: int, height: int, pen: Layout
) -> Iterator[list[Line]]:
    there = counted(len(board.learners), "learner")
    solved = sum(len(row.solved) for row in board.learners)
    in_trouble = sum(row.trouble for row in board.learners)
    title, more = (f"{solved} solved", f"{there}, ") if solved else (there, "")
    big = large(pen.own(title), width, max(height // 4, 1), pen)
    more += f"{in_trouble} with a Pod in trouble" if in_trouble else "no Pod in trouble"
    yield [[(line, "brand")] for line in big] + [[(more, "strong")]]
    if board.tally is not None:
        yield [*_question(board.tally, look, width, pen)]
    if exercises := [*_exercises(board, width, pen)]:
        yield exercises
    if causes := [*_causes(board, width, pen)]:
        yield causes


def _question(tally: Tally, look: ClassLook, width: int, pen: Layout) -> Iterator[Line]:
    """The last question with the answers that were given; which one is right only if asked for."""
    question, most = tally.question, max(tally.counts, default=0)
    room = min(width // 3, _BAR + 6)
    for line in wrapped(pen.say(tally.prompt), width):
        yield [(line, "strong")]
    for place, (choice, number) in enumerate(zip(question.choices, tally.counts, strict=True)):
        is_right = look.answered and place == tally.right
        mark = pen.symbol("ended") if is_right else " "
        style = "ready" if is_right else ""
        text = f"{mark} {_LETTERS[place]}  {pen.say(open_text(choice.text))}"
        bar = pen.cut([("  ", ""), *_bar(number, most, room - 6, pen)], room)
        yield pen.cut([(text, style)], width, bar)
    if look.answered and tally.right >= 0:
        right = question.choices[tally.right]
        for line in pen.fitting(pen.say(open_text(right.answer)), width, 3):
            yield [(line, "ready")]


def _exercises(board: ClassBoard, width: int, pen: Layout) -> Iterator[Line]:
    """How many have solved each exercise that anybody has begun, and how many are at it."""
    solved = Counter(name for row in board.learners for name in row.solved)
    at_it = Counter(row.exercise for row in board.learners if row.open)
    names = sorted({*solved, *at_it}, key=lambda name: (-solved[name], name))
    most = max(len(board.learners), 1)
    for name in names:
        bar = _bar(solved[name], most, min(width - _NAME - 24, _BAR), pen)
        more = f"   {at_it[name]} at it" if at_it[name] else ""
        yield [(pen.fit(pen.say(name), _NAME), ""), *bar, (" solved", "label"), (more, "")]


def _causes(board: ClassBoard, width: int, pen: Layout) -> Iterator[Line]:
    """What holds up how many, the most first; by its news: a pull that fails has two terms."""
    causes: dict[str, list[str]] = {}
    for row in board.learners:
        if row.trouble and row.cause:
            cause = row.cause.replace(row.namespace, "…")
            causes.setdefault(without_term(cause), []).append(cause)
    alike = sorted(causes.values(), key=len, reverse=True)
    for one in alike[:_CAUSES]:
        (text, _), *_ = Counter(one).most_common(1)
        yield pen.cut([(f"{len(one):>3} ", "alarm"), (pen.say(text), "")], width)
    if (left := len(alike) - _CAUSES) > 0:
        yield [(f"    and {counted(left, 'other cause')}", "label")]


def _bar(number: int, most: int, room: int, pen: Layout) -> Line:
    cells = round(number / most * min(room, _BAR)) if most and room > 0 else 0
    return [(pen.symbol("bar") * max(cells, int(number > 0)), "brand"), (f" {number}", "strong")]
