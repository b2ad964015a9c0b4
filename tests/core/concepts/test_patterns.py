"""Patterns over facts: what they match, which is more specific, and what a table says."""

import pytest

from podwatch.core.concepts.patterns import Fact, Facts, FactTest, Pattern, parsed


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
