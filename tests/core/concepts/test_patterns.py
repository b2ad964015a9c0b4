"""Patterns over facts: what they match, which is more specific, and what a table says."""

import pytest

from podwatch.core.concepts.loader import concept_files, concept_of
from podwatch.core.concepts.patterns import (
    FACT,
    Fact,
    Facts,
    FactTest,
    Pattern,
    filled,
    fitted,
    parsed,
    places,
)
from tests.cases import cases


def pattern(*tests: tuple[str, tuple[Fact, ...], bool]) -> Pattern:
    """A pattern of (fact, values, negated)."""
    return Pattern(tuple(FactTest(*test) for test in tests))


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
    assert pattern(test).matches(facts) is expected


def test_all_tests_of_a_pattern_have_to_hold() -> None:
    both = pattern(("pod.phase", ("Failed",), False), ("pod.deleting", (True,), False))
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
        pattern(("pod.name", ("a",), True)),
        pattern(("pod.name", ("a*", "b"), False)),
        pattern(("pod.name", ("a*",), False)),
        pattern(("pod.name", ("a",), False)),
        pattern(("pod.name", ("a",), True), ("pod.node", ("n",), True)),
    ]
    assert [one.specificity for one in ranks] == sorted({one.specificity for one in ranks})


# ── facts that fit ──

NODE = "ip-10-0-12-34.eu-central-1.compute.internal-of-some-cloud"


@cases(
    "text says",
    {
        "a name that fits is whole": ("on {pod.node}", f"on {NODE}"),
        "a long one is shortened in its middle": (
            "not ready: node {pod.node} stopped reporting",
            "not ready: node ip-10-0-12-34.eu-…f-some-cloud stopped reporting",
        ),
        "the longest one first": (
            "{container.name} of {pod.name} on {pod.node}: exit {container.exit_code}",
            "app of web-0 on ip-10-0-12-34.eu-centr…l-of-some-cloud: exit 137",
        ),
        "what was fitted before stays": (
            "{transition.reason}: {transition.short}, {pod.node}",
            "ErrImagePull: docker.io has no image web:1.36, ip-10-0-1…e-cloud",
        ),
        "and is shortened before a reason is": (
            "CreateContainerConfigError of {transition.reason}: {transition.short}",
            "CreateContainerConfigError of ErrImagePull: docker.io…web:1.36",
        ),
    },
)
def test_a_fact_fits_and_keeps_its_term_and_numbers(text: str, says: str) -> None:
    facts: Facts = {
        "pod.node": NODE,
        "pod.name": "web-0",
        "container.name": "app",
        "container.exit_code": 137,
        "transition.reason": "ErrImagePull",
        "transition.short": "docker.io has no image web:1.36",
    }
    assert fitted(text, facts) == says
    assert len(says) <= FACT


NAMES = {
    *("container.image", "container.next_init", "node.taint", "notice.image", "object.name"),
    *("owner.deployment", "pod.claims", "pod.closed_gates", "pod.finalizers", "pod.gates"),
    *("pod.node", "pod.nominated", "pod.owner", "pod.resize_restarts", "replacement.name"),
}
"""The facts that are called as people call their things: up to 253 characters."""


def test_every_fact_fits_whatever_things_are_called() -> None:
    concepts = [concept_of(id_) for id_ in concept_files()]
    told = {one.fact for one in concepts} | {when.fact for one in concepts for when in one.when}
    with_names = [text for text in told if NAMES & {*places(text)}]
    assert len(with_names) > 20
    for text in with_names:
        facts: Facts = dict.fromkeys(places(text), "7")
        names: Facts = dict.fromkeys(NAMES & {*places(text)}, "long-" * 50 + "end")
        said = fitted(text, facts | names)
        assert len(said) <= FACT
        assert said.count("…") == len(names)
        around = filled(text, facts | dict.fromkeys(names, "\0"))
        assert all(part in said for part in around.split("\0")), said
