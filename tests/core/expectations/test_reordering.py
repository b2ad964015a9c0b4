"""A verdict hangs on no order of streams: each of them keeps its own, and none waits for another.

Words that only an Event shows are not among these: Events are best effort, and one that comes after
the verdict changes none.
"""

import re
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podwatch.core.expectations import Expectations, Outcome
from podwatch.core.stream import Opened, RecordedItem
from podwatch.scenarios import names
from podwatch.sources.recording import read
from tests.core.expectations.reordering import LATEST, MARGIN, delayed, said, scopes_of, shifted
from tests.core.expectations.test_recordings import (
    CERTAIN,
    MET,
    WORKLOADS,
    asked,
    items_of,
    targets,
    verdict_of,
    wanted,
)
from tests.kind import verdicts

Case = tuple[str, Expectations]
"""A recording's name, and what is expected of it."""

JUDGED = verdicts.recorded()
"""Workloads with the recordings that came of judging them on a cluster."""


@cache
def recorded(name: str) -> list[RecordedItem]:
    return list(read(verdicts.FOLDER / f"{name}.jsonl")) if name in JUDGED else items_of(name)


def judged_so(name: str) -> Expectations:
    opened = recorded(name)[0]
    assert isinstance(opened, Opened)
    return verdicts.expectations(verdicts.workload(name).claim, opened.scopes[0].namespace)


@cache
def cases_of(name: str) -> list[Expectations]:
    """What is expected of a recording: what its tests do, and the usual of everything in it."""
    if name in JUDGED:
        return [judged_so(name)]
    usual = [
        wanted(target, *words, timeout=60.0, stable=stable)
        for target in targets(recorded(name))
        for words in ((), ("gone",))
        for stable in ((0.0, 3.0) if not words else (0.0,))
    ]
    tested = [
        asked(name, case[1], *([case[2]] if case[2] else []))
        for case in (*CERTAIN, *MET)
        if case[0] == name
    ]
    return [what for what in (*usual, *tested) if not hangs_on_a_span(recorded(name), what)]


def hangs_on_a_span(items: Sequence[RecordedItem], what: Expectations) -> bool:
    """Whether a delay could carry something across a deadline, or the end of a grace."""
    came = {said(verdict_of(items, one, ticking=False)) for one in spans(what)}
    return len(came) > 1


def spans(what: Expectations) -> list[Expectations]:
    return [shifted(what, by) for by in (-MARGIN, 0.0, MARGIN)]


ALL = sorted({*names(), *(path.stem for path in WORKLOADS.glob("*.jsonl")), *JUDGED})


@cache
def cases() -> list[Case]:
    return [(name, what) for name in ALL for what in cases_of(name)]


@pytest.mark.parametrize("name", ALL)
def test_a_stream_that_is_late_changes_neither_exit_code_nor_cause(name: str) -> None:
    items = recorded(name)
    for what in cases_of(name):
        expected = said(verdict_of(items, what, ticking=False))
        for scope in scopes_of(items):
            late = delayed(items, {scope: [LATEST]})
            assert said(verdict_of(late, what, ticking=False)) == expected, (scope, what)


@given(st.data())
def test_streams_that_are_now_and_then_late_change_neither(data: st.DataObject) -> None:
    name, what = data.draw(st.sampled_from(cases()))
    items = recorded(name)
    delays = st.lists(st.floats(0.0, LATEST), min_size=1, max_size=8)
    late = {scope: data.draw(delays, label=str(scope)) for scope in scopes_of(items)}
    again = verdict_of(delayed(items, late), what, ticking=False)
    assert said(again) == said(verdict_of(items, what, ticking=False)), (name, what)


@pytest.mark.parametrize("name", JUDGED)
def test_a_workload_that_was_judged_on_a_cluster_gets_its_right_verdict(name: str) -> None:
    claim = verdicts.workload(name).claim
    verdict = verdict_of(recorded(name), judged_so(name), ticking=True)
    outcome = {0: Outcome.MET, 1: Outcome.VIOLATED, 4: Outcome.TIMED_OUT}[claim.exits]
    assert verdict.outcome is outcome, verdict.sentence
    assert re.search(claim.says, verdict.sentence, re.IGNORECASE)


def test_most_verdicts_hang_on_no_span() -> None:
    assert len(cases()) > 2 * len(ALL)


def test_each_scope_keeps_its_order() -> None:
    items = recorded("overview")
    late = {scope: [0.0, LATEST, 0.2] for scope in scopes_of(items)}
    moved = delayed(items, late)
    assert [one.t for one in moved] == sorted(one.t for one in moved)
    assert [type(one) for one in moved] != [type(one) for one in items]
    for scope in scopes_of(items):
        before = [type(one) for one in items if getattr(one, "scope", None) == scope]
        assert [type(one) for one in moved if getattr(one, "scope", None) == scope] == before
