"""The JSON lines of `podwatch exercise`.

Responsible for which line tells what. The fields are `json_schema`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from podwatch.core.learning import Learner
from podwatch.core.text import one_line
from podwatch.course import Exercise
from podwatch.course.judged import ExerciseResult, Standing
from podwatch.renderers.json_schema import CheckedLine, CheckPart, ExerciseLine, Line
from podwatch.renderers.sanitize import harmless_json


def list_lines(all_: Sequence[Exercise], known: Learner | None, at: datetime) -> Iterator[bytes]:
    """A line for each exercise; `known` is None where that can't be asked."""
    for one in all_:
        yield _encoded(
            ExerciseLine(
                at=at,
                name=one.name,
                title=one.title,
                level=one.level,
                minutes=one.minutes,
                concepts=one.concepts,
                needs=one.needs,
                started=known.started.get(one.name) if known else None,
                solved=known.solved.get(one.name) if known else None,
                hints=known.hints.get(one.name, 0) if known else None,
                under_way=known.exercise == one.name if known else None,
            )
        )


def result_line(
    one: Exercise, space: str, found: ExerciseResult, then: Exercise | None, at: datetime
) -> bytes:
    """What came of a check."""
    return _encoded(
        CheckedLine(
            at=at,
            exercise=one.name,
            namespace=space,
            outcome=found.standing,
            checks=tuple(
                CheckPart(
                    still=judged.check.still,
                    outcome=judged.standing,
                    said=judged.said,
                    pod=judged.pod,
                )
                for judged in found.judged
            ),
            of=len(one.checks),
            right=one_line(one.right) if found.standing is Standing.SOLVED else "",
            next=then.name if then is not None else "",
        )
    )


def _encoded(line: Line) -> bytes:
    made = msgspec.structs.replace(line, at=line.at.replace(microsecond=0))
    return harmless_json(msgspec.json.encode(made)) + b"\n"
