"""All concepts, and the choice among them.

Responsible for which concept explains a transition or an Event, and for what a person means by
a term. Composing the texts is `explanation`; what happened is decided in
`podwatch.core.transitions`.
"""

import itertools
from collections.abc import Iterable
from typing import NamedTuple

from podwatch.core.concepts.concept import KINDS, Concept, Entry, When
from podwatch.core.concepts.explanation import Explanation
from podwatch.core.concepts.patterns import Fact, Facts, FactTest, all_hold, equal

_INDEX = (
    "transition.facet",
    "transition.subject",
    "transition.after",
    "transition.reason",
    "notice.reason",
)
"""The facts by which patterns are looked up: nearly every pattern names some of them."""


class _Row(NamedTuple):
    """A pattern with its concept, and what it asks for beyond what the index knows."""

    concept: Concept
    when: When
    rest: tuple[FactTest, ...]


class _Narrowed(NamedTuple):
    """What the index leaves: the patterns, the facts that they ask for, and which match if so."""

    when: list[_Row]
    demonstrates: list[_Row]
    asks: tuple[str, ...]
    matching: dict[tuple[Fact | None, ...], tuple[list[_Row], list[_Row]]]


MATCHING_LIMIT = 64
"""How many values of the facts are remembered that patterns ask for: a message may be one."""


class _Index:
    """The concepts' patterns, quickly found by the facts of _INDEX: `when` and `demonstrates`."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        every = list(concepts)
        self._rows = (
            _ranked(_Row(concept, when, when.tests) for concept in every for when in concept.when),
            _ranked(
                _Row(concept, when, when.tests)
                for concept in every
                for when in concept.demonstrates
            ),
        )
        rows = itertools.chain(*self._rows)
        indexed = [test for row in rows for test in row.when.tests if _is_indexed(test)]
        self._named = [
            (name, {value for test in indexed if test.name == name for value in test.values})
            for name in _INDEX
        ]
        # Bounded, as a value that no pattern names counts as none.
        self._narrowed: dict[tuple[Fact | None, ...], _Narrowed] = {}

    def matching(self, facts: Facts) -> tuple[list[_Row], list[_Row]]:
        """The patterns that match, the most specific first."""
        key = tuple(
            [fact if (fact := facts.get(name)) in named else None for name, named in self._named]
        )
        narrowed = self._narrowed.get(key)
        if narrowed is None:
            narrowed = self._narrowed[key] = self._narrow(key)
        when, demonstrates, asks, known = narrowed
        values = tuple([facts.get(name) for name in asks])
        matching = known.get(values)
        if matching is None:
            if len(known) >= MATCHING_LIMIT:
                known.clear()
            matching = known[values] = _holding(when, facts), _holding(demonstrates, facts)
        return matching

    def _narrow(self, key: tuple[Fact | None, ...]) -> _Narrowed:
        known: Facts = {
            name: fact for name, fact in zip(_INDEX, key, strict=True) if fact is not None
        }
        when, demonstrates = (_possible(rows, known) for rows in self._rows)
        asks = {test.name for row in (*when, *demonstrates) for test in row.rest}
        return _Narrowed(when, demonstrates, tuple(asks), {})


def _ranked(rows: Iterable[_Row]) -> list[_Row]:
    return sorted(rows, key=lambda row: (-row.when.specificity, row.concept.id))


def _possible(rows: list[_Row], known: Facts) -> list[_Row]:
    return [
        row._replace(rest=tuple(test for test in row.rest if not _is_indexed(test)))
        for row in rows
        if all_hold(filter(_is_indexed, row.rest), known)
    ]


def _holding(rows: list[_Row], facts: Facts) -> list[_Row]:
    return [row for row in rows if all_hold(row.rest, facts)]


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

    def candidates(self, facts: Facts) -> list[tuple[Concept, When]]:
        """Every pattern that matches, the most specific first."""
        return [row[:2] for row in self._index.matching(facts)[0]]

    def explain(self, facts: Facts) -> Explanation:
        """What the most specific concept says; an honest "not known" without one."""
        matching, demonstrated = self._index.matching(facts)
        asides = _lessons(demonstrated) if demonstrated else ()
        for concept, when, _ in matching:
            text, then = when.sentence or concept.sentence, when.then or concept.then
            return Explanation(concept, text, then, facts, asides)
        for term, kinds in _terms(facts):
            if (known := self._entry(term, kinds)) is not None:
                concept, entry = known
                return Explanation(concept, _with_message(entry.text, facts), "", facts, asides)
        return Explanation(None, _with_message(_unknown(facts), facts), "", facts, asides)

    def look_up(self, term: str) -> tuple[Concept, Entry | None] | None:
        """What a person means by a term: an id, a title, an entry's term, or a pattern's reason.

        Capital letters do not matter, but a term that is written the same comes first.
        """
        if concept := self.by_id.get(term):
            return concept, None
        folded = term.casefold()
        by_entry = self._entry(term, KINDS)
        if by_entry is not None:
            return by_entry
        for concept in self.by_id.values():
            if folded in {concept.id, concept.title.casefold()}:
                return concept, None
        for concept, entry in self.entries:
            if equal(folded, entry.term.casefold()):
                return concept, entry
        for concept in self.by_id.values():
            if folded in {reason.casefold() for reason in concept.reasons}:
                return concept, None
        return None

    def terms(self) -> list[str]:
        """Everything that `look_up` knows, as it is written: for close matches of a typo."""
        known = [*self.by_id]
        known += [concept.title for concept in self.by_id.values()]
        known += [entry.term for _, entry in self.entries]
        known += [reason for concept in self.by_id.values() for reason in concept.reasons]
        return list(dict.fromkeys(known))

    def _entry(self, term: str, kinds: Iterable[str]) -> tuple[Concept, Entry] | None:
        for kind in kinds:
            known = self._by_term.get((kind, term))
            if known is not None:
                return known
            for concept, entry in self._by_beginning if term.startswith(self._beginnings) else ():
                if entry.kind == kind and entry.names(term):
                    return concept, entry
        return None


def _lessons(rows: list[_Row]) -> tuple[tuple[Concept, str], ...]:
    """The lessons that are demonstrated, with one sentence each."""
    lessons: dict[str, tuple[Concept, str]] = {}
    for concept, when, _ in rows:
        lessons.setdefault(concept.id, (concept, when.sentence))
    return tuple(lessons.values())


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
