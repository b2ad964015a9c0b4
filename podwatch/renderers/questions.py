"""Questions in plain lines: what is asked, who answers it, and what decided it.

Responsible for their words, which stand on their own, and for somebody who types an answer. Names
from a cluster can be in them, so all goes through `visible`.
"""

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from podwatch.core.learning import GivenAnswer
from podwatch.core.question import Question
from podwatch.core.stream import Posed
from podwatch.core.timeline import Decided
from podwatch.renderers import AnswerKeeper
from podwatch.renderers.playback import Holdable
from podwatch.renderers.sanitize import visible


class LineQuestions:
    """Says questions and outcomes as they come.

    `read` gives the line that somebody types, empty at the end of the input; without it nobody is
    asked. A `playback` stands still meanwhile. `answers` keeps what is answered.
    """

    def __init__(
        self,
        write: Callable[[str], object],
        flush: Callable[[], None],
        read: Callable[[], str] | None = None,
        playback: Holdable | None = None,
        answers: AnswerKeeper | None = None,
    ) -> None:
        self._write = write
        self._flush = flush
        self._read = read
        self._playback = playback
        self._answers = answers
        self._given: dict[str, GivenAnswer] = {}

    def take(self, one: Posed | Decided) -> None:
        """Say it, and ask where somebody can answer."""
        if self._answers is not None and self._answers.problem:
            self._write(f"! {self._answers.problem}\n")
            self._answers.problem = ""
        if isinstance(one, Decided):
            given = self._given.pop(one.question.id, None)
            chosen = given.choice if given is not None else None
            for text in outcome_lines(one.question, one.right, one.withdrawn, chosen):
                self._write(f"{text}\n")
            if given is not None and one.question.right < 0 <= one.right:  # it is known only now
                self._keep(one.question, replace(given, right=one.right))
            return
        for text in question_lines(one.question):
            self._write(f"{text}\n")
        if self._read is None:
            return
        if self._playback is not None:
            self._playback.wait(True)
        try:
            self._ask(one.question)
        except KeyboardInterrupt:
            self._write("\n")  # what is said at the end begins on a line of its own
            raise
        finally:
            if self._playback is not None:
                self._playback.wait(False)

    def _ask(self, question: Question) -> None:
        count = len(question.choices)
        numbers = [str(number) for number in range(1, count + 1)]
        while (typed := self._typed(f"  your answer, 1 to {count} (only Enter skips it): ")) != "":
            if typed in numbers:
                break
            self._write(f'  "{visible(typed[:40])}" is no choice.\n')
        else:
            return
        reason = self._typed(f"  {visible(question.reason)} ")
        answer = GivenAnswer(choice=numbers.index(typed), reason=reason)
        self._given[question.id] = answer
        self._keep(question, answer)

    def _keep(self, question: Question, answer: GivenAnswer) -> None:
        if self._answers is not None:
            self._answers.keep(question, answer)

    def _typed(self, prompt: str) -> str:
        """What somebody types after a prompt; nothing if the input has ended, from then on."""
        if self._read is None:
            return ""
        self._write(prompt)
        self._flush()
        line = self._read()
        if not line:
            self._read = None
            self._write("\n")
        return line.strip()


def question_lines(question: Question) -> Iterator[str]:
    """What is asked, and the choices, numbered from 1."""
    yield f"question: {visible(question.prompt)}"
    for number, choice in enumerate(question.choices, 1):
        yield f"  {number}. {visible(choice.text)}"


def outcome_lines(
    question: Question, right: int, withdrawn: str = "", given: int | None = None
) -> Iterator[str]:
    """The choice that came true (`right`, from 0 on) and why; why each other one did not.

    `given` is the choice that somebody made.
    """
    if withdrawn:
        yield f"the question is withdrawn: {visible(withdrawn)}"
        return
    order = [right, *(n for n in range(len(question.choices)) if n != right)]
    for number in order:
        choice = question.choices[number]
        text, answer = visible(choice.text), visible(choice.answer)
        if number == right:
            said = ", as you said" if given == right else ""
            yield f"answer{said}: {number + 1}. {text}. {answer}"
        else:
            mine = ", your answer" if number == given else ""
            yield f'  {number + 1}. wrong{mine}, "{text}": {answer}'
    if question.often_read and question.point:
        yield f'  often read: "{visible(question.often_read)}"'
        yield f"  in fact: {visible(question.point)}"
    elif question.point:
        yield f"  remember: {visible(question.point)}"
