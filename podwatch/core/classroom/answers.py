"""What a class answered to the last question, and which wrong answer is the most common.

Responsible for which question that is, and for the counts. Which choice is right, and what is wrong
in another one, the question says.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import msgspec

from podwatch.core.learning import GivenAnswer
from podwatch.core.question import Choice, Question

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many chose what, in the end, in the order of the choices; and how many of those were
    wrong. Where only what happens tells, it told each their own.

    `right` is the choice that came true for everybody of whom that is known; -1 without one.
    """

    question: Question
    counts: tuple[int, ...]
    errors: tuple[int, ...]
    right: int

    @property
    def prompt(self) -> str:
        """What was asked, without whom it was about."""
        return open_text(self.question.prompt)

    @property
    def answered(self) -> int:
        """How many there are who answered."""
        return sum(self.counts)

    @property
    def wrong(self) -> int:
        """How many of them were wrong, as far as that is known."""
        return sum(self.errors)

    @property
    def common(self) -> tuple[Choice, int] | None:
        """The most common wrong answer, and how many chose it; None without one."""
        if not self.wrong:
            return None
        place = max(range(len(self.errors)), key=lambda place: (self.errors[place], -place))
        choice = self.question.choices[place]
        said = msgspec.structs.replace(
            choice, text=open_text(choice.text), answer=open_text(choice.answer)
        )
        return said, self.errors[place]


def open_text(text: str) -> str:
    """A text of a question without the names of what it is asked about."""
    return _PLACE.sub("…", text)


_PLACE = re.compile(r"\{[^}]*\}")


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
    question = questions[last]
    chosen, wrong, rights = Counter[int](), Counter[int](), set[int]()
    for answer in given[last]:
        right = question.right if question.right >= 0 else answer.right
        chosen[answer.last] += 1
        if right is not None:
            wrong[answer.last] += answer.last != right
            rights.add(right)
    places = range(len(question.choices))
    return Tally(
        question=question,
        counts=tuple(chosen[place] for place in places),
        errors=tuple(wrong[place] for place in places),
        right=rights.pop() if len(rights) == 1 and rights <= {*places} else -1,
    )


def _moment(answers: list[GivenAnswer]) -> tuple[bool, datetime]:
    times = sorted((one.at or _LONG_AGO for one in answers), reverse=True)
    return len(times) > 1, times[1] if len(times) > 1 else times[0]
