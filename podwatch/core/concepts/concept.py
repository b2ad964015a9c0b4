"""The values of the catalogue: a concept with its patterns, entries and weight.

Responsible for their shape only: reading them is `loader`, choosing among them `catalog`.
"""

from enum import StrEnum

import msgspec

from podwatch.core.concepts.patterns import Pattern


class Weight(StrEnum):
    """How much a viewer has to see it when much happens at once."""

    DETAIL = "detail"
    NORMAL = "normal"
    IMPORTANT = "important"
    TROUBLE = "trouble"

    @property
    def rank(self) -> int:
        """Its place from light (0) to heavy."""
        return _RANKS[self]


_RANKS = {weight: rank for rank, weight in enumerate(Weight)}


class When(Pattern, frozen=True):
    """One pattern of a concept, and texts that hold for it instead of the concept's."""

    fact: str = ""
    sentence: str = ""
    who: str = ""
    then: str = ""


KINDS = ("status", "reason", "condition", "phase", "event", "signal", "exit-code")
"""What a term of an entry can be; where one term is several, the first of these is meant."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One string that Kubernetes shows, in one sentence of its own.

    For strings that need no concept of their own. A `term` that ends in `*` stands for all that
    begin so (`OutOf*`). `kind` is one of KINDS.
    """

    term: str
    text: str
    kind: str


class Concept(msgspec.Struct, frozen=True):
    """A lesson: what a kind of transition means. `docs` is a page of kubernetes.io.

    One without `when` is about no transition: it is there to be read, or for its entries.
    `fact` is the news in about 50 characters. `often_read` is an error that many texts make, which
    `in_fact` answers; without one, `in_fact` is what is easily mixed up.
    `demonstrates` are patterns, too: where real Pods show what it says, in a sentence each.
    """

    id: str
    title: str
    summary: str
    explanation: str
    docs: str
    fact: str = ""
    sentence: str = ""
    who: str = ""
    when: tuple[When, ...] = ()
    demonstrates: tuple[When, ...] = ()
    entries: tuple[Entry, ...] = ()
    then: str = ""
    next: tuple[str, ...] = ()
    try_: tuple[str, ...] = ()
    often_read: str = ""
    in_fact: str = ""
    shown_by: tuple[str, ...] = ()
    weight: Weight = Weight.NORMAL

    @property
    def note(self) -> str:
        """What is easily mixed up: an error is quoted, called wrong, and answered.

        Skimmed, a quotation after milder words is read as advice.
        """
        if not self.often_read:
            return self.in_fact
        return f'Wrong: "{self.often_read}" Right: {self.in_fact}'

    @property
    def pair(self) -> tuple[tuple[str, str], ...]:
        """The same as labels with texts: an error is quoted, and answered below."""
        if not self.often_read:
            return (("note", self.in_fact),) if self.in_fact else ()
        return ("often read", f'"{self.often_read}"'), ("in fact", self.in_fact)

    @property
    def reasons(self) -> list[str]:
        """The reasons that its patterns name, of transitions and of Events."""
        return list(
            dict.fromkeys(
                value
                for when in self.when
                for name in ("transition.reason", "notice.reason")
                for value in when.values_of(name)
                if isinstance(value, str) and not value.endswith("*")
            )
        )
