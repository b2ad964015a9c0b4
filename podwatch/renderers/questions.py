"""Questions as plain lines: what is asked, and what decided it.

Responsible for their words, which stand on their own. Names from a cluster can be in them, so all
goes through `visible`.
"""

from collections.abc import Iterator

from podwatch.core.question import Question
from podwatch.core.stream import Posed
from podwatch.core.timeline import Decided
from podwatch.renderers.sanitize import visible


def asked_lines(one: Posed | Decided) -> Iterator[str]:
    """The lines of a question, or of its outcome."""
    if isinstance(one, Posed):
        return question_lines(one.question)
    return outcome_lines(one.question, one.right, one.withdrawn)


def question_lines(question: Question) -> Iterator[str]:
    """What is asked, and the choices, numbered from 1."""
    yield f"question: {visible(question.prompt)}"
    for number, choice in enumerate(question.choices, 1):
        yield f"  {number}. {visible(choice.text)}"


def outcome_lines(question: Question, right: int, withdrawn: str = "") -> Iterator[str]:
    """The choice that came true (`right`, from 0 on) and why; why each other one did not."""
    if withdrawn:
        yield f"the question is withdrawn: {visible(withdrawn)}"
        return
    order = [right, *(n for n in range(len(question.choices)) if n != right)]
    for number in order:
        choice = question.choices[number]
        text, answer = visible(choice.text), visible(choice.answer)
        if number == right:
            yield f"answer: {number + 1}. {text}. {answer}"
        else:
            yield f'  {number + 1}. wrong, "{text}": {answer}'
    if question.often_read and question.point:
        yield f'  often read: "{visible(question.often_read)}"'
        yield f"  in fact: {visible(question.point)}"
    elif question.point:
        yield f"  remember: {visible(question.point)}"
