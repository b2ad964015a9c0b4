"""The present states of concepts/states.toml: how one is recognised, and what is said of it.

Responsible for reading the file and for which states a symptom shows. What their texts are for is
`podwatch.core.present.waits` (what a Pod waits for) and the judge's (what can't heal).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

import msgspec

from podwatch.core.concepts.loader import EXAMPLES
from podwatch.core.concepts.patterns import Fact, FactTest, Pattern, all_hold, filled, parsed
from podwatch.core.datafile import Mistake, packaged, read
from podwatch.core.present.facts import ENDS, PARTS, Symptom
from podwatch.core.text import one_line

_TEXTS = (
    "concept",
    "fact",
    "shorter",
    "sentence",
    "who",
    "cure",
    "why",
    "brief",
    "until",
    "then",
    "missing",
    "permanent",
)
ROLES = ("cause", "wait", "fine", "follows", "note", "past")
"""What a state is among those of one Pod, in the order in which they are told."""
_WANT_PROGRESS = ("ready", "succeeded", "condition", "phase")
"""The words of an expectation that a state decides which can't heal, if it does not name them."""


class PresentState(msgspec.Struct, frozen=True, kw_only=True):
    """One state, as the head of states.toml explains it."""

    id: str
    part: str
    when: Pattern
    role: str = "wait"
    concept: str = ""
    fact: str = ""
    shorter: str = ""
    sentence: str = ""
    who: str = ""
    cure: str = ""
    why: str = ""
    note: bool = True
    tries: tuple[str, ...] = ()
    brief: str = ""
    until: str = ""
    then: str = ""
    missing: str = ""
    permanent: str = ""
    grace: bool = False
    certain: bool = True
    retried: bool = False
    words: tuple[str, ...] = _WANT_PROGRESS

    def cause(self, symptom: Symptom) -> str:
        """Why it can't heal, in words."""
        return one_line(filled(self.permanent, symptom.facts))


class _Candidate(NamedTuple):
    """A state by a fact that its part itself has to have, and what that may be, () for anything.

    Most states are ruled out by that alone, much quicker than by a match.
    """

    fact: str
    values: tuple[Fact, ...]
    rest: tuple[FactTest, ...]
    state: PresentState

    @classmethod
    def of(cls, state: PresentState) -> "_Candidate":
        tests = state.when.tests
        for test in tests:
            if not test.negated and not test.name.startswith("pod."):
                values = () if test.has_wildcard else test.values
                said = values and all(isinstance(value, str) for value in values)  # 1 equals True
                rest = tuple(one for one in tests if one is not test) if said else tests
                return cls(test.name, values, rest, state)
        return cls("", (), tests, state)


class _OfPart(NamedTuple):
    """The states of a part, narrowed by the value of the fact that most of them need."""

    fact: str
    by_value: dict[Fact, tuple[_Candidate, ...]]
    others: tuple[_Candidate, ...]

    @classmethod
    def of(cls, part: str, states: Iterable[PresentState]) -> "_OfPart":
        rows = [_Candidate.of(one) for one in states if one.part == part]
        needed = Counter(row.fact for row in rows if row.values)
        fact = max(needed, key=needed.__getitem__, default="")
        known = {value for row in rows if row.fact == fact for value in row.values}

        def left(*value: Fact) -> tuple[_Candidate, ...]:
            return tuple(
                row._replace(fact="") if row.fact == fact and row.values else row  # it has it
                for row in rows
                if row.fact != fact or not row.values or set(value) & set(row.values)
            )

        return cls(fact, {value: left(value) for value in known}, left())

    def rows(self, facts: Mapping[str, Fact]) -> tuple[_Candidate, ...]:
        """Those that the fact leaves, in the file's order."""
        value = facts.get(self.fact)
        return self.others if value is None else self.by_value.get(value, self.others)


class PresentStates:
    """All states, by the parts that they are about."""

    def __init__(self, states: Iterable[PresentState]) -> None:
        self.states = tuple(states)
        self._permanent = tuple(one for one in self.states if one.permanent)
        telling = [one for one in self.states if one.sentence or one.missing]
        self._waits = {part: _OfPart.of(part, telling) for part in PARTS}

    def waiting(self, symptom: Symptom) -> PresentState | None:
        """The state that says what this part waits for."""
        facts, asked, fact = symptom.facts, "", None
        for name, values, rest, state in self._waits[symptom.part].rows(facts):
            if name != asked:
                asked, fact = name, facts.get(name)
            if name and (fact is None or (values and fact not in values)):
                continue
            if not rest or all_hold(rest, facts):
                return state
        return None

    def permanent(self, symptoms: Iterable[Symptom]) -> list[tuple[PresentState, Symptom]]:
        """Every state that can't heal, with the part that shows it, in the file's order."""
        known = list(symptoms)
        return [
            (state, symptom)
            for state in self._permanent
            for symptom in known
            if state.part == symptom.part and state.when.matches(symptom.facts)
        ]


@cache
def present_states() -> PresentStates:
    """The states that come with podwatch."""
    return states_of(packaged("states.toml"))


def states_of(toml: str) -> PresentStates:
    """The states of a file's text; BrokenFile says where and what to mend."""
    own, _, _ = toml.partition(EXAMPLES)
    return read("states.toml", own, _states)


def _states(table: dict[str, Any]) -> PresentStates:
    return PresentStates(_state(id_, row) for id_, row in table.items())


def _state(id_: str, row: Any) -> PresentState:
    where = (id_, 0)
    if not isinstance(row, dict):
        raise Mistake(f"`{id_}` has to be a table, written [{id_}]", where)
    for key, value in row.items():
        if key not in {
            *_TEXTS,
            "part",
            "role",
            "try",
            "when",
            "unless",
            "grace",
            "certain",
            "retried",
            "words",
            "note",
        }:
            raise Mistake(f"`{key}` is not a key of a state", where, (key, 0))
        if key in _TEXTS and not isinstance(value, str):
            raise Mistake(f'`{key}` has to be a text: {key} = "…"', where, (key, 0))
    if row.get("part") not in PARTS:
        raise Mistake(f"`part` is one of {', '.join(PARTS)}", where)
    if not {"sentence", "missing", "permanent"} & set(row):
        raise Mistake(f"`{id_}` says nothing: it needs `sentence`, `missing` or `permanent`", where)
    if row.get("role", "wait") not in ROLES:
        raise Mistake(f"`role` is one of {', '.join(ROLES)}", where, ("role", 0))
    needed = {"fact"} | ({"who"} if row.get("role", "wait") in {"cause", "wait"} else set())
    if "sentence" in row and (lacking := needed - set(row)):
        raise Mistake(f"a `sentence` needs `{min(lacking)}`, too", where)
    tries = row.get("try", [])
    if not isinstance(tries, list) or not all(isinstance(one, str) for one in tries):
        raise Mistake('`try` has to be a list of texts: try = ["…"]', where, ("try", 0))
    if row.get("until", ENDS[0]) not in ENDS:
        raise Mistake(f"`until` is one of {', '.join(ENDS)}", where, ("until", 0))
    tests: tuple[FactTest, ...] = ()
    if "when" in row:
        tests += parsed("when", row["when"], (where,))
    if "unless" in row:
        tests += parsed("unless", row["unless"], (where,), negated=True)
    return PresentState(
        id=id_,
        part=row["part"],
        when=Pattern(tests),
        role=row.get("role", "wait"),
        note=bool(row.get("note", "why" not in row)),
        tries=tuple(tries),
        grace=(grace := bool(row.get("grace", False))),
        certain=bool(row.get("certain", not grace)),
        retried=bool(row.get("retried", False)),
        words=tuple(row.get("words", _WANT_PROGRESS)),
        **{key: one_line(row.get(key, "")) for key in _TEXTS},
    )
