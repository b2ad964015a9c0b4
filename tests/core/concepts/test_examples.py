"""Every pattern wins somewhere: in a recording, or in an `[[example]]` of its own file."""

import itertools
from collections.abc import Iterable, Iterator

import pytest

from podwatch.core.concepts import Catalog, Concept, Explanation, catalog
from podwatch.core.concepts.concept import When
from podwatch.core.concepts.examples import Example, complete, examples
from podwatch.core.concepts.loader import concept_files
from podwatch.core.concepts.patterns import Fact, Facts, can_fill
from podwatch.core.datafile import line_of
from podwatch.core.session import Session
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read

FILES = concept_files()


def place(concept: Concept, when: When) -> str:
    """Where a pattern is written, with what it asks for."""
    line = line_of(FILES[concept.id], (("when", concept.when.index(when)),))
    asks = ", ".join(
        f"{name}{'.not' * negated} = {' or '.join(map(str, values))}"
        for name, values, negated in when.tests
    )
    return f"podwatch/concepts/{concept.id}.toml, line {line} ({asks})"


class Noting(Catalog):
    """The catalogue, which notes the facts that it is asked about."""

    def __init__(self) -> None:
        super().__init__(catalog().by_id.values())
        self.asked: list[Facts] = []

    def explain(self, facts: Facts) -> Explanation:
        """As it is, and noted."""
        self.asked.append(facts)
        return super().explain(facts)


@pytest.fixture(scope="module")
def recorded() -> list[Facts]:
    """The facts of everything that happens in the recordings."""
    noting = Noting()
    for name in names():
        session = Session(noting)
        for item in read(scenario(name).recording):
            session.feed(item)
    return noting.asked


@pytest.fixture(scope="module")
def won(recorded: list[Facts]) -> set[int]:
    """The patterns that win in the recordings."""
    return wins(recorded)


def wins(happened: Iterable[Facts]) -> set[int]:
    """The patterns that win."""
    return {id(best[0][1]) for facts in happened if (best := winners(facts))}


def winners(facts: Facts) -> list[tuple[Concept, When]]:
    """The most specific patterns that match, of which there should be one."""
    ranked = catalog().candidates(facts)
    return [row for row in ranked if row[1].specificity == ranked[0][1].specificity]


def mistakes(facts: Facts) -> Iterator[str]:
    """What is wrong with what is said about the facts."""
    best = winners(facts)
    if len({(one.id, when.sentence, when.then) for one, when in best}) > 1:
        yield f"{' and '.join(place(*row) for row in best)} tie: let one name more facts"
    said = catalog().explain(facts)
    yield from (f'"{text}" has a place without a fact' for text in lacking(said))


def lacking(said: Explanation) -> Iterator[str]:
    """The texts that have a place for a fact that is not there; `then` may be left out for it."""
    who = said.actor or (said.concept.who if said.concept is not None else "")
    texts = (said.text, said.news, who, *(text for _, text in said.demonstrates))
    yield from (text for text in texts if not can_fill(text, said.facts))


def lost(id_: str, example: Example) -> Iterator[str]:
    """How what is said about an example differs from what it wants."""
    best = winners(example.facts)
    if not best:
        yield f"no pattern matches: compare its facts with the [[when]] of {id_}.toml"
        return
    if best[0][0].id != id_:
        yield (
            f"{place(*best[0])} takes it, as it names more facts or names them more exactly: let "
            f"a [[when]] of {id_}.toml name one more, or the other one exclude this with .not"
        )
    said = catalog().explain(example.facts)
    for wanted, text in ((example.sentence, said.sentence), (example.then, said.then)):
        if wanted not in text:
            yield f'"{wanted}" is not in what is said: "{text}"'


@pytest.mark.parametrize("id_", FILES)
def test_every_example_is_won_by_the_concept_that_has_it(id_: str) -> None:
    for number, example in enumerate(examples(id_, FILES[id_]), 1):
        found = [*lost(id_, example), *mistakes(example.facts)]
        assert not found, f"{id_}.toml, [[example]] {number}: " + "; ".join(found)


def test_what_the_recordings_show_is_explained_for_certain_and_in_full(
    recorded: list[Facts],
) -> None:
    assert [line for facts in recorded for line in mistakes(facts)] == []


@pytest.mark.parametrize("id_", FILES)
def test_every_pattern_wins_in_a_recording_or_in_an_example(id_: str, won: set[int]) -> None:
    shown = wins(one.facts for one in examples(id_, FILES[id_]))
    concept = catalog().by_id[id_]
    never = [
        place(concept, when) + shadow(when) for when in concept.when if id(when) not in won | shown
    ]
    assert not never, (
        f"never wins: {'; '.join(never)}. Add an [[example]] at the end of {id_}.toml with the "
        "facts for which it shall win (docs/adding-a-concept.md); if there are none, delete it"
    )


def shadow(when: When) -> str:
    """Which other pattern takes a pattern's own facts, if one does."""
    tests = [test for test in when.tests if not test.negated]
    best = winners(complete({test.name: test.values[0] for test in tests}))
    return "" if not best or best[0][1] is when else f", which {place(*best[0])} takes"


def test_a_pattern_that_another_one_shadows_is_told_which() -> None:
    of_many, of_one, _ = catalog().by_id["containers-ready"].when
    assert shadow(of_one) == ""
    assert "podwatch/concepts/containers-ready.toml, line 22 (" in shadow(of_many)


def combinations() -> Iterable[Facts]:
    """More transitions than a cluster will ever show."""
    facets = ("container", "init-container", "sidecar", "ephemeral-container")
    outlooks = ("ended", "restarts-at-once", "backs-off", "pod-ends")
    for facet, reason in itertools.product(facets, _named("transition.reason")):
        common: Facts = {"transition.facet": facet, **reason}
        yield common | {"transition.after": "waiting"}
        yield common | {"transition.after": "terminated"}
        for restarts in (0, 1):
            yield common | {"transition.after": "running", "container.restarts": restarts}
        for code, outlook in itertools.product((0, 1, 137, 143), outlooks):
            yield common | {
                "transition.after": "terminated",
                "transition.exit_code": code,
                "container.killed_after_grace": code == 137 and outlook == "pod-ends",
                "container.outlook": outlook,
                "container.signal": "SIGX",
                "container.memory_limit": "1Mi",
            }
    stops, rules = _named("container.stopped_for"), _named("container.restart_rule")
    for facet, code, outlook, stop, rule in itertools.product(
        facets, (0, 1, 137, 143), outlooks, stops, rules
    ):
        yield (
            stop
            | rule
            | {
                "transition.facet": facet,
                "transition.after": "terminated",
                "transition.reason": "Error" if code else "Completed",
                "transition.exit_code": code,
                "container.killed_after_grace": code == 137 and outlook == "pod-ends",
                "container.outlook": outlook,
                "container.exit_code": code,
                "container.stop_took": "30 s",
                "pod.deleting": outlook == "pod-ends",
            }
        )
    phases = ("Pending", "Running", "Succeeded", "Failed")
    for before, after, reason in itertools.product(phases, phases, _named("transition.reason")):
        phase: Facts = {"transition.facet": "phase", "transition.before": before, **reason}
        for owner in _named("pod.owner_kind"):
            yield phase | owner | {"transition.after": after}
    values = ("True", "False")
    for before, after, reason in itertools.product(values, values, _named("transition.reason")):
        condition: Facts = {"transition.facet": "condition", "transition.before": before, **reason}
        for subject in _named("transition.subject"):
            yield condition | subject | {"transition.after": after, "pod.had_node": True}


def _named(name: str) -> list[dict[str, Fact]]:
    """Every value of a fact that a pattern names, and its absence."""
    values = {
        value
        for one in catalog().by_id.values()
        for pattern in one.when
        for test, named, _ in pattern.tests
        if test == name
        for value in named
        if value != "*"
    }
    return [{}, *({name: value} for value in sorted(values, key=str))]


def test_no_two_concepts_tie_on_any_combination_of_what_patterns_name() -> None:
    ties = set()
    for facts in combinations():
        ranked = catalog().candidates(facts)
        top = {one.id for one, when in ranked if when.specificity == ranked[0][1].specificity}
        if len(top) > 1:
            ties.add(tuple(sorted(top)))
    assert not ties
