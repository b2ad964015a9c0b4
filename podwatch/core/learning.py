"""What a learner has done, as it is kept in their namespace.

Responsible for the shape of the ConfigMap `podwatch`: which exercise is under way, which are
solved, how many hints were shown, what was answered. Whoever may write to the namespace may write
anything into it, so what can't be read is left out, and nothing of it is trusted. How it gets there
and back is `podwatch.app.kept`'s business.

    exercise               the exercise that is under way
    started.NAME           when an exercise was started last, RFC 3339
    solved.NAME            when it was solved first
    hints.NAME             how many of its hints were shown
    answer.QUESTION-ID     {"choice": 1, "again": 2, "right": 0, "reason": "...", "at": "..."};
                           choices from 0
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

CONFIG_MAP = "podwatch"
"""What it is kept in. Its namespace is the learner's."""
LONGEST = 300
"""How many characters of a reason are kept."""

_NAME = re.compile(r"[a-z0-9][-.a-z0-9]{0,200}")


class GivenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a question: the number of the choice, from 0 on, and that after talking.

    `right` is the one that came true, where the question itself does not say which is.
    """

    choice: int
    again: int | None = None
    right: int | None = None
    reason: str = ""
    at: datetime | None = None

    @property
    def last(self) -> int:
        """What was chosen in the end."""
        return self.choice if self.again is None else self.again


class Learner(msgspec.Struct, frozen=True, kw_only=True):
    """What a learner has done. The keys are names of exercises, and ids of questions."""

    exercise: str = ""
    started: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    solved: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    hints: Mapping[str, int] = msgspec.field(default_factory=dict)
    answers: Mapping[str, GivenAnswer] = msgspec.field(default_factory=dict)


def from_data(data: Mapping[str, str]) -> Learner:
    """What the data of the ConfigMap say, as far as they can be read."""
    started: dict[str, datetime] = {}
    solved: dict[str, datetime] = {}
    hints: dict[str, int] = {}
    answers: dict[str, GivenAnswer] = {}
    for key, value in data.items():
        what, _, name = key.partition(".")
        if not _NAME.fullmatch(name):
            continue
        if what in {"started", "solved"} and (at := _instant(value)) is not None:
            (started if what == "started" else solved)[name] = at
        elif what == "hints" and re.fullmatch("[0-9]{1,2}", value):
            hints[name] = int(value)
        elif what == "answer" and (answer := _answer(value)) is not None:
            answers[name] = answer
    current = data.get("exercise", "")
    return Learner(
        exercise=current if _NAME.fullmatch(current) else "",
        started=started,
        solved=solved,
        hints=hints,
        answers=answers,
    )


def to_data(progress: Learner) -> dict[str, str]:
    """The data of the ConfigMap that say this."""
    return {
        **({"exercise": progress.exercise} if progress.exercise else {}),
        **{f"started.{name}": _written(at) for name, at in progress.started.items()},
        **{f"solved.{name}": _written(at) for name, at in progress.solved.items()},
        **{f"hints.{name}": str(number) for name, number in progress.hints.items()},
        **{f"answer.{id_}": _encoded(answer) for id_, answer in progress.answers.items()},
    }


def changes(before: Learner, after: Learner) -> dict[str, str | None]:
    """The keys of the data that differ, with their new values; None for one that is gone.

    As a merge patch has them: what somebody else wrote meanwhile stays.
    """
    old, new = to_data(before), to_data(after)
    gone: dict[str, str | None] = dict.fromkeys(old.keys() - new.keys())
    return gone | {key: value for key, value in new.items() if old.get(key) != value}


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo is not None and 1 < at.year < 9999 else None


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class _WrittenAnswer(msgspec.Struct):
    choice: int
    again: int | None = None
    right: int | None = None
    reason: str = ""
    at: str = ""


def _answer(text: str) -> GivenAnswer | None:
    try:
        read = msgspec.json.decode(text.encode("utf-8", "replace"), type=_WrittenAnswer)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None
    if not all(0 <= choice <= 9 for choice in (read.choice, read.again or 0, read.right or 0)):
        return None
    return GivenAnswer(
        choice=read.choice,
        again=read.again,
        right=read.right,
        reason=read.reason[:LONGEST],
        at=_instant(read.at),
    )


def _encoded(answer: GivenAnswer) -> str:
    said: dict[str, object] = {"choice": answer.choice}
    if answer.again is not None:
        said["again"] = answer.again
    if answer.right is not None:
        said["right"] = answer.right
    if answer.reason:
        said["reason"] = answer.reason[:LONGEST]
    if answer.at is not None:
        said["at"] = _written(answer.at)
    return msgspec.json.encode(said).decode()
