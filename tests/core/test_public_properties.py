"""Whatever a program gives to `diagnose` is refused in the documented way, or diagnosed."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from podwatch import Diagnosis, Undiagnosable, diagnose
from podwatch.core.kube import Pod
from podwatch.core.kube.pod_spec import Volume
from podwatch.core.present.states import ROLES
from tests.build import at, node
from tests.core.test_public import PULLS, SELECTS, WARNING, as_dict
from tests.strategies import arbitrary_pods

_HOLE = re.compile(r"\(not known\)|\bNone\b|\{[a-z_]+\.[a-z_]+\}")


def assert_plain(diagnosis: Diagnosis) -> None:
    """Texts of one line, without holes, in which all can be printed."""
    assert diagnosis.findings
    for one in diagnosis.findings:
        assert one.role in ROLES
        assert one.sentence
        for text in (one.fact, one.sentence, one.who, one.cure, one.waits_for, *one.tries):
            assert text.isprintable(), text
            assert _HOLE.search(text) is None, text
    assert diagnosis.as_dict()["state"] == diagnosis.state


TIMES = st.none() | st.datetimes(timezones=st.sampled_from([UTC, timezone.max, timezone.min]))


@given(arbitrary_pods(), st.lists(arbitrary_pods(), max_size=2), TIMES)
def test_whatever_a_pod_holds_something_plain_is_said(
    one: Pod, others: Sequence[Pod], now: datetime | None
) -> None:
    try:
        diagnosis = diagnose(one, pods=others, now=now)
    except Undiagnosable:
        assert not one.metadata.uid
        return
    assert_plain(diagnosis)


WHOLE = as_dict(
    replace(
        PULLS,
        spec=replace(SELECTS.spec, node_name="", volumes=(Volume(name="a"),)),
        metadata=replace(PULLS.metadata, creation_timestamp=at(0), deletion_timestamp=at(30)),
    )
)
ODD: st.SearchStrategy[object] = st.sampled_from(
    [None, 0, -1, 2**70, 1.5, float("nan"), True, "", "\x1b[2J", "ü\n", "9999-12-31T23:59:59Z"]
) | st.sampled_from([[], {}, [None], [{}], {"a": None}, [[]], {"": ""}, b"\xff"])


def paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to all parts of JSON's values."""
    parts = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(way for key, one in parts for way in paths(one, (*path, key)))]


def mutated(value: Any, path: tuple[Any, ...], odd: object) -> Any:
    """The values with something odd at a place."""
    if not path:
        return odd
    copy = value.copy()
    copy[path[0]] = mutated(copy[path[0]], path[1:], odd)
    return copy


@given(
    st.sampled_from(paths(WHOLE)),
    ODD,
    st.sampled_from(paths(as_dict(WARNING))),
    ODD,
    st.sampled_from(paths(as_dict(node("worker", labels={"a": "b"})))),
    ODD,
)
def test_whatever_is_odd_is_either_refused_or_diagnosed(
    path: Any, odd: object, of_event: Any, odd_event: object, of_node: Any, odd_node: object
) -> None:
    nodes = [mutated(as_dict(node("worker", labels={"a": "b"})), of_node, odd_node)]
    events = [mutated(as_dict(WARNING), of_event, odd_event)]
    for more in ({}, {"events": events}, {"nodes": nodes}):
        try:
            diagnosis = diagnose(mutated(WHOLE, path, odd), now=at(60), **more)
        except Undiagnosable:
            continue
        assert_plain(diagnosis)
