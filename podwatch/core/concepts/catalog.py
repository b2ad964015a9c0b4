"""What it means: the catalogue of concepts, one TOML file each.

Responsible for choosing the concept that explains a transition or an Event, and for filling
its texts with the Pod's own facts. What happened is decided in `podwatch.core.transitions`. The
grammar of the files is in `docs/adding-a-concept.md`; adding a concept needs no Python.
"""

import difflib
import re
import shlex
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from podwatch.core.concepts.facts import Fact, Facts

DOCS_HOST = "https://kubernetes.io"


class BrokenConcept(Exception):
    """A concept's file can't be used; the message names file and line and says what to write."""


class _Mistake(Exception):
    """What is wrong with a file, and where: keys to look for, one after the other.

    Each key comes with how many like it are to be passed over.
    """

    def __init__(self, message: str, *where: tuple[str, int]) -> None:
        super().__init__(message)
        self.where = where


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


_INDEX = (
    "transition.facet",
    "transition.subject",
    "transition.after",
    "transition.reason",
    "notice.reason",
)
"""The facts by which patterns are looked up: nearly every pattern names some of them."""
_ANY_OTHER = "\0"
_NARROWED_LIMIT = 5_000
"""For how many values of them the patterns that remain are kept."""


class When(msgspec.Struct, frozen=True):
    """One pattern over facts, and texts that hold for this pattern instead of the concept's."""

    tests: tuple[tuple[str, tuple[Fact, ...], bool], ...]
    sentence: str = ""
    then: str = ""

    @property
    def specificity(self) -> int:
        """How specific it is: more facts count most, then how exactly each is named."""
        score = 0
        for _, values, negated in self.tests:
            score += 10
            if not negated:
                score += 1
                if len(values) == 1:
                    score += 1
                    if not (isinstance(values[0], str) and values[0].endswith("*")):
                        score += 1
        return score

    @property
    def rest(self) -> "When":
        """What it asks for beyond the facts of _INDEX."""
        return When(tuple(test for test in self.tests if test[0] not in _INDEX))

    def allows(self, known: Mapping[str, Fact | None]) -> bool:
        """Whether every test about the facts of _INDEX holds."""
        tests = tuple(test for test in self.tests if test[0] in _INDEX)
        return When(tests).matches({name: fact for name, fact in known.items() if fact is not None})

    def matches(self, facts: Mapping[str, Fact]) -> bool:
        """Whether every test holds; a fact that is not there equals nothing."""
        for name, values, negated in self.tests:
            fact = facts.get(name)
            for value in values:
                if _equal(fact, value):
                    if negated:
                        return False
                    break
            else:
                if not negated:
                    return False
        return True


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

    def names(self, term: str) -> bool:
        """Whether it is about this term."""
        return _equal(term, self.term)


class Concept(msgspec.Struct, frozen=True):
    """A lesson: what a kind of transition means. `docs` is a page of kubernetes.io.

    One without `when` is about no transition: it is there to be read, or for its entries.
    `moments` are patterns, too: where real Pods demonstrate what it says, in a sentence each.
    """

    id: str
    title: str
    summary: str
    explanation: str
    docs: str
    sentence: str = ""
    who: str = ""
    when: tuple[When, ...] = ()
    moments: tuple[When, ...] = ()
    entries: tuple[Entry, ...] = ()
    then: str = ""
    next: tuple[str, ...] = ()
    try_: tuple[str, ...] = ()
    myth: str = ""
    shown_by: tuple[str, ...] = ()
    weight: Weight = Weight.NORMAL


class Aside(msgspec.Struct, frozen=True):
    """A lesson that a real transition demonstrates besides what it is about."""

    concept: Concept
    sentence: str


class Explanation(msgspec.Struct, frozen=True):
    """A concept's texts about one real transition or Event.

    `concept` is None where podwatch knows no concept for it; the sentence says so.
    `asides`: what it demonstrates besides, one a lesson, the most specific first.
    """

    concept: Concept | None
    sentence: str
    then: str = ""
    who: str = ""
    try_: tuple[str, ...] = ()
    asides: tuple[Aside, ...] = ()

    @property
    def weight(self) -> Weight:
        """The concept's; what is not known is important, as it may be trouble."""
        return self.concept.weight if self.concept else Weight.IMPORTANT

    @property
    def docs(self) -> str:
        """The address of the page, empty without a concept."""
        return self.concept.docs if self.concept else ""


class _Patterns:
    """Patterns with the concepts that they belong to, quickly found by the facts of _INDEX."""

    def __init__(self, patterns: Iterable[tuple[Concept, When]]) -> None:
        self._patterns = sorted(
            ((-when.specificity, concept.id, when) for concept, when in patterns),
            key=lambda row: row[:2],
        )
        self._narrowed: dict[tuple[Fact | None, ...], list[tuple[int, str, When, When]]] = {}
        named = [
            (name, value)
            for _, _, when in self._patterns
            for name, values, _ in when.tests
            for value in values
            if name in _INDEX and isinstance(value, str)
        ]
        self._named = frozenset(named)
        self._begun = {
            name: tuple({v[:-1] for n, v in named if n == name and v[-1:] == "*" and v != "*"})
            for name in _INDEX
        }

    def _class(self, name: str, fact: Fact | None) -> Fact | None:
        """The fact, or one that stands for all texts that no pattern names: reasons can be any."""
        if not isinstance(fact, str) or (name, fact) in self._named:
            return fact
        return fact if fact.startswith(self._begun[name]) else _ANY_OTHER

    def about(self, facts: Facts) -> list[tuple[int, str, When, When]]:
        """The patterns that the facts of _INDEX leave possible, and what else each asks for."""
        key = tuple(map(self._class, _INDEX, map(facts.get, _INDEX)))
        found = self._narrowed.get(key)
        if found is None:
            if len(self._narrowed) >= _NARROWED_LIMIT:  # reasons can be anything
                self._narrowed.clear()
            known = dict(zip(_INDEX, key, strict=True))
            found = self._narrowed[key] = [
                (score, id_, when, when.rest)
                for score, id_, when in self._patterns
                if key[0] in _facets(when) and when.allows(known)
            ]
        return found


class Catalog:
    """All concepts, and the choice among them."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.by_id = {concept.id: concept for concept in concepts}
        everything = self.by_id.values()
        self._patterns = _Patterns((one, when) for one in everything for when in one.when)
        self._moments = _Patterns((one, when) for one in everything for when in one.moments)
        self.entries = sorted(
            ((concept, entry) for concept in self.by_id.values() for entry in concept.entries),
            key=lambda pair: (pair[1].term.endswith("*"), KINDS.index(pair[1].kind)),
        )
        self._by_term = {(one[1].kind, one[1].term): one for one in reversed(self.entries)}
        self._by_beginning = [one for one in self.entries if one[1].term.endswith("*")]

    def candidates(self, facts: Facts) -> list[tuple[int, Concept, When]]:
        """Every pattern that matches, the most specific first, as (specificity, concept, when)."""
        return [
            (-score, self.by_id[id_], when)
            for score, id_, when, rest in self._patterns.about(facts)
            if rest.matches(facts)
        ]

    def _asides(self, facts: Facts) -> tuple[Aside, ...]:
        """The lessons that this demonstrates, one sentence each."""
        found: dict[str, Aside] = {}
        for _, id_, when, rest in self._moments.about(facts):
            if id_ not in found and rest.matches(facts):
                found[id_] = Aside(self.by_id[id_], _filled(when.sentence, facts))
        return tuple(found.values())

    def explain(self, facts: Facts) -> Explanation:
        """The most specific concept, its texts filled in; an honest "not known" without one."""
        asides = self._asides(facts)
        for _, id_, when, rest in self._patterns.about(facts):
            if rest.matches(facts):
                concept = self.by_id[id_]
                return Explanation(
                    concept,
                    _with_last_words(_filled(when.sentence or concept.sentence, facts), facts),
                    _filled(when.then or concept.then, facts),
                    _filled(concept.who, facts),
                    tuple(
                        _filled(command, facts, quote=True)
                        for command in concept.try_
                        if all(facts.get(place) not in {None, ""} for place in places(command))
                    ),
                    asides,
                )
        for term, kinds in _terms(facts):
            found = self._entry(term, kinds)
            if found is not None:
                concept, entry = found
                return Explanation(concept, _with_message(entry.text, facts), asides=asides)
        return Explanation(None, _unknown(facts), asides=asides)

    def found(self, term: str) -> tuple[Concept, Entry | None] | None:
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
            if _equal(folded, entry.term.casefold()):
                return concept, entry
        for concept in self.by_id.values():
            if folded in {reason.casefold() for reason in reasons(concept)}:
                return concept, None
        return None

    def terms(self) -> list[str]:
        """Everything that `found` knows, as it is written: for close matches of a typo."""
        known = [*self.by_id]
        known += [concept.title for concept in self.by_id.values()]
        known += [entry.term for _, entry in self.entries]
        known += [reason for concept in self.by_id.values() for reason in reasons(concept)]
        return list(dict.fromkeys(known))

    def _entry(self, term: str, kinds: Iterable[str]) -> tuple[Concept, Entry] | None:
        for kind in kinds:
            found = self._by_term.get((kind, term))
            if found is not None:
                return found
            for concept, entry in self._by_beginning:
                if entry.kind == kind and entry.names(term):
                    return concept, entry
        return None


def reasons(concept: Concept) -> list[str]:
    """The reasons that a concept's patterns name, of transitions and of Events."""
    return list(
        dict.fromkeys(
            value
            for when in concept.when
            for name, values, negated in when.tests
            if name in {"transition.reason", "notice.reason"} and not negated
            for value in values
            if isinstance(value, str) and not value.endswith("*")
        )
    )


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


@cache
def catalog() -> Catalog:
    """The concepts that come with podwatch."""
    folder = files("podwatch") / "concepts"
    return Catalog(
        concept(entry.name.removesuffix(".toml"), entry.read_text("utf-8"))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    )


_REQUIRED = ("title", "summary", "explanation", "docs")
_REQUIRED_WITH_WHEN = ("sentence", "who")
_TEXTS = ("title", "summary", "sentence", "explanation", "who", "docs", "then", "myth")
_LISTS = ("next", "try", "shown_by")


def concept(id_: str, toml: str) -> Concept:
    """The concept that a file's text describes; BrokenConcept says where and what to mend."""
    try:
        return _concept(id_, tomllib.loads(toml))
    except tomllib.TOMLDecodeError as error:
        raise BrokenConcept(f"{id_}.toml is not TOML: {error}") from error
    except _Mistake as mistake:
        number = _line_of(toml, mistake.where)
        place = f"{id_}.toml, line {number}" if number else f"{id_}.toml"
        raise BrokenConcept(f"{place}: {mistake}") from mistake


def _line_of(toml: str, where: Iterable[tuple[str, int]]) -> int:
    """The number of the line that the keys lead to, as far as they do; 0 if nowhere."""
    number = 0
    lines = toml.splitlines()
    for key, before in where:
        starts = re.compile(rf"\s*(\[\[?\s*)?{re.escape(key)}\b")
        found = [at for at, line in enumerate(lines, 1) if at > number and starts.match(line)]
        if not found:
            break
        number = found[min(before, len(found) - 1)]
    return number


def _concept(id_: str, table: dict[str, Any]) -> Concept:
    for key in _REQUIRED + (_REQUIRED_WITH_WHEN if "when" in table else ()):
        if key not in table:
            raise _Mistake(f'there is no `{key}`: add {key} = "…"')
    for key, value in table.items():
        if key in _TEXTS and not isinstance(value, str):
            raise _Mistake(f'`{key}` has to be a text: {key} = "…"', (key, 0))
        if key in _LISTS and not (
            isinstance(value, list) and all(isinstance(item, str) for item in value)
        ):
            raise _Mistake(f'`{key}` has to be a list of texts: {key} = ["…"]', (key, 0))
        if key not in {*_TEXTS, *_LISTS, "when", "moment", "entries", "weight"}:
            raise _Mistake(f"`{key}` is not a key of a concept{_meant(key)}", (key, 0))
    try:
        weight = Weight(table.get("weight", Weight.NORMAL))
    except ValueError as error:
        raise _Mistake(f"`weight` is one of {', '.join(Weight)}", ("weight", 0)) from error
    docs = table["docs"]
    moments = _patterns("moment", table)
    for number, moment in enumerate(moments):
        if not moment.sentence:
            raise _Mistake('a `moment` needs a sentence: sentence = "…"', ("moment", number))
    return Concept(
        id=id_,
        title=table["title"],
        summary=table["summary"],
        explanation=table["explanation"].strip(),
        docs=DOCS_HOST + docs if docs.startswith("/") else docs,
        sentence=_one_line(table.get("sentence", "")),
        who=table.get("who", ""),
        when=_patterns("when", table),
        moments=moments,
        entries=_entries(table.get("entries", [])),
        then=_one_line(table.get("then", "")),
        next=tuple(table.get("next", ())),
        try_=tuple(table.get("try", ())),
        myth=_one_line(table.get("myth", "")),
        shown_by=tuple(table.get("shown_by", ())),
        weight=weight,
    )


def _meant(key: str) -> str:
    close = difflib.get_close_matches(key, [*_TEXTS, *_LISTS, "when", "moment", "entries"], n=1)
    return f": did you mean `{close[0]}`?" if close else ""


def _entries(rows: Any) -> tuple[Entry, ...]:
    try:
        found = msgspec.convert(rows, tuple[Entry, ...])
    except msgspec.ValidationError as error:
        position = re.search(r"\$\[(\d+)\]", str(error))
        raise _Mistake(
            "`entries` are written [[entries]], each with the texts `term`, `text` "
            f"and `kind`: {error}",
            ("entries", int(position[1]) if position else 0),
        ) from error
    for number, entry in enumerate(found):
        where = ("entries", number)
        if entry.kind not in KINDS:
            raise _Mistake(
                f'the `kind` of the entry "{entry.term}" is one of {", ".join(KINDS)}',
                where,
                ("kind", 0),
            )
        if not entry.term.removesuffix("*"):
            raise _Mistake("an entry without a `term` would explain everything", where)
    return tuple(Entry(entry.term, _one_line(entry.text), entry.kind) for entry in found)


def _patterns(kind: str, table: dict[str, Any]) -> tuple[When, ...]:
    """The patterns under `when` or `moment`, which may be one table or a list of them."""
    rows = table.get(kind, [])
    if not isinstance(rows, list):
        rows = [rows]
    if kind in table and not rows:
        raise _Mistake(f"`{kind}` has no pattern, so it would explain nothing", (kind, 0))
    return tuple(_when(row, (kind, number)) for number, row in enumerate(rows))


def _when(pattern: Any, where: tuple[str, int]) -> When:
    kind, _ = where
    if not isinstance(pattern, dict):
        raise _Mistake(f"`{kind}` has to be a table, written [{kind}] or [[{kind}]]", where)
    tests: list[tuple[str, tuple[Fact, ...], bool]] = []
    texts: dict[str, str] = {}
    for group, keys in pattern.items():
        if group in {"sentence", "then"}:
            if not isinstance(keys, str):
                raise _Mistake(f"`{group}` of a `{kind}` has to be a text", where, (group, 0))
            texts[group] = _one_line(keys)
        elif isinstance(keys, dict):
            for key, value in keys.items():
                tests.append(_test(f"{group}.{key}", value, where))
        else:
            raise _Mistake(f"`{kind}.{group}` needs a fact: {group}.NAME = …", where, (group, 0))
    if not tests:
        raise _Mistake(f"an empty `{kind}` would explain everything", where)
    when = When(tuple(tests), texts.get("sentence", ""), texts.get("then", ""))
    if not _can_match(when):
        raise _Mistake(
            f"a `{kind}` has to name `transition.facet` (not with .not or *), "
            "or `notice.reason` and nothing of a transition",
            where,
        )
    return when


def _test(name: str, value: Any, where: tuple[str, int]) -> tuple[str, tuple[Fact, ...], bool]:
    negated = isinstance(value, dict)
    if negated:
        if set(value) != {"not"}:
            raise _Mistake(f"`{name}` can only have `.not`", where, (name, 0))
        value = value["not"]
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(item, str | int | bool) for item in values):
        raise _Mistake(f"`{name}` has to be a text, a number, true or false", where, (name, 0))
    return name, tuple(values), negated


def _can_match(when: When) -> bool:
    """Whether it is about transitions of some facets or about Events: never both."""
    names = {name for name, _, _ in when.tests}
    if _facets(when) == (None,):
        asks_for_reason = ("notice.reason", False) in {(name, no) for name, _, no in when.tests}
        return asks_for_reason and not any(name.startswith("transition.") for name in names)
    exact = not any(str(facet).endswith("*") for facet in _facets(when))
    return exact and not any(name.startswith("notice.") for name in names)


def _facets(when: When) -> tuple[Fact | None, ...]:
    """The facets that a pattern can match; None stands for Events."""
    for name, values, negated in when.tests:
        if name == "transition.facet" and not negated:
            return values
    return (None,)


def _equal(fact: Fact | None, value: Fact) -> bool:
    if fact == value:
        return type(fact) is type(value)
    return (
        type(fact) is str
        and type(value) is str
        and value[-1:] == "*"
        and fact.startswith(value[:-1])
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


_PLACE = re.compile(r"\{([a-z_]+\.[a-z_]+)\}")


def _filled(text: str, facts: Facts, *, quote: bool = False) -> str:
    def value(match: re.Match[str]) -> str:
        fact = facts.get(match[1])
        shown = "(not known)" if fact is None or fact == "" else str(fact)
        return shlex.quote(shown) if quote else shown

    return _PLACE.sub(value, text)


def places(text: str) -> list[str]:
    """The names of the facts that a text has places for."""
    return _PLACE.findall(text)


def _with_message(text: str, facts: Facts) -> str:
    message = facts.get("transition.message") or facts.get("notice.message")
    return f"{text} Kubernetes says: {message}" if message else text


def _with_last_words(sentence: str, facts: Facts) -> str:
    """The sentence, and what a container's program that ended has left as its own message.

    With any other reason the message is the kubelet's or the runtime's.
    """
    message = str(facts.get("transition.message", "")).strip()
    if (
        facts.get("transition.after") != "terminated"
        or facts.get("transition.reason") not in {"Completed", "Error", "OOMKilled"}
        or not message
        or message in sentence
    ):
        return sentence
    last = " ".join(message.splitlines()[-1].split())
    return f'{sentence} It left the message "{last}".'


def _unknown(facts: Facts) -> str:
    if "notice.reason" in facts:
        reason = facts["notice.reason"]
        what = f'podwatch has no lesson for the Event reason "{reason}".'
    elif "transition.reason" in facts:
        reason = facts["transition.reason"]
        what = f'podwatch has no lesson for the reason "{reason}".'
    else:
        what = "podwatch has no lesson for this transition."
    return _with_message(what, facts)
