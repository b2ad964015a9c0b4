"""The catalogue keeps its promises, and typical situations get the concept they should."""

import itertools
import re
import shlex
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from podwatch.core.concepts import Catalog, Concept, Entry, Explanation, When, catalog, concept
from podwatch.core.concepts.facts import FACTS, event_facts, transition_facts
from podwatch.core.concepts.patterns import (
    BrokenFile,
    Fact,
    Facts,
    FactTest,
    Pattern,
    parsed,
    places,
)
from podwatch.core.identity import existence, replacement
from podwatch.core.kube import ObjectReference, Pod, PodEvent
from podwatch.core.kube.event import EventSource
from podwatch.core.kube.meta import ObjectMeta, OwnerReference
from podwatch.core.kube.pod import (
    Container,
    ContainerState,
    ContainerStatus,
    PodCondition,
    PodSpec,
    PodStatus,
    Probe,
    Resources,
    Running,
    Terminated,
    Waiting,
)
from podwatch.core.states import Existence, Facet
from podwatch.core.stream import PodRef
from podwatch.core.transitions import transitions
from podwatch.scenarios import names

NOW = datetime(2026, 3, 5, 10, 2, 0, tzinfo=UTC)
CONCEPTS = tuple(catalog().by_id.values())


def texts(one: Concept) -> list[str]:
    """Everything of a concept that people read."""
    own = [one.title, one.summary, one.sentence, one.explanation, one.who, one.then, one.myth]
    own += [entry.text for entry in one.entries]
    patterns = (*one.when, *one.moments)
    return own + [text for when in patterns for text in (when.sentence, when.then)]


# ── the catalogue's files ──


@pytest.fixture(params=CONCEPTS, ids=[one.id for one in CONCEPTS])
def each(request: pytest.FixtureRequest) -> Concept:
    """Every concept in turn."""
    assert isinstance(request.param, Concept)
    return request.param


def test_what_follows_a_concept_exists(each: Concept) -> None:
    assert set(each.next) <= set(catalog().by_id)


def test_what_shows_a_concept_is_a_scenario(each: Concept) -> None:
    assert set(each.shown_by) <= set(names())


def test_a_summary_is_one_line_of_at_most_100_columns(each: Concept) -> None:
    assert len(each.summary) <= 100
    assert "\n" not in each.summary
    assert each.summary[0].isupper()
    assert each.summary.endswith(".")


def test_a_sentence_begins_in_lower_case_and_ends_with_a_full_stop(each: Concept) -> None:
    own = [each.sentence, *(when.sentence for when in (*each.when, *each.moments))]
    for sentence in filter(None, [*own, *(entry.text for entry in each.entries)]):
        assert sentence[0].islower() or sentence.startswith("{")
        assert sentence.endswith(".")
        assert len(sentence) <= 220


def test_what_comes_next_is_said_by_every_pattern(each: Concept) -> None:
    for when in each.when:
        then = when.then or each.then
        assert then.endswith(".")
        assert then[0].islower() or then.startswith("{")


def test_an_explanation_has_one_to_four_short_paragraphs(each: Concept) -> None:
    paragraphs = each.explanation.split("\n\n")
    assert 1 <= len(paragraphs) <= 4
    assert all(len(paragraph) <= 500 for paragraph in paragraphs)


def test_every_place_and_every_test_names_a_known_fact(each: Concept) -> None:
    for text in [*texts(each), *each.try_]:
        assert set(places(text)) <= set(FACTS)
        assert "{" not in re.sub(r"\{[a-z_]+\.[a-z_]+\}", "", text)
    for when in (*each.when, *each.moments):
        assert {name for name, _, _ in when.tests} <= set(FACTS)


def test_no_pattern_explains_everything(each: Concept) -> None:
    for when in (*each.when, *each.moments):
        names = {name for name, _, _ in when.tests}
        assert "notice.reason" in names or names > {"transition.facet"}


def test_a_pattern_names_each_value_that_exists(each: Concept) -> None:
    for when in each.when:
        for name, values, _ in when.tests:
            if name == "transition.facet":
                assert set(values) <= {str(facet) for facet in Facet}


def test_commands_only_look(each: Concept) -> None:
    for command in each.try_:
        assert re.match(r"kubectl (get|describe|logs) ", command)
        assert "'" not in command
        assert '"' not in command


def test_docs_is_a_page_of_the_kubernetes_documentation(each: Concept) -> None:
    assert re.fullmatch(r"https://kubernetes\.io/docs/[a-z/-]+/(#[a-z-]+)?", each.docs)


def test_every_concept_is_unlike_the_others() -> None:
    for part in ("title", "summary", "sentence"):
        values = [value for one in CONCEPTS if (value := getattr(one, part))]
        assert len(values) == len(set(values))


# ── broken files ──

GOOD = """
title = "T"
summary = "S."
sentence = "it happened."
explanation = "Why."
who = "the kubelet"
docs = "/docs/concepts/"
"""
FACET = '[when]\ntransition.facet = "phase"\n'
ENTRY = '[[entries]]\nterm = "Odd"\ntext = "it is odd."\nkind = "event"\n'

BROKEN = {
    "not TOML": ("title = ", "is not TOML"),
    "a missing key": (FACET, "no `title`: add title"),
    "a moment without a sentence": (GOOD + FACET.replace("when", "moment"), "needs a sentence"),
    "a moment about everything": (GOOD + "[moment]\nsentence = 'a.'", "an empty `moment`"),
    "a pattern without a sentence": (
        GOOD.replace('sentence = "it happened."', "") + FACET,
        "no `sentence`",
    ),
    "an entry that is a text": ('entries = "x"' + GOOD, "written [[entries]]"),
    "an entry without a text": (GOOD + '[[entries]]\nterm = "X"', "`term`, `text` and `kind`"),
    "an entry with more": (GOOD + ENTRY.replace("text", "tekst"), "`term`, `text` and `kind`"),
    "an entry of no kind": (GOOD + ENTRY.replace('"event"', '"news"'), 'entry "Odd" is one of'),
    "an entry about everything": (GOOD + ENTRY.replace("Odd", "*"), "without a `term`"),
    "an empty list of patterns": ("when = []\n" + GOOD, "no pattern"),
    "a pattern that is a text": ('when = "phase"\n' + GOOD, "written [when]"),
    "an empty pattern": (GOOD + "[when]", "would hold for everything"),
    "a key that no concept has": (
        'tilte = "T"' + GOOD + FACET,
        "`tilte` is not a key of a concept: did you mean `title`?",
    ),
    "a text that is a number": (GOOD.replace('"T"', "1") + FACET, "`title` has to be a text"),
    "a list of numbers": ("next = [1]" + GOOD + FACET, "`next` has to be a list of texts"),
    "a list that is a text": ('try = "ls"' + GOOD + FACET, "`try` has to be a list of texts"),
    "a weight that there is not": ('weight = "heavy"' + GOOD + FACET, "`weight` is one of"),
    "a fact without its group": (GOOD + '[when]\nfacet = "phase"', "`when.facet` needs a fact"),
    "a fact that is a date": (GOOD + "[when]\npod.name = 2026-03-05", "`pod.name` has to be"),
    "a fact with no values": (GOOD + "[when]\npod.name = []", "`pod.name` has to be"),
    "an unknown operator": (GOOD + FACET + 'pod.name.like = "a"', "`pod.name` can only have"),
    "a sentence that is a number": (GOOD + FACET + "sentence = 1", "`sentence` of a `when`"),
    "neither a facet nor an Event": (GOOD + '[when]\npod.phase = "Failed"', "notice.reason"),
    "every facet but one": (GOOD + '[when]\ntransition.facet.not = "phase"', "transition.facet"),
    "all facets": (GOOD + '[when]\ntransition.facet = "*"', "transition.facet"),
    "all but one Event": (GOOD + '[when]\nnotice.reason.not = "Pulled"', "notice.reason"),
    "an Event in a transition": (GOOD + FACET + 'notice.reason = "Pulled"', "notice.reason"),
}


@pytest.mark.parametrize(("toml", "says"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_named_with_what_to_mend(toml: str, says: str) -> None:
    with pytest.raises(BrokenFile) as caught:
        concept("some-id", toml)
    assert str(caught.value).startswith("some-id.toml")
    assert says in str(caught.value)


PLACES = {
    "a key": (GOOD + 'docs_page = "x"', 8),
    "a text": (GOOD.replace('"Why."', "1"), 5),
    "a fact of the second pattern": (
        f"{GOOD}\n[{FACET.strip()}\n\n[{FACET}pod.name.like = 'a'\n".replace("[when]", "[when]]"),
        14,
    ),
    "the second entry": (f"{GOOD}{ENTRY}{ENTRY.replace('event', 'news')}", 15),
    "TOML itself": (GOOD + "oh no", 8),
}


@pytest.mark.parametrize(("toml", "number"), PLACES.values(), ids=PLACES.keys())
def test_the_line_of_a_mistake_is_named(toml: str, number: int) -> None:
    with pytest.raises(BrokenFile, match=rf"some-id\.toml.*\bline {number}\b"):
        concept("some-id", toml)


# ── matching and filling ──


def when(*tests: tuple[str, tuple[Fact, ...], bool]) -> When:
    """A pattern of (fact, values, negated)."""
    return When(tuple(FactTest(*test) for test in tests))


MATCHES: dict[str, tuple[tuple[str, tuple[Fact, ...], bool], Facts, bool]] = {
    "an equal text": (("pod.phase", ("Failed",), False), {"pod.phase": "Failed"}, True),
    "another text": (("pod.phase", ("Failed",), False), {"pod.phase": "Running"}, False),
    "a fact that is not there": (("pod.node", ("a",), False), {}, False),
    "one of several": (("pod.phase", ("a", "b"), False), {"pod.phase": "b"}, True),
    "none of several": (("pod.phase", ("a", "b"), False), {"pod.phase": "c"}, False),
    "a beginning": (("pod.name", ("web-*",), False), {"pod.name": "web-1"}, True),
    "another beginning": (("pod.name", ("web-*",), False), {"pod.name": "api-1"}, False),
    "a part": (("pod.name", ("*-?",), False), {"pod.name": "web-1"}, True),
    "another part": (("pod.name", ("*-?",), False), {"pod.name": "web-12"}, False),
    "a part in other white space": (("pod.name", ("a b*",), False), {"pod.name": "a\n b c"}, True),
    "a bracket is no wildcard": (("pod.name", ("[a]*",), False), {"pod.name": "a"}, False),
    "a star and an empty text": (("pod.node", ("*",), False), {"pod.node": ""}, False),
    "a star alone asks for any text": (("pod.node", ("*",), False), {"pod.node": "a"}, True),
    "a star alone and no fact": (("pod.node", ("*",), False), {}, False),
    "not, and it differs": (("pod.phase", ("a",), True), {"pod.phase": "b"}, True),
    "not, and it is equal": (("pod.phase", ("a",), True), {"pod.phase": "a"}, False),
    "not, and it is not there": (("pod.phase", ("a",), True), {}, True),
    "a number": (("container.restarts", (0,), False), {"container.restarts": 0}, True),
    "a number is no truth value": (("container.restarts", (0,), False), {"pod.x": False}, False),
    "false is not 0": (("pod.deleting", (False,), False), {"pod.deleting": 0}, False),
    "a number is no text": (
        ("container.restarts", ("0",), False),
        {"container.restarts": 0},
        False,
    ),
}


@pytest.mark.parametrize(("test", "facts", "expected"), MATCHES.values(), ids=MATCHES.keys())
def test_a_pattern_matches(
    test: tuple[str, tuple[Fact, ...], bool], facts: Facts, expected: bool
) -> None:
    assert when(test).matches(facts) is expected


def test_all_tests_of_a_pattern_have_to_hold() -> None:
    both = when(("pod.phase", ("Failed",), False), ("pod.deleting", (True,), False))
    assert both.matches({"pod.phase": "Failed", "pod.deleting": True})
    assert not both.matches({"pod.phase": "Failed", "pod.deleting": False})


def test_what_a_table_unless_names_must_not_hold() -> None:
    tests = parsed("when", {"pod": {"name": "a*"}}, ())
    tests += parsed("unless", {"pod": {"name": ["*b", "*c"]}}, (), negated=True)
    assert [Pattern(tests).matches({"pod.name": name}) for name in ("a", "ab", "ac", "b")] == [
        True,
        False,
        False,
        False,
    ]


def test_more_facts_and_then_more_exact_values_are_more_specific() -> None:
    ranks = [
        when(("pod.name", ("a",), True)),
        when(("pod.name", ("a*", "b"), False)),
        when(("pod.name", ("a*",), False)),
        when(("pod.name", ("a",), False)),
        when(("pod.name", ("a",), True), ("pod.node", ("n",), True)),
    ]
    assert [one.specificity for one in ranks] == sorted({one.specificity for one in ranks})


def small(*patterns: str, **extra: str) -> Catalog:
    """A catalogue of concepts a, b, …, each with one pattern."""
    head = GOOD + "".join(f"{key} = {value}\n" for key, value in extra.items())
    return Catalog(
        concept(chr(ord("a") + number), head + "[when]\n" + pattern)
        for number, pattern in enumerate(patterns)
    )


def test_the_most_specific_concept_explains() -> None:
    concepts = small(
        'transition.facet = "phase"\ntransition.after = "Failed"',
        'transition.facet = "phase"\ntransition.after = "Failed"\ntransition.reason = "Evicted"',
        'transition.facet = "phase"\ntransition.after = "F*"\ntransition.reason = "E*"',
    )
    facts: Facts = {"transition.facet": "phase", "transition.after": "Failed"}
    assert of(concepts.explain(facts)) == "a"
    assert of(concepts.explain(facts | {"transition.reason": "Evicted"})) == "b"
    assert of(concepts.explain(facts | {"transition.reason": "Else"})) == "c"


def test_a_pattern_has_texts_of_its_own() -> None:
    concepts = small(
        FACET.removeprefix("[when]\n") + 'then = "more in {pod.name}."', then='"nothing."'
    )
    explained = concepts.explain({"transition.facet": "phase", "pod.name": "web"})
    assert explained.sentence == "it happened."
    assert explained.then == "more in web."


def test_a_place_without_a_fact_says_so() -> None:
    one = small(FACET.removeprefix("[when]\n") + 'sentence = "on {pod.node}."')
    assert one.explain({"transition.facet": "phase"}).sentence == "on (not known)."


def test_a_command_that_lacks_a_fact_is_left_out() -> None:
    tries = '["kubectl get nodes", "see {pod.node}"]'
    one = small(FACET.removeprefix("[when]\n"), **{"try": tries})
    assert one.explain({"transition.facet": "phase"}).try_ == ("kubectl get nodes",)
    with_node = one.explain({"transition.facet": "phase", "pod.node": "worker"})
    assert with_node.try_ == ("kubectl get nodes", "see worker")


ENDED: Facts = {
    "transition.facet": "container",
    "transition.after": "terminated",
    "transition.reason": "Completed",
    "transition.message": "lines: 1\nlines:  2\n",
}


def test_the_last_words_of_a_container_are_told() -> None:
    one = small('transition.facet = "container"\ntransition.after = "*"')
    assert one.explain(ENDED).sentence == 'it happened. It left the message "lines: 2".'

    others: list[Facts] = [{"transition.after": "waiting"}, {"transition.reason": "StartError"}]
    assert {one.explain(ENDED | other).sentence for other in others} == {"it happened."}


def test_they_are_not_told_twice() -> None:
    one = small(
        'transition.facet = "container"\ntransition.after = "*"\n'
        'sentence = "it said {transition.message}."'
    )
    assert one.explain(ENDED | {"transition.message": "bye"}).sentence == "it said bye."


def test_a_fact_that_looks_like_a_place_stays_as_it_is() -> None:
    one = small('notice.reason = "Odd"\nsentence = "says {notice.message}."')
    facts: Facts = {"notice.reason": "Odd", "notice.message": "{pod.name}", "pod.name": "web"}
    assert one.explain(facts).sentence == "says {pod.name}."


@pytest.mark.parametrize(
    "name", ["$(reboot)", "a; rm -rf /", "`id`", "it's", 'a "b"', "a\nb", "a && b", "*"]
)
def test_a_hostile_name_is_one_word_of_a_command(name: str) -> None:
    one = small(
        FACET.removeprefix("[when]\n"),
        **{"try": '["kubectl logs {pod.name} -c {container.name}"]'},
    )
    facts: Facts = {"transition.facet": "phase", "pod.name": name, "container.name": name}
    (command,) = one.explain(facts).try_
    assert shlex.split(command) == ["kubectl", "logs", name, "-c", name]


def test_an_unknown_reason_is_said_to_be_unknown_and_shown_raw() -> None:
    waiting = pod(app=waits("BrandNewReason", "the moon is full"))
    (told,) = explained(pod(), waiting)
    assert told.concept is None
    assert '"BrandNewReason"' in told.sentence
    assert "no lesson" in told.sentence
    assert told.sentence.endswith("Kubernetes says: the moon is full")


def test_an_unknown_event_is_said_to_be_unknown_and_shown_raw() -> None:
    told = catalog().explain(event_facts(event("BrandNewEvent", "the moon is full"), None))
    assert told.concept is None
    assert '"BrandNewEvent"' in told.sentence
    assert told.sentence.endswith("Kubernetes says: the moon is full")


def test_an_unknown_condition_is_said_to_be_unknown() -> None:
    (told,) = explained(pod(), pod(conditions={"example.com/moon": "True"}))
    assert told.concept is None


# ── moments ──


def with_moments(*moments: str) -> Catalog:
    """Concepts a, b, … with a moment each (none if it is empty)."""
    return Catalog(
        concept(chr(ord("a") + number), GOOD + f"[moment]\n{one}\n" if one else GOOD)
        for number, one in enumerate(moments)
    )


ALONE = 'transition.facet = "existence"\nsentence = "{pod.name} is alone."'
TWO = 'transition.facet = "existence"\npod.containers.not = [0, 1]\nsentence = "two."'


def test_a_lesson_is_brought_up_where_a_pod_demonstrates_it() -> None:
    facts: Facts = {"transition.facet": "existence", "pod.name": "web", "pod.containers": 1}
    (aside,) = with_moments(ALONE, TWO, "").explain(facts).asides
    assert (aside.concept.id, aside.sentence) == ("a", "web is alone.")


def test_the_more_specific_lesson_comes_first_and_each_once() -> None:
    facts: Facts = {"transition.facet": "existence", "pod.name": "web", "pod.containers": 2}
    lessons = with_moments(ALONE, TWO)
    assert [aside.concept.id for aside in lessons.explain(facts).asides] == ["b", "a"]
    assert lessons.explain({"transition.facet": "phase"}).asides == ()


def test_what_two_containers_have_in_common_is_told_with_the_address() -> None:
    both = pod(phase="Running", app=runs(), ip="10.244.1.7")
    spec = replace(both.spec, containers=(*both.spec.containers, Container(name="log")))
    told = explained(pod(), replace(both, spec=spec))
    said = [aside.sentence for one in told for aside in one.asides]
    assert any(text.startswith("2 containers, one IP address: 10.244.1.7.") for text in said)


def test_every_fact_of_a_moment_is_there_when_it_is_told() -> None:
    for before, after, _ in SITUATIONS.values():
        for one in explained(before, after):
            assert not [aside for aside in one.asides if "(not known)" in aside.sentence]


# ── terms ──


def lexicon() -> Catalog:
    """One concept with a pattern, and one that is there for its entries."""
    lesson = GOOD.replace('"T"', '"The Moon"')
    rows = [("OutOf*", "reason"), ("Odd", "event"), ("Even", "event"), ("Even", "reason")]
    entries = "".join(
        f'[[entries]]\nterm = "{term}"\ntext = "it is {kind} {term}."\nkind = "{kind}"\n'
        for term, kind in rows
    )
    return Catalog(
        [
            concept("a", GOOD + FACET + 'transition.reason = ["Boom", "Be*"]'),
            concept("moon", lesson + entries),
        ]
    )


@pytest.mark.parametrize(
    ("term", "found"),
    [
        pytest.param("moon", ("moon", None), id="an id"),
        pytest.param("the moon", ("moon", None), id="a title"),
        pytest.param("Odd", ("moon", "it is event Odd."), id="an entry"),
        pytest.param("odd", ("moon", "it is event Odd."), id="an entry in other letters"),
        pytest.param("OutOfcpu", ("moon", "it is reason OutOf*."), id="one of many alike"),
        pytest.param("Even", ("moon", "it is reason Even."), id="two kinds"),
        pytest.param("Boom", ("a", None), id="a pattern's reason"),
        pytest.param("boom", ("a", None), id="a pattern's reason in other letters"),
    ],
)
def test_a_term_is_found(term: str, found: tuple[str, str | None]) -> None:
    known = lexicon().found(term)
    assert known is not None
    assert (known[0].id, known[1] and known[1].text) == found


@pytest.mark.parametrize("term", ["", "Be", "Be*", "sun", "OutO", "it is odd."])
def test_other_terms_are_not(term: str) -> None:
    assert lexicon().found(term) is None


def test_all_terms_are_listed_once() -> None:
    assert lexicon().terms() == ["a", "moon", "T", "The Moon", "Even", "Odd", "OutOf*", "Boom"]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        pytest.param(
            {"transition.facet": "phase", "transition.reason": "OutOfcpu"},
            "it is reason OutOf*.",
            id="a transition's reason",
        ),
        pytest.param(
            {"notice.reason": "Even", "notice.message": "two"},
            "it is event Even. Kubernetes says: two",
            id="an Event with a message",
        ),
        pytest.param(
            {"transition.facet": "phase", "transition.reason": "Odd"},
            'podwatch has no lesson for the reason "Odd".',
            id="not an Event's reason as a transition's",
        ),
    ],
)
def test_an_entry_explains_what_no_pattern_does(facts: Facts, says: str) -> None:
    assert lexicon().explain(facts).sentence == says


def test_a_reason_of_several_concepts_has_an_entry_to_be_found_by() -> None:
    of_reason: dict[str, set[str]] = {}
    for one in CONCEPTS:
        for reason in one.reasons:
            of_reason.setdefault(reason, set()).add(one.id)
    several = {reason for reason, ids in of_reason.items() if len(ids) > 1}
    assert {reason for reason in several if entry_of(reason) is None} == set()


def entry_of(term: str) -> Entry | None:
    """The entry that a term leads to."""
    found = catalog().found(term)
    return found[1] if found else None


def test_no_term_has_two_entries_of_a_kind() -> None:
    entries = [(entry.term, entry.kind) for one in CONCEPTS for entry in one.entries]
    assert len(entries) == len(set(entries))


# ── typical situations ──


def runs() -> ContainerState:
    return ContainerState(running=Running(started_at=NOW))


def waits(reason: str = "", message: str = "") -> ContainerState:
    return ContainerState(waiting=Waiting(reason=reason, message=message))


def ended(code: int, reason: str = "", *, run: str = "run-1", message: str = "") -> ContainerState:
    return ContainerState(
        terminated=Terminated(
            exit_code=code,
            reason=reason or ("Completed" if code == 0 else "Error"),
            message=message,
            started_at=NOW - timedelta(seconds=3),
            finished_at=NOW,
            container_id=run,
        )
    )


def status(
    name: str, state: ContainerState, last: ContainerState | None = None, restarts: int = 0
) -> ContainerStatus:
    """A container's status; a state that waits belongs to the run before."""
    newest = f"run-{restarts + 1}"
    if state.terminated is not None:
        newest = state.terminated.container_id
    elif state.waiting is not None:
        newest = last.terminated.container_id if last and last.terminated else ""
    return ContainerStatus(
        name=name,
        container_id=newest,
        restart_count=restarts,
        state=state,
        last_state=last or ContainerState(),
    )


def condition(type_: str, value: str, reason: str = "", message: str = "") -> PodCondition:
    return PodCondition(type=type_, status=value, reason=reason, message=message)


WEB = OwnerReference(kind="ReplicaSet", name="web-5d9c", uid="rs-1", controller=True)
JOB = OwnerReference(kind="Job", name="report", uid="job-1", controller=True)
NODE = OwnerReference(kind="Node", name="worker", uid="node-1", controller=True)
STATEFUL = OwnerReference(kind="StatefulSet", name="db", uid="ss-1", controller=True)


def pod(
    *,
    phase: str = "Pending",
    reason: str = "",
    message: str = "",
    node: str = "worker",
    ip: str = "10.244.1.9",
    owner: OwnerReference | None = None,
    policy: str = "Always",
    conditions: dict[str, str] | None = None,
    app: ContainerState | None = None,
    last: ContainerState | None = None,
    restarts: int = 0,
    init: ContainerState | None = None,
    sidecar: ContainerState | None = None,
    debug: ContainerState | None = None,
    grace: int | None = None,
    deadline: float = 30,
    probe: bool = False,
    memory: str = "",
) -> Pod:
    """A Pod with a container `app`, and other containers if they have a state.

    `conditions` are written "True" or "False Reason message". `last` and `restarts` are those
    of every container. `grace`: its deletion is requested, `deadline` seconds from now.
    """
    return Pod(
        metadata=ObjectMeta(
            name="web-x9k2p",
            namespace="shop",
            uid="uid-1",
            deletion_timestamp=None if grace is None else NOW + timedelta(seconds=deadline),
            deletion_grace_period_seconds=grace,
            owner_references=(owner,) if owner else (),
        ),
        spec=PodSpec(
            node_name=node,
            restart_policy=policy,
            containers=(
                Container(
                    name="app",
                    image="busybox:1.36",
                    readiness_probe=Probe() if probe else None,
                    resources=Resources(limits={"memory": memory} if memory else {}),
                ),
            ),
            init_containers=(
                *((Container(name="init", image="busybox:1.36"),) if init else ()),
                *(
                    (Container(name="side", image="s:1", restart_policy="Always"),)
                    if sidecar
                    else ()
                ),
            ),
            ephemeral_containers=(Container(name="debug", image="d:1"),) if debug else (),
        ),
        status=PodStatus(
            phase=phase,
            reason=reason,
            message=message,
            pod_ip=ip,
            conditions=tuple(
                condition(type_, *text.split(" ", 2)) for type_, text in (conditions or {}).items()
            ),
            container_statuses=(status("app", app, last, restarts),) if app else (),
            init_container_statuses=(
                *((status("init", init, last, restarts),) if init else ()),
                *((status("side", sidecar, last, restarts),) if sidecar else ()),
            ),
            ephemeral_container_statuses=(status("debug", debug),) if debug else (),
        ),
    )


def event(reason: str, message: str, container: str = "") -> PodEvent:
    """An Event about the Pod, as the kubelet or the scheduler writes it."""
    kubelet = reason not in {"Scheduled", "FailedScheduling"}
    return PodEvent(
        involved_object=ObjectReference(
            kind="Pod",
            namespace="shop",
            name="web-x9k2p",
            uid="uid-1",
            field_path=f"spec.containers{{{container}}}" if container else "",
        ),
        reason=reason,
        message=message,
        type="Normal",
        source=EventSource(component="kubelet", host="worker") if kubelet else EventSource(),
        reporting_component="kubelet" if kubelet else "default-scheduler",
    )


def of(explanation: Explanation) -> str:
    """The concept's id, or `unknown`."""
    return explanation.concept.id if explanation.concept else "unknown"


def the_one(facts: Facts) -> Explanation:
    """What the catalogue says, after it was checked that it says it for certain and in full."""
    ranked = catalog().candidates(facts)
    if ranked:
        best = [row for row in ranked if row[1].specificity == ranked[0][1].specificity]
        top = {one.id for one, _ in best}
        assert len(top) == 1, f"{sorted(top)} tie"
        said = {(pattern.sentence, pattern.then) for _, pattern in best}
        assert len(said) == 1, f"{top} has two texts for one situation"
    explanation = catalog().explain(facts)
    for text in (explanation.sentence, explanation.then, explanation.who, *explanation.try_):
        assert "(not known)" not in text, text
    return explanation


def explained(before: Pod | None, after: Pod) -> list[Explanation]:
    """What is said about everything that changed, in order."""
    return [
        the_one(transition_facts(transition, before, after))
        for transition in transitions(before, after, NOW, 1.0)
    ]


RUNNING = pod(phase="Running", app=runs())
AT_WORK = {"PodScheduled": "True", "ContainersReady": "True", "Ready": "True"}
NOT_READY = "containers with unready status: [app]"

SITUATIONS: dict[str, tuple[Pod | None, Pod, list[str]]] = {
    "the scheduler chooses a node": (
        pod(node=""),
        pod(conditions={"PodScheduled": "True"}),
        ["scheduled"],
    ),
    "a Pod that came with a node": (
        pod(),
        pod(conditions={"PodScheduled": "True"}),
        ["node-given"],
    ),
    "a static Pod": (
        pod(owner=NODE),
        pod(owner=NODE, conditions={"PodScheduled": "True"}),
        ["node-given"],
    ),
    "no node fits": (
        pod(node=""),
        pod(node="", conditions={"PodScheduled": "False Unschedulable 0/3 nodes are available."}),
        ["unschedulable"],
    ),
    "a gate holds it back from the start": (
        None,
        pod(node="", conditions={"PodScheduled": "False SchedulingGated blocked"}),
        ["scheduling-gated"],
    ),
    "the kubelet's first update says what is not there yet": (
        pod(conditions={"PodScheduled": "True"}),
        pod(
            conditions={
                "PodScheduled": "True",
                "PodReadyToStartContainers": "False",
                "Initialized": "True",
                "ContainersReady": f"False ContainersNotReady {NOT_READY}",
                "Ready": f"False ContainersNotReady {NOT_READY}",
            },
            app=waits("ContainerCreating"),
        ),
        ["initialized"],
    ),
    "the sandbox is there": (
        pod(),
        pod(conditions={"PodReadyToStartContainers": "True"}),
        ["sandbox-ready"],
    ),
    "the sandbox is there without an address": (
        pod(ip=""),
        pod(ip="", conditions={"PodReadyToStartContainers": "True"}),
        ["sandbox-ready"],
    ),
    "the container starts and is ready in one update": (
        pod(app=waits("ContainerCreating")),
        pod(phase="Running", app=runs(), conditions={"ContainersReady": "True", "Ready": "True"}),
        ["container-started", "containers-ready", "ready", "running"],
    ),
    "the container starts and waits for its probe": (
        pod(probe=True),
        pod(probe=True, phase="Running", app=runs()),
        ["container-started", "running"],
    ),
    "an init container starts": (
        pod(init=waits("PodInitializing")),
        pod(init=runs()),
        ["init-container-running"],
    ),
    "an init container is done": (
        pod(init=runs()),
        pod(init=ended(0), conditions={"Initialized": "True"}),
        ["init-container-done", "initialized"],
    ),
    "an init container fails for good": (
        pod(init=runs(), policy="Never"),
        pod(init=ended(1), policy="Never", phase="Failed"),
        ["init-container-failed", "failed"],
    ),
    "an init container fails and is tried again": (
        pod(init=runs()),
        pod(init=ended(1)),
        ["init-container-failed"],
    ),
    "an init container waits in back-off": (
        pod(init=ended(1, run="run-2"), last=ended(1), restarts=1),
        pod(init=waits("CrashLoopBackOff", "back-off 10s"), last=ended(1, run="run-2"), restarts=1),
        ["crash-loop-back-off"],
    ),
    "an init container is tried again": (
        pod(init=ended(1)),
        pod(init=runs(), last=ended(1), restarts=1),
        ["restarted"],
    ),
    "an init container's image is missing": (
        pod(init=waits()),
        pod(init=waits("ErrImagePull", "not found")),
        ["err-image-pull"],
    ),
    "an init container uses too much memory": (
        pod(init=runs()),
        pod(init=ended(137, "OOMKilled")),
        ["oom-killed"],
    ),
    "the init containers have to run again": (
        pod(conditions={"Initialized": "True"}),
        pod(conditions={"Initialized": "False ContainersNotInitialized x"}),
        ["not-initialized"],
    ),
    "a sidecar starts": (pod(sidecar=waits()), pod(sidecar=runs()), ["sidecar-started"]),
    "a sidecar ends and is restarted": (
        pod(sidecar=runs(), app=runs(), phase="Running"),
        pod(sidecar=ended(0), app=runs(), phase="Running"),
        ["exited-0"],
    ),
    "a sidecar fails": (
        pod(sidecar=runs(), app=runs(), phase="Running"),
        pod(sidecar=ended(2), app=runs(), phase="Running"),
        ["exited-non-zero"],
    ),
    "a sidecar is stopped after a Job's main container": (
        pod(sidecar=runs(), app=ended(0), phase="Running", policy="Never", owner=JOB),
        pod(sidecar=ended(143), app=ended(0), phase="Running", policy="Never", owner=JOB),
        ["sidecar-ended"],
    ),
    "a sidecar and its Pod end well": (
        pod(sidecar=runs(), app=ended(0), phase="Running", policy="Never", owner=JOB),
        pod(sidecar=ended(0), app=ended(0), phase="Succeeded", policy="Never", owner=JOB),
        ["sidecar-ended", "succeeded"],
    ),
    "a server's container ends well": (
        RUNNING,
        pod(phase="Running", app=ended(0)),
        ["exited-0"],
    ),
    "a Job's container ends well": (
        pod(phase="Running", app=runs(), policy="Never", owner=JOB, conditions=AT_WORK),
        pod(
            phase="Succeeded",
            app=ended(0),
            policy="Never",
            owner=JOB,
            conditions={
                "PodScheduled": "True",
                "ContainersReady": "False PodCompleted",
                "Ready": "False PodCompleted",
            },
        ),
        ["exited-0", "containers-not-ready", "not-ready", "succeeded"],
    ),
    "a container fails for good": (
        pod(phase="Running", app=runs(), policy="Never", conditions=AT_WORK),
        pod(
            phase="Failed",
            app=ended(3),
            policy="Never",
            conditions={
                "PodScheduled": "True",
                "ContainersReady": "False PodFailed",
                "Ready": "False PodFailed",
            },
        ),
        ["exited-non-zero", "containers-not-ready", "not-ready", "failed"],
    ),
    "a Pod succeeds without having been seen running": (
        pod(policy="Never", app=waits("ContainerCreating")),
        pod(policy="Never", app=ended(0), phase="Succeeded"),
        ["container-started", "exited-0", "succeeded"],
    ),
    "a container fails for the first time": (
        RUNNING,
        pod(phase="Running", app=ended(1)),
        ["exited-non-zero"],
    ),
    "a container fails again": (
        pod(phase="Running", app=runs(), last=ended(1), restarts=1),
        pod(phase="Running", app=ended(1, run="run-2"), last=ended(1), restarts=1),
        ["exited-non-zero"],
    ),
    "a container is ended by a signal": (
        RUNNING,
        pod(phase="Running", app=ended(139)),
        ["exited-non-zero"],
    ),
    "a container is killed and nothing says why": (
        RUNNING,
        pod(phase="Running", app=ended(137)),
        ["exited-non-zero"],
    ),
    "a container waits in back-off": (
        pod(phase="Running", app=ended(1, run="run-2"), last=ended(1), restarts=1),
        pod(
            phase="Running",
            app=waits("CrashLoopBackOff", "back-off 10s restarting failed container"),
            last=ended(1, run="run-2"),
            restarts=1,
        ),
        ["crash-loop-back-off"],
    ),
    "a container is restarted": (
        pod(phase="Running", app=ended(1)),
        pod(phase="Running", app=runs(), last=ended(1), restarts=1),
        ["restarted"],
    ),
    "a restart of which only the result was seen": (
        RUNNING,
        pod(phase="Running", app=runs(), last=ended(1), restarts=1),
        ["exited-non-zero", "restarted"],
    ),
    "a run that nobody saw the end of": (
        RUNNING,
        pod(phase="Running", app=runs(), restarts=1),
        ["container-end-unseen", "restarted"],
    ),
    "a container uses more than its memory limit": (
        pod(phase="Running", app=runs(), memory="32Mi"),
        pod(phase="Running", app=ended(137, "OOMKilled"), memory="32Mi"),
        ["oom-killed"],
    ),
    "a node runs out of memory": (
        RUNNING,
        pod(phase="Running", app=ended(137, "OOMKilled")),
        ["oom-killed"],
    ),
    "memory runs out, but the main process ends well": (
        pod(phase="Running", app=runs(), policy="Never"),
        pod(phase="Succeeded", app=ended(0, "OOMKilled"), policy="Never"),
        ["oom-killed", "succeeded"],
    ),
    "the node lost the container": (
        RUNNING,
        pod(phase="Running", app=ended(137, "ContainerStatusUnknown", run="")),
        ["container-lost"],
    ),
    "the container can't be created": (
        pod(app=waits("ContainerCreating")),
        pod(app=waits("CreateContainerError", "no command specified")),
        ["start-error"],
    ),
    "a Secret is missing": (
        pod(app=waits("ContainerCreating")),
        pod(app=waits("CreateContainerConfigError", 'secret "absent" not found')),
        ["config-error"],
    ),
    "the image can't be pulled": (
        pod(app=waits("ContainerCreating")),
        pod(app=waits("ErrImagePull", "not found")),
        ["err-image-pull"],
    ),
    "the next pull has to wait": (
        pod(app=waits("ErrImagePull", "not found")),
        pod(app=waits("ImagePullBackOff", "Back-off pulling image")),
        ["image-pull-back-off"],
    ),
    "the image came at last": (
        pod(app=waits("ImagePullBackOff", "Back-off pulling image")),
        pod(app=runs(), phase="Running"),
        ["container-started", "running"],
    ),
    "the image's name is wrong": (
        pod(app=waits()),
        pod(app=waits("InvalidImageName", "couldn't parse")),
        ["invalid-image-name"],
    ),
    "the image may not be pulled": (
        pod(app=waits()),
        pod(app=waits("ErrImageNeverPull", "not present")),
        ["err-image-never-pull"],
    ),
    "a container waits again without a reason": (
        pod(phase="Running", app=ended(1)),
        pod(phase="Running", app=waits(), last=ended(1), restarts=1),
        ["waiting-again"],
    ),
    "a debug container starts": (
        pod(phase="Running", app=runs(), debug=waits()),
        pod(phase="Running", app=runs(), debug=runs()),
        ["container-started"],
    ),
    "a debug container ends": (
        pod(phase="Running", app=runs(), debug=runs()),
        pod(phase="Running", app=runs(), debug=ended(0)),
        ["exited-0"],
    ),
    "a debug container fails": (
        pod(phase="Running", app=runs(), debug=runs()),
        pod(phase="Running", app=runs(), debug=ended(130)),
        ["exited-non-zero"],
    ),
    "a debug container's image is missing": (
        pod(phase="Running", app=runs(), debug=waits()),
        pod(phase="Running", app=runs(), debug=waits("ImagePullBackOff", "Back-off")),
        ["image-pull-back-off"],
    ),
    "a readiness probe fails": (
        pod(phase="Running", app=runs(), conditions=AT_WORK),
        pod(
            phase="Running",
            app=runs(),
            conditions={
                "PodScheduled": "True",
                "ContainersReady": f"False ContainersNotReady {NOT_READY}",
                "Ready": f"False ContainersNotReady {NOT_READY}",
            },
        ),
        ["containers-not-ready", "not-ready"],
    ),
    "a readiness gate is missing": (
        pod(phase="Running", app=runs()),
        pod(
            phase="Running",
            app=runs(),
            conditions={"ContainersReady": "True", "Ready": "False ReadinessGatesNotReady x"},
        ),
        ["containers-ready", "not-ready"],
    ),
    "the node controller takes Ready away": (
        pod(phase="Running", app=runs(), conditions=AT_WORK),
        pod(phase="Running", app=runs(), conditions={**AT_WORK, "Ready": "False"}),
        ["not-ready"],
    ),
    "the sandbox is taken down at the end": (
        pod(phase="Succeeded", conditions={"PodReadyToStartContainers": "True"}),
        pod(phase="Succeeded", conditions={"PodReadyToStartContainers": "False"}),
        ["sandbox-stopped"],
    ),
    "the sandbox is lost": (
        pod(phase="Running", conditions={"PodReadyToStartContainers": "True"}),
        pod(phase="Running", conditions={"PodReadyToStartContainers": "False"}),
        ["sandbox-stopped"],
    ),
    "a Pod is set up once more": (pod(phase="Running"), pod(), ["pending-again"]),
    "a deletion is requested": (
        RUNNING,
        pod(phase="Running", app=runs(), grace=30),
        ["deletion-requested"],
    ),
    "a deletion without a grace period": (
        pod(node=""),
        pod(node="", grace=0, deadline=0),
        ["deletion-requested"],
    ),
    "a node is drained": (
        RUNNING,
        pod(
            phase="Running",
            app=runs(),
            grace=30,
            conditions={"DisruptionTarget": "True EvictionByEvictionAPI evicted"},
        ),
        ["disruption-target", "deletion-requested"],
    ),
    "a new kind of disruption": (
        RUNNING,
        pod(
            phase="Running",
            app=runs(),
            grace=30,
            conditions={"DisruptionTarget": "True BrandNewReason x"},
        ),
        ["disruption-target", "deletion-requested"],
    ),
    "a deletion is hurried": (
        pod(phase="Running", app=runs(), grace=30),
        pod(phase="Running", app=runs(), grace=5, deadline=5),
        ["deletion-shortened"],
    ),
    "a container obeys SIGTERM": (
        pod(phase="Running", app=runs(), grace=30),
        pod(phase="Succeeded", app=ended(0), grace=30),
        ["exited-0", "succeeded"],
    ),
    "a container is ended by SIGTERM": (
        pod(phase="Running", app=runs(), grace=30),
        pod(phase="Failed", app=ended(143), grace=30),
        ["stopped", "failed"],
    ),
    "a container ignores SIGTERM": (
        pod(phase="Running", app=runs(), grace=3, deadline=0),
        pod(phase="Failed", app=ended(137), grace=3, deadline=0),
        ["killed-after-grace", "failed"],
    ),
    "an init container is stopped for the deletion": (
        pod(init=runs(), grace=30),
        pod(init=ended(143), grace=30),
        ["stopped"],
    ),
    "a sidecar is stopped for the deletion": (
        pod(phase="Running", app=ended(0), sidecar=runs(), grace=30),
        pod(phase="Running", app=ended(0), sidecar=ended(0), grace=30),
        ["exited-0"],
    ),
    "the node evicts the Pod": (
        RUNNING,
        pod(phase="Failed", reason="Evicted", message="The node was low on memory.", app=runs()),
        ["evicted"],
    ),
    "the node is too full": (
        pod(),
        pod(phase="Failed", reason="OutOfcpu", message="Pod was rejected: no cpu", node="worker"),
        ["refused-by-node"],
    ),
    "the deadline is over": (
        RUNNING,
        pod(phase="Failed", reason="DeadlineExceeded", message="Pod was active", app=runs()),
        ["deadline-exceeded"],
    ),
    "the node shuts down": (
        RUNNING,
        pod(phase="Failed", reason="Terminated", message="Pod was terminated", app=runs()),
        ["node-shutdown"],
    ),
    "a critical Pod needs the place": (
        RUNNING,
        pod(phase="Failed", reason="Preempting", message="Preempted", app=runs()),
        ["preempted"],
    ),
    "a Pod so fast that Running is never seen": (
        pod(policy="Never"),
        pod(phase="Succeeded", policy="Never", app=ended(0, "Completed")),
        ["container-started", "exited-0", "succeeded"],
    ),
    "a resize has to wait": (
        pod(),
        pod(conditions={"PodResizePending": "True Deferred Node didn't have enough resource: cpu"}),
        ["resize-waits"],
    ),
    "a resize is infeasible": (
        pod(),
        pod(conditions={"PodResizePending": "True Infeasible Node didn't have enough capacity"}),
        ["resize-waits"],
    ),
    "a resize waits no longer": (
        pod(conditions={"PodResizePending": "True Deferred Node didn't have enough resource: cpu"}),
        pod(),
        ["resize-started"],
    ),
    "a resize fails": (
        pod(),
        pod(conditions={"PodResizeInProgress": "True Error the runtime said no"}),
        ["resize-waits"],
    ),
    "a static Pod's object is deleted": (
        pod(owner=NODE),
        pod(owner=NODE, grace=30),
        ["deletion-requested"],
    ),
    "the Pod fails for a new reason": (
        RUNNING,
        pod(phase="Failed", reason="BrandNewReason", message="full moon", app=runs()),
        ["failed"],
    ),
    "the Pod fails for a new reason without a message": (
        RUNNING,
        pod(phase="Failed", reason="BrandNewReason", app=runs()),
        ["failed"],
    ),
}


@pytest.mark.parametrize(
    ("before", "after", "expected"), SITUATIONS.values(), ids=SITUATIONS.keys()
)
def test_a_situation_is_explained(before: Pod | None, after: Pod, expected: list[str]) -> None:
    assert [of(one) for one in explained(before, after)] == expected


COMING_AND_GOING: dict[str, tuple[Pod, str, str, str]] = {
    "a bare Pod is created": (pod(node=""), "absent", "present", "created"),
    "a controller's Pod is created": (pod(node="", owner=WEB), "absent", "present", "created"),
    "a Pod is created with a node": (pod(), "absent", "present", "created"),
    "a static Pod appears": (pod(owner=NODE), "absent", "present", "created"),
    "a bare Pod is deleted": (pod(phase="Failed"), "present", "absent", "deleted"),
    "a controller's Pod is deleted": (
        pod(phase="Failed", owner=WEB),
        "present",
        "absent",
        "deleted",
    ),
    "a Job's Pod is deleted": (pod(phase="Succeeded", owner=JOB), "present", "absent", "deleted"),
    "a static Pod disappears": (pod(phase="Running", owner=NODE), "present", "absent", "deleted"),
    "a bare Pod is deleted by force": (pod(phase="Running"), "present", "absent", "deleted"),
    "a Pod is deleted by force": (pod(phase="Running", owner=WEB), "present", "absent", "deleted"),
    "a Pod enters the selection": (pod(), "not matching", "matching", "now-matches"),
    "a Pod leaves the selection": (pod(), "matching", "not matching", "no-longer-matches"),
    "a Pod gets out of sight": (pod(), "matching", "out of sight", "out-of-sight"),
}


@pytest.mark.parametrize(
    ("one", "before", "after", "expected"), COMING_AND_GOING.values(), ids=COMING_AND_GOING.keys()
)
def test_coming_and_going_is_explained(one: Pod, before: str, after: str, expected: str) -> None:
    transition = existence(one, Existence(before), Existence(after), NOW, 1.0)
    assert of(the_one(transition_facts(transition, None, one))) == expected


@pytest.mark.parametrize("owner", [WEB, STATEFUL], ids=["ReplicaSet", "StatefulSet"])
@pytest.mark.parametrize("before", [Existence.PRESENT, Existence.ABSENT])
def test_a_replacement_is_explained_as_inferred(owner: OwnerReference, before: Existence) -> None:
    old = pod(owner=owner, grace=30)
    new = PodRef("shop", "web-new", "uid-2")
    told = the_one(transition_facts(replacement(PodRef.of(old), new, before, NOW, 1.0), old, old))
    assert of(told) == "replaced"
    assert "infers" in told.sentence
    assert "web-new" in told.sentence
    assert "new Pod" in told.sentence
    assert "uid" in told.sentence


EVENTS = {
    "Scheduled": ("Scheduled", "Successfully assigned shop/web-x9k2p to worker", "", "scheduled"),
    "FailedScheduling": (
        "FailedScheduling",
        "0/3 nodes are available: 3 Insufficient cpu.",
        "",
        "unschedulable",
    ),
    "Pulling": ("Pulling", 'Pulling image "busybox:1.36"', "app", "image-pulling"),
    "Pulled after a pull": (
        "Pulled",
        'Successfully pulled image "busybox:1.36" in 2s',
        "app",
        "image-pulled",
    ),
    "Pulled without a pull": (
        "Pulled",
        'Container image "busybox:1.36" already present on machine and can be accessed by the pod',
        "app",
        "image-pulled",
    ),
    "Created": ("Created", "Container created", "app", "container-created"),
    "Started": ("Started", "Container started", "app", "container-started"),
    "Killing for a deletion": ("Killing", "Stopping container app", "app", "container-stopping"),
    "Killing for a probe": (
        "Killing",
        "Container app failed liveness probe, will be restarted",
        "app",
        "container-stopping",
    ),
    "FailedPostStartHook": (
        "FailedPostStartHook",
        "PostStartHook failed",
        "app",
        "post-start-failed",
    ),
    "FailedPreStopHook": ("FailedPreStopHook", "PreStopHook failed", "app", "pre-stop-failed"),
    "Evicted": ("Evicted", "The node was low on resource: memory.", "", "evicted"),
    "Preempted": ("Preempted", "Preempted by pod 1 on node worker", "", "preempted"),
    "Preempting": ("Preempting", "Preempted in order to admit critical pod", "", "preempted"),
    "DeadlineExceeded": ("DeadlineExceeded", "Pod was active", "", "deadline-exceeded"),
    "a taint": ("TaintManagerEviction", "Marking for deletion Pod shop/web", "", "taint-eviction"),
    "a taint that went away": (
        "TaintManagerEviction",
        "Cancelling deletion of Pod shop/web",
        "",
        "taint-eviction",
    ),
    "ResizeInfeasible": ("ResizeInfeasible", "Node didn't have enough", "", "resize-waits"),
    "ResizeDeferred": ("ResizeDeferred", "Node didn't have enough resource", "", "resize-waits"),
    "BackOff of a container": (
        "BackOff",
        "Back-off restarting failed container app in pod web-x9k2p_shop(uid-1)",
        "app",
        "crash-loop-back-off",
    ),
    "BackOff of a pull": (
        "BackOff",
        'Back-off pulling image "busybox:9": ErrImagePull: not found',
        "app",
        "image-pull-back-off",
    ),
    "Failed to pull": (
        "Failed",
        'Failed to pull image "busybox:9": not found',
        "app",
        "err-image-pull",
    ),
    "Failed with ErrImagePull": ("Failed", "Error: ErrImagePull", "app", "err-image-pull"),
    "Failed with ImagePullBackOff": (
        "Failed",
        "Error: ImagePullBackOff",
        "app",
        "image-pull-back-off",
    ),
    "Failed with ErrImageNeverPull": (
        "Failed",
        "Error: ErrImageNeverPull",
        "app",
        "err-image-never-pull",
    ),
    "Failed for a missing Secret": (
        "Failed",
        'Error: secret "absent" not found',
        "app",
        "config-error",
    ),
    "Failed to start": ("Failed", "Error: failed to create containerd task", "app", "start-error"),
    "InspectFailed": ("InspectFailed", "invalid reference format", "app", "invalid-image-name"),
    "Unhealthy, a probe that could not be run": (
        "Unhealthy",
        "Readiness probe errored and resulted in unknown state: no exec",
        "app",
        "probe-failed",
    ),
    "Unhealthy, readiness": ("Unhealthy", "Readiness probe failed: refused", "app", "probe-failed"),
    "Unhealthy, liveness": ("Unhealthy", "Liveness probe failed: refused", "app", "probe-failed"),
    "Unhealthy, startup": ("Unhealthy", "Startup probe failed: refused", "app", "probe-failed"),
    "FailedMount": ("FailedMount", 'secret "absent" not found', "", "failed-mount"),
    "FailedCreatePodSandBox": ("FailedCreatePodSandBox", "no network", "", "sandbox-failed"),
    "SandboxChanged": ("SandboxChanged", "Pod sandbox changed", "", "sandbox-changed"),
}


@pytest.mark.parametrize("known", [RUNNING, None], ids=["the Pod is known", "the Pod is not"])
@pytest.mark.parametrize(
    ("reason", "message", "container", "expected"), EVENTS.values(), ids=EVENTS.keys()
)
def test_an_event_is_explained(
    reason: str, message: str, container: str, expected: str, known: Pod | None
) -> None:
    facts = event_facts(event(reason, message, container), known)
    assert of(the_one(facts)) == expected


def test_an_image_that_was_there_was_not_pulled() -> None:
    facts = event_facts(event("Pulled", 'Container image "busybox:1.36" already present'), None)
    assert "already on the node" in catalog().explain(facts).sentence


def test_a_command_that_does_not_exist_is_a_start_error() -> None:
    after = pod(app=ended(128, "StartError", message="exec: not found"))
    told = explained(pod(app=waits("ContainerCreating")), after)[-1]
    assert of(told) == "start-error"
    assert "exec: not found" in told.sentence


def test_a_failed_run_in_back_off_says_how_long_the_kubelet_waits() -> None:
    before, after, _ = SITUATIONS["a container fails again"]
    (told,) = explained(before, after)
    assert "2nd run" in told.sentence
    assert "waits up to about 10 s" in told.sentence


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
    values = ("True", "False", "Pending", "Running", "Succeeded", "Failed")
    for before, after, reason in itertools.product(values, values, _named("transition.reason")):
        told: Facts = {"transition.before": before, "transition.after": after, **reason}
        for owner in _named("pod.owner_kind"):
            yield told | owner | {"transition.facet": "phase"}
        for subject in _named("transition.subject"):
            yield told | subject | {"transition.facet": "condition", "pod.had_node": True}


def _named(name: str) -> list[dict[str, Fact]]:
    """Every value of a fact that a pattern names, and its absence."""
    values = {
        value
        for one in CONCEPTS
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


# ── what is said, where more than one thing could be ──

REFUSED = "Readiness probe failed: refused"
DAEMON = OwnerReference(kind="DaemonSet", name="agent", uid="agent", controller=True)
NEVER_RAN = ContainerState(terminated=Terminated(exit_code=137, reason="ContainerStatusUnknown"))
SAYS: dict[str, tuple[Pod, Pod, str, str]] = {
    "a deleted container that never ran": (
        pod(app=waits("ImagePullBackOff"), grace=30),
        pod(phase="Failed", app=NEVER_RAN, grace=30),
        "container-lost",
        "the container never ran",
    ),
    "a Pod that ends before anything ran": (
        pod(app=waits("ImagePullBackOff"), grace=30),
        pod(phase="Failed", app=NEVER_RAN, grace=30),
        "failed",
        "or some never ran",
    ),
    "ready once more while it is deleted": (
        pod(phase="Running", conditions={"Ready": "False"}, app=runs(), grace=30),
        pod(phase="Running", conditions={"Ready": "True"}, app=runs(), grace=30),
        "ready",
        "Services send it no new traffic",
    ),
    "an OOM kill of a debug container": (
        pod(phase="Running", app=runs(), debug=runs()),
        pod(phase="Running", app=runs(), debug=ended(137, "OOMKilled")),
        "oom-killed",
        "the kernel killed a process",
    ),
    "a node's own Pod when the node is silent": (
        pod(phase="Running", conditions={"Ready": "True"}, owner=DAEMON),
        pod(phase="Running", conditions={"Ready": "False"}, owner=DAEMON),
        "not-ready",
        "the Pod's Ready went to False without a reason",
    ),
    "a node that is gone": (
        pod(phase="Running", app=runs(), conditions={"DisruptionTarget": "True DeletionByPodGC x"}),
        pod(phase="Failed", app=runs(), conditions={"DisruptionTarget": "True DeletionByPodGC x"}),
        "failed",
        "the Pod garbage collector marked it Failed",
    ),
    "a sidecar that ends with its Pod": (
        pod(phase="Running", app=runs(), sidecar=runs()),
        pod(phase="Failed", app=ended(137), sidecar=ended(0)),
        "sidecar-ended",
        "the Pod ends, so its sidecar was stopped too",
    ),
    "an image that would run as root": (
        pod(app=waits("ContainerCreating")),
        pod(app=waits("CreateContainerConfigError", "container has runAsNonRoot and image x")),
        "config-error",
        "would run as root",
    ),
}
NEXT = {
    "a deleted container that never ran": "not started any more",
    "an OOM kill of a debug container": "no restart.",
    "a node's own Pod when the node is silent": "is not deleted",
}


@pytest.mark.parametrize("name", SAYS)
def test_what_is_said_fits_the_moment(name: str) -> None:
    before, after, id_, says = SAYS[name]
    told = {
        made.concept.id: made
        for transition in transitions(before, after, NOW, 1.0)
        if (made := catalog().explain(transition_facts(transition, before, after))).concept
    }
    assert says in told[id_].sentence
    assert NEXT.get(name, "") in told[id_].then


@pytest.mark.parametrize(
    ("ready", "says", "then"),
    [
        ("True", "failed (Readiness probe failed: refused).", "after several failures in a row"),
        ("False", "the Pod gets no traffic", "ready, once the probe succeeds"),
    ],
)
def test_a_probe_that_fails_once_takes_no_traffic_away(ready: str, says: str, then: str) -> None:
    one = pod(phase="Running", app=runs(), conditions={"Ready": ready})
    about = ObjectReference(kind="Pod", name="web", uid=one.metadata.uid)
    made = catalog().explain(
        event_facts(PodEvent(involved_object=about, reason="Unhealthy", message=REFUSED), one)
    )
    assert says in made.sentence
    assert then in made.then


def test_a_pod_that_was_created_out_of_sight_was_scheduled_all_the_same() -> None:
    one = pod()
    made = existence(one, Existence.ABSENT, Existence.PRESENT, NOW, 1.0, inferred=True)
    said = catalog().explain(transition_facts(made, None, one)).sentence
    assert said == "it was created while podwatch could not watch, and is on node worker by now."
