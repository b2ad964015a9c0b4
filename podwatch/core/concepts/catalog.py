"""All concepts, and the choice among them.

Responsible for which concept explains a transition or an Event, and for what a person means by
a term. Composing the texts is `explanation`; what happened is decided in
`podwatch.core.transitions`.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import filterfalse
from typing import NamedTuple

from msgspec.structs import replace

from podwatch.core.concepts.concept import KINDS, Concept, Entry, When
from podwatch.core.concepts.explanation import Explanation
from podwatch.core.concepts.patterns import (
    Fact,
    Facts,
    FactTest,
    all_hold,
    are_there,
    can_fill,
    equal,
    places,
)

_INDEX = (
    "transition.facet",
    "transition.subject",
    "transition.after",
    "transition.reason",
    "notice.reason",
)
"""The facts by which patterns are looked up: nearly every pattern names some of them."""


class Candidate(NamedTuple):
    """A pattern, with the concept that it is of."""

    concept: Concept
    when: When

    @property
    def sentence(self) -> str:
        """What it says: its own, or else its concept's."""
        return self.when.sentence or self.concept.sentence


_Rest = tuple[Candidate, tuple[FactTest, ...], tuple[str, ...]]
"""A pattern, what it asks for beyond what the index knows, and the facts that its sentence shows.

One without them does not match: no sentence has a hole.
"""
_Matching = tuple[tuple[Candidate, ...], tuple[tuple[Concept, str], ...]]
"""The patterns that match, the most specific first, and the lessons that are demonstrated."""


class _Narrowed(NamedTuple):
    """What the index leaves: the patterns, the facts that they ask for, and which match if so.

    `shows`: the facts that only have to be there (`*`), so that no message or name is remembered.
    """

    when: list[_Rest]
    demonstrates: list[_Rest]
    asks: tuple[str, ...]
    shows: tuple[str, ...]
    known: dict[tuple[Fact | None, ...], _Matching]


MATCHING_LIMIT = 64
"""How many values of the facts are remembered that patterns ask for: a message may be one."""


class _Index:
    """The concepts' patterns, quickly found by the facts of _INDEX: `when` and `demonstrates`."""

    def __init__(self, concepts: Collection[Concept]) -> None:
        self._when = _ranked(Candidate(one, when) for one in concepts for when in one.when)
        self._demonstrates = _ranked(
            Candidate(one, when) for one in concepts for when in one.demonstrates
        )
        rows = (*self._when, *self._demonstrates)
        indexed = [test for row in rows for test in row.when.tests if _is_indexed(test)]
        self._named = [
            (name, {value for test in indexed if test.name == name for value in test.values})
            for name in _INDEX
        ]
        # Bounded, as a value that no pattern names counts as none.
        self._narrowed: dict[tuple[Fact | None, ...], _Narrowed] = {}

    def matching(self, facts: Facts) -> _Matching:
        """What matches the facts."""
        key = tuple(
            [fact if (fact := facts.get(name)) in named else None for name, named in self._named]
        )
        narrowed = self._narrowed.get(key)
        if narrowed is None:
            narrowed = self._narrowed[key] = self._narrow(key)
        when, demonstrates, asks, shows, known = narrowed
        values = (
            *[facts.get(name) for name in asks],
            *[facts.get(name, "") != "" for name in shows],
        )
        matching = known.get(values)
        if matching is None:
            if len(known) >= MATCHING_LIMIT:
                known.clear()
            shown = _holding(demonstrates, facts)
            matching = known[values] = _holding(when, facts), _lessons(shown) if shown else ()
        return matching

    def _narrow(self, key: tuple[Fact | None, ...]) -> _Narrowed:
        known = {name: fact for name, fact in zip(_INDEX, key, strict=True) if fact is not None}
        when, demonstrates = (
            [
                (row, tuple(filterfalse(_is_indexed, row.when.tests)), places(row.sentence))
                for row in rows
                if all_hold(filter(_is_indexed, row.when.tests), known)
            ]
            for rows in (self._when, self._demonstrates)
        )
        rows = (*when, *demonstrates)
        tests = [test for _, rest, _ in rows for test in rest]
        asks = {test.name for test in tests if test.values != ("*",)}
        shows = {name for _, _, shown in rows for name in shown} | {test.name for test in tests}
        return _Narrowed(when, demonstrates, tuple(asks), tuple(shows - asks - known.keys()), {})


def _ranked(rows: Iterable[Candidate]) -> list[Candidate]:
    return sorted(rows, key=lambda row: (-row.when.specificity, row.concept.id))


def _holding(rows: list[_Rest], facts: Facts) -> tuple[Candidate, ...]:
    return tuple(
        [row for row, rest, shown in rows if are_there(shown, facts) and all_hold(rest, facts)]
    )


def _lessons(rows: Iterable[Candidate]) -> tuple[tuple[Concept, str], ...]:
    """The lessons that are demonstrated, with one sentence each."""
    lessons: dict[str, tuple[Concept, str]] = {}
    for concept, when in rows:
        lessons.setdefault(concept.id, (concept, when.sentence))
    return tuple(lessons.values())


def _is_indexed(test: FactTest) -> bool:
    """Whether the index decides it: a text with a wildcard has to be compared each time."""
    return test.name in _INDEX and not test.has_wildcard


class Catalog:
    """All concepts, and the choice among them."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.by_id = {concept.id: concept for concept in concepts}
        every = self.by_id.values()
        self._index = _Index(every)
        self.entries = sorted(
            ((concept, entry) for concept in every for entry in concept.entries),
            key=lambda pair: (pair[1].term.endswith("*"), KINDS.index(pair[1].kind)),
        )
        self._by_term = {(pair[1].kind, pair[1].term): pair for pair in reversed(self.entries)}
        self._by_beginning = [pair for pair in self.entries if pair[1].term.endswith("*")]
        self._beginnings = tuple({entry.term.rstrip("*") for _, entry in self._by_beginning})

    def candidates(self, facts: Facts) -> tuple[Candidate, ...]:
        """Every pattern that matches, the most specific first."""
        return self._index.matching(facts)[0]

    def explain(self, facts: Facts) -> Explanation:
        """What the most specific concept says; an honest "not known" without one."""
        matching, lessons = self._index.matching(facts)
        for best in matching:
            concept, when = best
            then, fact = when.then or concept.then, when.fact or concept.fact
            return Explanation(concept, best.sentence, then, facts, lessons, fact, when.who)
        for term, kinds in _terms(facts):
            if (known := self.entry(term, kinds)) is not None and can_fill(known[1].text, facts):
                concept, entry = known
                text = entry.text if _tells(concept, entry, facts) else _changed(facts)
                return Explanation(concept, _with_message(text, facts), "", facts, lessons)
        return Explanation(None, _with_message(_unknown(facts), facts), "", facts, lessons)

    def lesson(
        self, id_: str, sentence: str = "", tries: tuple[str, ...] = ()
    ) -> Explanation | None:
        """What a concept teaches about a case that has a sentence or commands of its own.

        None if there is no such concept.
        """
        concept = self.by_id.get(id_)
        if concept is None:
            return None
        told = replace(concept, try_=tries) if tries else concept
        return Explanation(told, sentence or concept.summary)

    def look_up(self, term: str) -> tuple[Concept, Entry | None] | None:
        """What a person means by a term: an id, a title, an entry's term, or a pattern's reason.

        Capital letters do not matter, but a term that is written the same comes first.
        """
        if concept := self.by_id.get(term):
            return concept, None
        if by_entry := self.entry(term, KINDS):
            return by_entry
        folded = term.casefold()
        named = (row[1:] for row in self._names() if equal(folded, row[0].casefold()))
        return next(named, None)

    def is_written(self, term: str) -> bool:
        """Whether it is an id or a term of an entry, letter by letter."""
        return term in self.by_id or any((kind, term) in self._by_term for kind in KINDS)

    def terms(self) -> list[str]:
        """Everything that `look_up` knows, as it is written: for close matches of a typo."""
        return list(dict.fromkeys(term for term, _, _ in self._names()))

    def _names(self) -> Iterator[tuple[str, Concept, Entry | None]]:
        """The terms, with what is meant by each."""
        every = self.by_id.values()
        yield from ((concept.id, concept, None) for concept in every)
        yield from ((concept.title, concept, None) for concept in every)
        yield from ((entry.term, concept, entry) for concept, entry in self.entries)
        yield from ((reason, concept, None) for concept in every for reason in concept.reasons)

    def entry(self, term: str, kinds: Iterable[str]) -> tuple[Concept, Entry] | None:
        """The entry for a term as it is written, of the first of the kinds that has one."""
        for kind in kinds:
            known = self._by_term.get((kind, term))
            if known is not None:
                return known
            for concept, entry in self._by_beginning if term.startswith(self._beginnings) else ():
                if entry.kind == kind and equal(term, entry.term):
                    return concept, entry
        return None


def _terms(facts: Facts) -> Iterable[tuple[str, tuple[str, ...]]]:
    """What of a transition or an Event an entry may be about, with the kinds it may be of."""
    if "notice.reason" in facts:
        yield str(facts["notice.reason"]), ("event", "reason")
        return
    yield str(facts.get("transition.reason", "")), ("reason",)
    if facts.get("transition.facet") == "condition":
        yield str(facts.get("transition.subject", "")), ("condition",)
    if facts.get("transition.facet") == "phase":
        yield str(facts.get("transition.after", "")), ("phase",)


def _tells(concept: Concept, entry: Entry, facts: Facts) -> bool:
    """Whether an entry's text is what happened.

    That of a condition's type says what it is about, and a reason stands for the status that the
    concept's patterns name: DisruptionTarget False with the reason of a preemption is its end.
    """
    if facts.get("transition.facet") != "condition":
        return True
    subject, after = facts.get("transition.subject"), facts.get("transition.after")
    named = [
        when.values_of("transition.after")
        for when in concept.when
        if subject in when.values_of("transition.subject")
    ]
    return entry.kind != "condition" and (not named or any(after in values for values in named))


def _changed(facts: Facts) -> str:
    """What is seen of a condition of which no text says what it means."""
    if not facts.get("transition.after"):
        return "its condition {transition.subject} was removed."
    reason = " ({transition.reason})" if "transition.reason" in facts else ""
    return f"its condition {{transition.subject}} is {{transition.after}} now{reason}."


def _with_message(text: str, facts: Facts) -> str:
    for place in ("transition.message", "notice.message"):
        if facts.get(place):
            return f"{text} Kubernetes says: {{{place}}}"
    return text


def _unknown(facts: Facts) -> str:
    if "notice.reason" in facts:
        return 'podwatch has no lesson for the Event reason "{notice.reason}".'
    if "transition.reason" in facts:
        return 'podwatch has no lesson for the reason "{transition.reason}".'
    return "podwatch has no lesson for this transition."
