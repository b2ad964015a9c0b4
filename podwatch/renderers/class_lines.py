"""How a class stands, once, as lines or as JSON.

Responsible for a table that a screen reader or a script can take in; it is over as soon as all that
is followed has been listed.
"""

from collections.abc import Callable, Iterator

import msgspec

from podwatch.core.board import Board, Update
from podwatch.core.classroom.rows import ClassBoard
from podwatch.core.durations import human_duration
from podwatch.core.text import counted
from podwatch.renderers import Renderer, json_schema
from podwatch.renderers.dashboard.class_row import what
from podwatch.renderers.sanitize import harmless_json, visible

NOBODY = (
    "no namespace is a learner's: one has the label podwatch/learner\n"
    "  docs/workshop/learners.sh anna ben carla makes three"
)


class ClassLines(Renderer):
    """Takes updates until the class is known; `text` is what there is to print then."""

    def __init__(self, room: Callable[[Board], ClassBoard], *, as_json: bool) -> None:
        self._room = room
        self._as_json = as_json
        self._update = Update()
        self._looked = False

    def show(self, update: Update) -> None:
        """Something may be known now."""
        self._update = update
        self._looked = False

    def frame(self) -> None:
        """Look whether all is known."""
        if not self._looked:
            self._looked = True
            self.done = self._room(self._update.board()).known

    @property
    def board(self) -> ClassBoard:
        """How the class stands."""
        return self._room(self._update.board())

    @property
    def notes(self) -> list[str]:
        """What is said on standard error."""
        board = self.board
        return [*map(visible, board.missing), *([] if board.learners else [NOBODY])]

    @property
    def text(self) -> str:
        """The table, or the JSON lines."""
        board = self.board
        if self._as_json:
            return b"".join(_json(board)).decode()
        return "".join(f"{line}\n" for line in _lines(board))


def _lines(board: ClassBoard) -> Iterator[str]:
    if not board.learners:
        return
    rows = [("LEARNER", "STUCK", "SOLVED", "EXERCISE", "WHAT")]
    rows += [
        (
            visible(one.title),
            human_duration(one.stuck) if one.stuck is not None else "-",
            f"{len(one.solved)}/{board.exercises}",
            visible(one.exercise) or "-",
            visible(what(one)),
        )
        for one in board.learners
    ]
    sizes = [max(len(row[place]) for row in rows) for place in range(4)]
    for row in rows:
        yield "  ".join(
            [*(text.ljust(size) for text, size in zip(row, sizes, strict=False)), row[4]]
        )
    if board.tally is not None:
        yield ""
        yield visible(f"last question: {board.tally.prompt}")
        wrong = board.tally.wrong
        yield f"{counted(board.tally.answered, 'answer')}, {wrong} wrong"
        if (common := board.tally.common) is not None:
            choice, number = common
            yield visible(f'{number} chose "{choice.text}": {choice.answer}')


def _json(board: ClassBoard) -> Iterator[bytes]:
    if board.now is None:
        return
    for one in board.learners:
        yield _encoded(
            json_schema.LearnerLine(
                at=board.now,
                learner=one.learner,
                namespace=one.namespace,
                pods=one.pods,
                pod=one.pod,
                doing=one.doing,
                cause=one.cause,
                trouble=one.trouble,
                progress=one.progress,
                stuck_seconds=one.stuck,
                exercise=one.exercise,
                open=one.open,
                hints=one.hints,
                solved=one.solved,
                undone=one.undone,
                note=one.note,
            )
        )
    if board.tally is not None:
        question, common = board.tally.question, board.tally.common
        yield _encoded(
            json_schema.AnswersLine(
                at=board.now,
                question=question.id,
                prompt=board.tally.prompt,
                answers=board.tally.answered,
                wrong=board.tally.wrong,
                counts=board.tally.counts,
                common=common[0].text if common is not None else "",
                times=common[1] if common is not None else 0,
                why=common[0].answer if common is not None else "",
            )
        )


def _encoded(made: json_schema.Line) -> bytes:
    return harmless_json(msgspec.json.encode(made)) + b"\n"
