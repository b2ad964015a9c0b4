"""What a class answered to the last question, and which wrong answer is the most common.

Responsible for which question that is, and for the counts. Which choice is right, and what is wrong
in another one, the question says.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import msgspec

from podwatch.core.learning import GivenAnswer
from podwatch.core.question import Choice, Question

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many chose what, in the end; `counts` are in the order of the choices."""

    question: Question
    counts: tuple[int, ...]

    @property
    def answered(self) -> int:
        """How many there are who answered."""
        return sum(self.counts)

    @property
    def wrong(self) -> int:
        """How many of them are wrong; 0 where only what happens tells."""
        right = self.question.right
        return self.answered - self.counts[right] if right >= 0 else 0

    @property
    def common(self) -> tuple[Choice, int] | None:
        """The most common wrong answer, and how many chose it; None without one."""
        if not self.wrong:
            return None
        wrong = [
            (number, -place)
            for place, number in enumerate(self.counts)
            if place != self.question.right
        ]
        number, place = max(wrong)
        return self.question.choices[-place], number


def tally(
    answers: Iterable[Mapping[str, GivenAnswer]], questions: Mapping[str, Question]
) -> Tally | None:
    """Of the last question; each of `answers` is one learner's, by the question's id.

    The last question is the one of which the second answer came last: that a single learner is
    ahead of the class changes nothing. Where nobody shares a question, it is the one answered last.
    """
    given: dict[str, list[GivenAnswer]] = {}
    for one in answers:
        for id_, answer in one.items():
            known = questions.get(id_)
            if known is not None and 0 <= answer.last < len(known.choices):
                given.setdefault(id_, []).append(answer)
    if not given:
        return None
    last = max(sorted(given), key=lambda id_: _moment(given[id_]))
    chosen = Counter(answer.last for answer in given[last])
    question = questions[last]
    return Tally(
        question=question, counts=tuple(chosen[place] for place in range(len(question.choices)))
    )


def _moment(answers: list[GivenAnswer]) -> tuple[bool, datetime]:
    times = sorted((one.at or _LONG_AGO for one in answers), reverse=True)
    return len(times) > 1, times[1] if len(times) > 1 else times[0]
