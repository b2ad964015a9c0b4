"""The present states: each of states.toml wins somewhere, and a mistake in it is named."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files

import pytest

from podwatch.core.concepts.examples import STATE_FACTS
from podwatch.core.concepts.loader import EXAMPLES
from podwatch.core.concepts.patterns import parsed, places
from podwatch.core.datafile import BrokenFile
from podwatch.core.diagnosis import telling
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.present import PresentState, Symptom, present_states, symptoms
from podwatch.core.present.states import states_of
from podwatch.core.present.symptoms import event_symptoms
from podwatch.core.stream import Observed
from podwatch.core.surroundings import Surroundings
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read

TOML = (files("podwatch") / "concepts" / "states.toml").read_text("utf-8")
STATES = {state.id: state for state in present_states().states}
WAITS = [id_ for id_, state in STATES.items() if state.sentence or state.missing]
FORMS = (
    ".in_brackets",
    ".after_colon",
    ".took",
    ".ago",
    ".limit",
    ".words",
    ".answer",
    ".runs_for",
    ".step_takes",
    "unmet.cure",
    "pod.deadline",
    "run.says",
    ".odd",
    "node.else",
    ".gate_reason",
    ".which",
)
"""What may be empty: it begins with its own comma, bracket or blank."""


def texts_of(state: PresentState) -> tuple[str, ...]:
    """What people read of it."""
    own = (
        state.fact,
        state.sentence,
        state.who,
        state.cure,
        state.why,
        state.brief,
        state.missing,
    )
    return tuple(filter(None, own))


def examples() -> Iterator[tuple[PresentState, Symptom]]:
    """The examples of states.toml, each with the state that shall win."""
    _, mark, rest = TOML.partition(EXAMPLES)
    for row in tomllib.loads(mark + rest)["example"]:
        state = STATES[row.pop("state")]
        facts = {test.name: test.values[0] for test in parsed("example", row, ())}
        yield state, Symptom(state.part, facts)


EXAMPLE_ROWS = list(examples())


def around(events: dict[str, PodEvent]) -> Surroundings:
    return Surroundings(events=tuple(events.values()))


@pytest.fixture(scope="module")
def shown() -> dict[str, Symptom]:
    """A symptom for each state that says in a recording what a part of a Pod waits for."""
    found: dict[str, Symptom] = {}
    for name in names():
        pods: dict[str, Pod] = {}
        events: defaultdict[str, dict[str, PodEvent]] = defaultdict(dict)
        for item in read(scenario(name).recording):
            match item:
                case Observed(object=Pod() as pod):
                    uid = pod.metadata.uid
                    pods[uid] = pod
                case Observed(object=PodEvent() as event):
                    uid = event.involved_object.uid
                    events[uid][event.metadata.uid] = event
                case _:
                    continue
            if uid not in pods:
                continue
            about = events[uid].values()
            for one in (
                *symptoms(pods[uid], around(events[uid]), item.at),
                *event_symptoms(pods[uid], telling(pods[uid], about)),
            ):
                if (state := present_states().waiting(one)) is not None:
                    found.setdefault(state.id, one)
                if run := one.facts.get("run.state"):
                    found.setdefault(str(run), one)
    return found


@pytest.mark.parametrize("id_", WAITS)
def test_every_state_wins_in_a_recording_or_in_an_example(
    id_: str, shown: dict[str, Symptom]
) -> None:
    assert id_ in shown or id_ in {state.id for state, _ in EXAMPLE_ROWS}, (
        f"[{id_}] never wins: one before it takes its place; or add an [[example]] of its facts"
    )


@pytest.mark.parametrize(
    ("state", "symptom"), EXAMPLE_ROWS, ids=[state.id for state, _ in EXAMPLE_ROWS]
)
def test_no_state_takes_the_place_of_another_one(state: PresentState, symptom: Symptom) -> None:
    winner = present_states().waiting(symptom)
    assert winner is not None, f"[{state.id}] does not match its own [[example]]"
    assert winner.id == state.id, f"[{winner.id}] takes it, as it comes first in states.toml"


def test_a_state_that_a_recording_shows_has_all_facts_of_its_texts(
    shown: dict[str, Symptom],
) -> None:
    lacking = [
        f"[{id_}] {place}"
        for id_, symptom in shown.items()
        for text in texts_of(STATES[id_])
        for place in places(text)
        if symptom.facts.get(place) in {None, ""} and not place.endswith(FORMS)
    ]
    assert lacking == []


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_it_names_only_facts_that_there_are(state: PresentState) -> None:
    named = {test.name for test in state.when.tests}
    texts = (*texts_of(state), state.permanent, *state.tries)
    named |= {place for text in texts for place in places(text) if not place.endswith(FORMS[:2])}
    assert named <= set(STATE_FACTS)


MISTAKES = {
    "an unknown key": ('[x]\npart = "phase"\nsays = "a"', "line 3: `says` is not a key of a state"),
    "no part": ('[x]\nmissing = "a"', "line 1: `part` is one of disruption, deletion, "),
    "nothing to say": ('[x]\npart = "phase"', "line 1: `x` says nothing: it needs `sentence`, "),
    "nobody who acts": (
        '[x]\npart = "phase"\nsentence = "a"',
        "line 1: a `sentence` needs `fact`, too",
    ),
    "no table": ("x = 1", "line 1: `x` has to be a table, written [x]"),
    "a text that is none": ('[x]\npart = "phase"\nmissing = 1', "line 3: `missing` has to be a"),
    "an end that nobody knows": (
        '[x]\npart = "phase"\nmissing = "a"\nuntil = "soon"',
        "line 4: `until` is one of grace period ends, next start, next pull",
    ),
    "an empty pattern": ('[x]\npart = "phase"\nmissing = "a"\nwhen = {}', "an empty `when`"),
}


@pytest.mark.parametrize(("toml", "says"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_its_line(toml: str, says: str) -> None:
    with pytest.raises(BrokenFile, match=r"states\.toml, line \d+") as broken:
        states_of(toml)
    assert says in str(broken.value)
