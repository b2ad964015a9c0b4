"""Asking: who is asked what, and what was answered, on the dashboard.

Responsible for the way of a question, from its choices over the reason, or over two votes of a
class, to the outcome; for what its keys do; and for a replay that waits meanwhile. What it looks
like is `asked` and `voting`; what is asked when, and what decides it, is the core's.
"""

from collections import deque
from dataclasses import dataclass, replace
from enum import Enum, auto

from podwatch.core.board import Update
from podwatch.core.cards import time_to_read
from podwatch.core.learning import GivenAnswer
from podwatch.core.question import Question
from podwatch.core.stream import Posed
from podwatch.core.timeline import Decided
from podwatch.renderers import AnswerKeeper
from podwatch.renderers.playback import Holdable

_LONGEST = 200
"""Of how many characters a reason is at most."""
_MOST_DIGITS = 3
"""A class has less than a thousand hands."""


class AskingStage(Enum):
    """Where a question is on its way."""

    CHOOSING = auto()
    """Its choices are read, and one is chosen; or a class votes."""
    REASON = auto()
    TALKING = auto()
    """A class has voted, and each talks with a neighbour."""
    AGAIN = auto()
    VOTED = auto()
    ANSWERED = auto()
    OUTCOME = auto()
    OVER = auto()
    """It was skipped, or its outcome is read."""


Votes = tuple[str, ...]
"""How many hands each choice has, as it was typed."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question on the screen. Choices are numbered from 0 on.

    `at` is the choice at which one is, once one has `moved` there, `chosen` the one that was
    answered, `reason` why. `votes` and `again` are of a class, before and after it talked. Of the
    outcome: `right` is the choice that came true, `withdrawn` why there is none, `scroll` the first
    line that is seen, and `below` how many lines are not seen yet.
    """

    question: Question
    stage: AskingStage = AskingStage.CHOOSING
    at: int = 0
    moved: bool = False
    chosen: int | None = None
    reason: str = ""
    votes: Votes = ()
    again: Votes = ()
    right: int = -1
    withdrawn: str = ""
    scroll: int = 0
    below: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it is still to be answered."""
        return self.stage is not AskingStage.OUTCOME


@dataclass(frozen=True, slots=True)
class _Outcome:
    id: str
    right: int
    withdrawn: str = ""


FIRST = "the question comes first: a number answers it, Esc skips it"
READ_IT = "this comes first: Enter goes on once it is read"


PATIENCE = 120.0
"""For how many seconds somebody is waited for who does nothing, where Pods are watched live."""


class Asker:
    """Tell it what was told and which keys came; ask it what is to be shown.

    Times are the reader's clock, in seconds. A `playback` stands still while somebody is asked, and
    until the outcome is read. `answers` keeps what is answered. `patience`: after so many seconds a
    question goes away that nobody answers. `message` is what there is to say of the last key, or
    of what happened by itself.
    """

    def __init__(
        self,
        playback: Holdable | None = None,
        answers: AnswerKeeper | None = None,
        *,
        patience: float | None = None,
    ) -> None:
        self._playback = playback
        self._answers = answers
        self._patience = patience
        self._to_ask: deque[Question] = deque()
        self._given: dict[str, Asking] = {}
        self._outcomes: list[_Outcome] = []
        self._shown_from = 0.0
        self._since = 0.0
        self.current: Asking | None = None
        self.message = ""

    @property
    def asks(self) -> bool:
        """Whether an answer is waited for."""
        return self.current is not None and self.current.is_open

    @property
    def waits(self) -> bool:
        """Whether somebody has to answer, or to read what decided a question."""
        return self.current is not None or self._next_outcome is not None

    def ask(self, question: Question) -> None:
        """Ask what needs no Pod: its outcome follows at once."""
        self._to_ask.append(question)
        self._outcomes.append(_Outcome(question.id, question.right))
        self._go_on(0.0)

    def take(self, update: Update, now: float) -> None:
        """Take what was told: an outcome is shown once its news can be read."""
        news = [one for one in update.entries if isinstance(one, Posed | Decided)]
        for entry in news:
            id_ = entry.question.id
            if isinstance(entry, Posed):
                self._to_ask.append(entry.question)
            elif entry.withdrawn and self._is_open(id_):
                self._drop(id_, f"the question is withdrawn: {entry.withdrawn}")
            elif id_ in self._given or self._is_open(id_):
                told = [one.beat.sentence for one in update.beats if one.told]
                self._shown_from = now + (time_to_read(told[-1]) if told else 0.0)
                self._outcomes.append(_Outcome(id_, entry.right, entry.withdrawn))
        if news:
            self._go_on(now)

    def shown(self, now: float) -> Asking | None:
        """What is to be drawn."""
        if self._answers is not None and self._answers.problem:
            self.message, self._answers.problem = self._answers.problem, ""
        if self.due(now) == 0.0:
            if self.current is not None and self.current.is_open:
                self._drop(self.current.question.id, "nobody answered: the question is gone")
            self.current = None
            self._go_on(now)
        return self.current

    def due(self, now: float) -> float | None:
        """In how many seconds something else is shown by itself."""
        if self.current is None:
            waits = self._next_outcome is not None
            return max(self._shown_from - now, 0.0) if waits else None
        if self._patience is None or self.current.stage not in _LEFT_ALONE:
            return None
        return max(self._since + self._patience - now, 0.0)

    def key(self, name: str, now: float, *, in_a_class: bool = False) -> bool:
        """Act on a key; whether it was about a question."""
        self.message = ""
        current = self.current
        if current is None:
            if self._next_outcome is None or name not in _READ:
                return False
            self._shown_from = now  # the news is read
            self._go_on(now)
            return True
        after = _after(current, name, in_a_class=in_a_class)
        self._since = now
        if after is current and name == "enter":
            self.message = FIRST
        if after is None:
            if name in _GOES_ON:
                self.message = FIRST if current.is_open else READ_IT
            return name in _GOES_ON
        self.current = after
        if after.stage is AskingStage.ANSWERED:
            self._given[after.question.id] = after
            self._keep(after)
        elif after.stage is AskingStage.OVER and current.is_open:
            self._drop(after.question.id, "")
        if after.stage in {AskingStage.ANSWERED, AskingStage.OVER}:
            self.current = None
            self._go_on(now)
        return True

    def settled(self, scroll: int, below: int) -> None:
        """Take the scrolling as it was drawn, which has ends."""
        if self.current is not None and (self.current.scroll, self.current.below) != (
            scroll,
            below,
        ):
            self.current = replace(self.current, scroll=scroll, below=below)

    def _is_open(self, id_: str) -> bool:
        """Whether nobody has answered it yet."""
        is_current = self.asks and self.current is not None and self.current.question.id == id_
        return is_current or any(one.id == id_ for one in self._to_ask)

    @property
    def _next_outcome(self) -> _Outcome | None:
        """The first that belongs to an answer."""
        return next((one for one in self._outcomes if one.id in self._given), None)

    def _drop(self, id_: str, message: str) -> None:
        """Forget a question that nobody has answered."""
        self._to_ask = deque(one for one in self._to_ask if one.id != id_)
        self._outcomes = [one for one in self._outcomes if one.id != id_]
        self.message = message
        if self.current is not None and self.current.question.id == id_:
            self.current = None

    def _keep(self, given: Asking, right: int | None = None) -> None:
        """Keep what was answered, and which choice came true; what a class voted is nobody's."""
        if given.chosen is not None and self._answers is not None:
            answer = GivenAnswer(choice=given.chosen, right=right, reason=given.reason.strip())
            self._answers.keep(given.question, answer)

    def _go_on(self, now: float) -> None:
        """To what is to be answered or read next; a replay stands still until it is."""
        outcome = self._next_outcome
        if self.current is None and outcome is not None:
            if now >= self._shown_from:
                self._outcomes.remove(outcome)
                given, self._since = self._given.pop(outcome.id), now
                right, why = outcome.right, outcome.withdrawn
                stage = AskingStage.OUTCOME
                self.current = replace(given, stage=stage, right=right, withdrawn=why)
                if given.question.right < 0 <= right:  # only now it is known which one is
                    self._keep(given, right)
        elif self.current is None and self._to_ask:
            self.current, self._since = Asking(self._to_ask.popleft()), now
        if self._playback is not None:
            self._playback.wait(self.waits)


_LEFT_ALONE = frozenset({AskingStage.CHOOSING, AskingStage.OUTCOME})
"""The stages in which nobody may be there any more: in a class people talk for minutes."""
_READ = ("enter", "n", " ", "esc")
_GOES_ON = frozenset({"n", "]", "[", "right", "left", " "})
"""Keys that let a replay go on, or go back: not before the question is answered."""


# ── what a key does to a question ──


def _after(asking: Asking, name: str, *, in_a_class: bool) -> Asking | None:
    """The question after a key; None for a key that is not its."""
    match asking.stage:
        case AskingStage.CHOOSING if in_a_class:
            return _voted(asking, name)
        case AskingStage.CHOOSING:
            return _chosen(asking, name)
        case AskingStage.REASON:
            return _reasoned(asking, name)
        case AskingStage.TALKING if name in {"enter", "esc"}:
            stage = AskingStage.AGAIN if name == "enter" else AskingStage.VOTED
            return replace(asking, stage=stage, at=0)
        case AskingStage.AGAIN:
            return _voted(asking, name)
        case AskingStage.VOTED if name in {"enter", "esc"}:
            return replace(asking, stage=AskingStage.ANSWERED)
        case AskingStage.OUTCOME:
            return _read(asking, name)
    return None


def _moved(asking: Asking, name: str) -> Asking | None:
    """One choice up or down."""
    step = {"up": -1, "k": -1, "down": 1, "j": 1}.get(name)
    if step is None:
        return None
    last = len(asking.question.choices) - 1
    at = min(max(asking.at + step, 0), last) if asking.moved else asking.at
    return replace(asking, at=at, moved=True)


def _chosen(asking: Asking, name: str) -> Asking | None:
    numbers = [str(number + 1) for number in range(len(asking.question.choices))]
    if name == "esc":
        return replace(asking, stage=AskingStage.OVER)
    if name == "enter" and not asking.moved:
        return asking  # whoever reads on by Enter has not answered
    if name == "enter" or name in numbers:
        at = asking.at if name == "enter" else numbers.index(name)
        return replace(asking, stage=AskingStage.REASON, at=at, moved=True, chosen=at)
    if name in "56789":
        return asking  # no choice: it is asked on
    return _moved(asking, name)


def _reasoned(asking: Asking, name: str) -> Asking | None:
    match name:
        case "enter":
            return replace(asking, stage=AskingStage.ANSWERED)
        case "esc":
            return replace(asking, stage=AskingStage.CHOOSING, chosen=None)
        case "backspace":
            return replace(asking, reason=asking.reason[:-1])
        case _ if len(name) == 1:
            return replace(asking, reason=(asking.reason + name)[:_LONGEST])
    return asking


def _voted(asking: Asking, name: str) -> Asking | None:
    """A class's hands are counted, one choice after the other."""
    again = asking.stage is AskingStage.AGAIN
    last = len(asking.question.choices) - 1
    votes = list((asking.again if again else asking.votes) or [""] * (last + 1))
    if name == "esc":
        return replace(asking, stage=AskingStage.VOTED if again else AskingStage.OVER)
    if name == "enter":
        if not again and not any(votes):
            return replace(asking, stage=AskingStage.ANSWERED)  # nobody counts
        if asking.at < last:
            return replace(asking, at=asking.at + 1)
        return replace(asking, stage=AskingStage.VOTED if again else AskingStage.TALKING, at=0)
    if name == "backspace":
        votes[asking.at] = votes[asking.at][:-1]
    elif name in "0123456789":
        votes[asking.at] = (votes[asking.at] + name)[:_MOST_DIGITS]
    else:
        return _moved(replace(asking, moved=True), name)
    counted = tuple(votes)
    return replace(asking, again=counted) if again else replace(asking, votes=counted)


def _read(asking: Asking, name: str) -> Asking | None:
    if name in _READ and name != "esc" and asking.below:
        name = "pagedown"  # it is read to its end first
    if name in _READ:
        return replace(asking, stage=AskingStage.OVER)
    step = {"up": -1, "k": -1, "down": 1, "j": 1, "pageup": -8, "pagedown": 8}.get(name)
    return replace(asking, scroll=max(asking.scroll + step, 0)) if step is not None else None
