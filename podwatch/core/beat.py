"""Beats: one thing that happened to one Pod, told once, with all that it is made of.

Responsible for the shape and for composing a beat's texts when they are asked for. What belongs
together is `podwatch.core.story`'s to decide, by the table in `concepts/beats.toml`.
"""

from datetime import datetime
from functools import cached_property

import msgspec

from podwatch.core.concepts import Concept, Explanation, Weight
from podwatch.core.concepts.container_facts import ordinal
from podwatch.core.concepts.explanation import Aside
from podwatch.core.concepts.loader import concept_of
from podwatch.core.concepts.patterns import FACT, Facts, fitted
from podwatch.core.diagnosis import diagnosed
from podwatch.core.finding import Diagnosis, Finding
from podwatch.core.kube import Pod
from podwatch.core.stream import Deed, Ref
from podwatch.core.surroundings import Surroundings
from podwatch.core.timeline import Explained, ExplainedEvent, ExplainedTransition, Stalled


class FoundInTrouble(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A Pod was in trouble already when the watch saw it for the first time."""

    at: datetime
    t: float
    ref: Ref
    pod: Pod
    around: Surroundings
    now: datetime | None

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """What is the matter with it; made when it is read, as there may be thousands."""
        return diagnosed(self.pod, self.around, self.now)

    @property
    def finding(self) -> Finding:
        """The cause."""
        return self.diagnosis.first


Part = Explained | Stalled | FoundInTrouble | Deed
"""What a beat can be made of."""


class Beat(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that happened, `times` times.

    `number` tells beats apart and rises with the first time that each happened; `kind` is its row
    in beats.toml. `head` is the part that it tells, of all its `parts`, which are in the order in
    which they came. `at` and `t` are of the newest time that it happened, `first_at` and `first_t`
    of the first. `because` is the beat that caused it, as it was then. `weight`: how much it
    matters; what only follows from another beat is no trouble. `told_times`: how often it had
    happened when it was told last, at `told_t` if not at first, and `told_as` with which words.
    `group`: its row of the story, which equal beats of other Pods
    share. `essence`: the news without what differs each time, where that was asked for.
    `next_is_news`: whether what comes next was not said of this Pod just before.
    """

    number: int
    kind: str
    ref: Ref
    subject: str
    head: Part
    parts: tuple[Part, ...]
    at: datetime
    t: float
    first_at: datetime
    first_t: float
    weight: Weight
    times: int = 1
    told_times: int = 1
    told_t: float = 0.0
    told_as: tuple[str, ...] = ()
    counted: str = ""
    because: "Beat | None" = None
    group: int = 0
    essence: str = ""
    next_is_news: bool = True

    @property
    def explanation(self) -> Explanation | None:
        """What the catalogue says of its head, if that is a transition or an Event."""
        return self.head.explanation if isinstance(self.head, Explained) else None

    @property
    def finding(self) -> Finding | None:
        """What is said of a present state, if it is about one."""
        match self.head:
            case FoundInTrouble() as found:
                return found.finding
            case Stalled() as stalled:
                return stalled.wait
        return None

    @property
    def fact(self) -> str:
        """The news in about 50 characters, with how often it happened."""
        match self.head:
            case Deed(command=command):
                return _begun(f"you: {command}")
            case FoundInTrouble() | Stalled():
                assert self.finding is not None
                fact = self.finding.fact
            case _:
                assert self.explanation is not None
                fact = self.explanation.fact or _raw(self.head)
        return f"{fact}, {self.again}" if self.again else fact

    @property
    def common_fact(self) -> str:
        """What is true of all Pods of its row: each of them may be on another node."""
        return "scheduled" if self.kind == "scheduled" else self.fact

    @property
    def again(self) -> str:
        """How often it happened, in words; empty the first time and where each stands alone."""
        if self.times < 2:
            return ""
        return self.counted.format(n=self.times, nth=ordinal(self.times))

    @property
    def sentence(self) -> str:
        """What happened and why, as a clause after a colon or a whole sentence."""
        if isinstance(self.head, Deed):
            whole = self.head.command
            return self.head.aim + (f" ({whole})" if whole not in self.fact else "")
        if self.finding is not None:
            return self.finding.sentence
        assert self.explanation is not None
        return self.explanation.sentence

    @property
    def then(self) -> str:
        """What comes next; empty where that is no news."""
        if self.explanation is not None:
            return self.explanation.then if self.next_is_news else ""
        if isinstance(self.head, Stalled):
            return self.head.wait.ends(self.head.now)
        if isinstance(self.head, FoundInTrouble):
            return self.head.finding.ends(self.head.now)
        return ""

    @property
    def who(self) -> str:
        """Who did it, or has to act."""
        if self.because is not None and isinstance(self.because.head, Deed):
            return "you"
        if self.explanation is not None:
            return self.explanation.who
        return self.finding.who if self.finding is not None else ""

    @property
    def cure(self) -> str:
        """What can be done, of a present state that is trouble."""
        return self.finding.cure if self.finding is not None else ""

    @property
    def tries(self) -> tuple[str, ...]:
        """Commands to try, quoted for a shell."""
        if self.explanation is not None:
            return self.explanation.try_
        return self.finding.tries if self.finding is not None else ()

    @property
    def concept(self) -> Concept | None:
        """The lesson about it."""
        if self.explanation is not None:
            return self.explanation.concept
        known = self.finding.concept if self.finding is not None else ""
        return concept_of(known) if known else None

    @property
    def docs(self) -> str:
        """The address of the page about it, empty without a lesson."""
        return self.concept.docs if self.concept is not None else ""

    @property
    def asides(self) -> tuple[Aside, ...]:
        """The lessons that its parts demonstrate besides, each once, the head's first."""
        explained = [self.head, *self.parts]
        told = [
            aside
            for one in explained
            if isinstance(one, ExplainedTransition | ExplainedEvent)
            for aside in one.explanation.asides
        ]
        return tuple({aside.concept.id: aside for aside in reversed(told)}.values())[::-1]

    @property
    def moment(self) -> datetime:
        """When it happened last, as its reporter has it."""
        return self.head.moment if isinstance(self.head, Explained) else self.at

    @property
    def inferred(self) -> bool:
        """Whether it was not seen itself, but is proved by what was seen."""
        return isinstance(self.head, Explained) and self.head.inferred

    @property
    def is_chapter(self) -> bool:
        """Whether something begins with it: a deed, or what matters most and is new."""
        is_main = self.weight.rank >= Weight.IMPORTANT.rank and self.times == 1
        return self.kind == "deed" or is_main

    @property
    def matters(self) -> bool:
        """Whether it is for the card: a detail is for the timeline."""
        return self.weight != Weight.DETAIL


def _raw(head: Explained) -> str:
    """What changed of which container, in the API's own words: there is no lesson about it."""
    names: Facts = {"of.subject": head.subject, "of.change": head.change}
    return fitted("{of.subject} {of.change}", names).strip()


def _begun(command: str) -> str:
    """As many of its first words as fit: how a command begins says what it does."""
    if len(command) <= FACT:
        return command
    return f"{command[: FACT - 1].rpartition(' ')[0]} …"


Alike = tuple[str, ...]
"""What equal beats have in common."""


class BeatGroup(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Equal beats of several Pods, or one beat of one: a row of the timeline.

    `lead` is the newest of them; `refs` are the Pods, the first one first. `alike`: what a beat of
    another Pod has to be to share it.
    """

    lead: Beat
    refs: tuple[Ref, ...]
    alike: Alike | None = None

    @property
    def pods(self) -> int:
        """How many Pods it is about."""
        return len(self.refs)


class Telling(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A beat that one item made or changed.

    `added`: the parts that are new in it, each of which is in exactly one beat. `told`: whether it
    is to be told now: it is new, its text changed, or how often it happened has doubled. `nth`: its
    place among the equal beats of several Pods, from 1.
    """

    beat: Beat
    added: tuple[Part, ...]
    told: bool
    nth: int = 1
