"""Questions: what somebody predicts before it happens, as values.

Responsible for a question's shape and for what can be wrong in one. Questions are data: those about
a lesson stand beside it (`podwatch/scenarios/NAME/questions.toml`), those about any Pod in
`podwatch/course/live.toml`, those without a Pod in a chapter of the tour.
"""

from typing import Annotated, Any

import msgspec

AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a file; a key that is not a field is a mistake."""


class Moment(Table, frozen=True, kw_only=True):
    """When a Pod goes through a transition of a concept for the `count`-th time.

    `pod` is how the Pod's name begins, empty for any; with `event`, Events count too.
    """

    concept: str
    pod: str = ""
    count: AtLeastOne = 1
    event: bool = False


class Choice(Table, frozen=True, kw_only=True):
    """One of the answers to choose from.

    `answer` says why it is right or wrong. `shown_by` are the concepts that prove it right where
    the outcome is not known beforehand; `if_nothing`: that none of the others' came does.
    """

    text: str
    answer: str
    right: bool = False
    shown_by: tuple[str, ...] = ()
    if_nothing: bool = False


class Question(Table, frozen=True, kw_only=True):
    """A question, asked before what decides it.

    It is asked right before a moment (`before`), right after one (`after`), or where it stands in a
    chapter. What it was asked before decides it, or a later moment (`decided_by`) which proves it.
    `reason` is the line on which who answers says why; `point` is the sentence to remember.
    `often_read` quotes the error that a wrong choice comes from. What has to decide it is waited
    for `within` seconds, where a recording does not tell that it comes; what is about a Pod's end
    for its grace period, too. `when`: facts that have to hold of the Pod, as in a concept; then its
    texts can have places for facts.
    """

    id: str
    prompt: str
    choices: Annotated[tuple[Choice, ...], msgspec.Meta(min_length=2, max_length=4)]
    reason: str = "Why do you think so?"
    point: str = ""
    often_read: str = ""
    before: Moment | None = None
    after: Moment | None = None
    decided_by: Moment | None = None
    within: float = 120.0
    when: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)

    @property
    def right(self) -> int:
        """The number of the right choice, from 0 on; -1 where only what happens can tell."""
        return next((n for n, choice in enumerate(self.choices) if choice.right), -1)


def mistakes(question: Question) -> list[str]:
    """What is wrong with it beyond its shape."""
    wrong = []
    known = sum(choice.right for choice in question.choices)
    proved = any(choice.shown_by for choice in question.choices)
    quiet = sum(choice.if_nothing for choice in question.choices)
    if known > 1 or (known == 0 and not proved):
        wrong.append("exactly one choice is right, or the concepts in `shown_by` tell which")
    if quiet > 1:
        wrong.append("only one choice is proved by nothing happening")
    if question.before is not None and question.after is not None:
        wrong.append("`before` one moment or `after` one, not both")
    if question.decided_by is not None and known != 1:
        wrong.append("what is `decided_by` a moment has exactly one right choice")
    if len({choice.text for choice in question.choices}) < len(question.choices):
        wrong.append("two choices are the same")
    return [f'question "{question.id}": {one}' for one in wrong]
