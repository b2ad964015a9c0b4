"""JSON lines: every object has every field that is documented for its kind."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from msgspec.structs import replace

from podwatch.core.concepts import Catalog
from podwatch.core.concepts import catalog as real_catalog
from podwatch.core.finding_parts import FindingPart
from podwatch.core.session import Session
from podwatch.core.stream import Scope, StreamItem, Tick
from podwatch.renderers.json_schema import (
    LINES,
    AnswersLine,
    CheckedLine,
    ExerciseLine,
    ExplainedLine,
    FindingLine,
    LearnerLine,
    Line,
    OverviewLine,
    WorkloadLine,
)
from podwatch.renderers.jsonl import JsonLines
from podwatch.scenarios import scenario
from podwatch.sources.recording import read
from tests.build import (
    EVENTS,
    ONE_POD,
    PODS,
    REPLICA_SET,
    added,
    catalog_of,
    condition,
    connected,
    deleted,
    ended,
    event,
    gap,
    in_phase,
    lesson,
    listed,
    modified,
    opened,
    owned_by,
    pod,
    running,
    status,
    synced,
    unreadable,
    up,
    waiting,
)

NEW = pod()
CATALOG = catalog_of(
    ended=lesson(
        "ended",
        'transition.facet = "container"\ntransition.after = "terminated"',
        sentence="it ended with {container.exit_code}.",
        then="another start.",
    ),
    pulled=lesson("pulled", 'notice.reason = "Pulled"', sentence="the image is on {pod.node}."),
)


def written(*items: StreamItem, catalog: Catalog = CATALOG) -> list[dict[str, Any]]:
    chunks: list[bytes] = []
    renderer = JsonLines(chunks.append, lambda: None)
    session = Session(catalog)
    for item in items:
        renderer.show(session.feed(item))
    assert all(chunk.endswith(b"\n") and chunk.count(b"\n") == 1 for chunk in chunks)
    return [json.loads(chunk) for chunk in chunks]


def of_kind(kind: str, *items: StreamItem) -> list[dict[str, Any]]:
    return [one for one in written(*items) if one["kind"] == kind]


EVERYTHING: tuple[StreamItem, ...] = (
    opened(PODS, EVENTS),
    connected(0, "live"),
    listed(pod(status(running(), "A"), phase="Running", node="worker", version="41")),
    synced(clock_skew=-0.25),
    synced(scope=EVENTS),
    modified(pod(status(ended("A", 3)), phase="Running", node="worker", version="42"), 2.5),
    added(event("Pulled", pod(), container="app", count=2, seen=2), 3),
    added(event("Sneezed", pod(), message="Atchoo", type_="Warning", seen=3), 3),
    unreadable(4),
    gap(dropped=2),
    Tick(t=13),
)


def test_an_ended_run_from_the_list_to_the_silence_after_it() -> None:
    golden = Path(__file__).parent / "golden" / "ended-run.jsonl"
    assert written(*EVERYTHING) == [*map(json.loads, golden.read_text("utf-8").splitlines())]


PRINTED = (
    *(ExplainedLine, WorkloadLine, OverviewLine, FindingLine),
    *(LearnerLine, AnswersLine, ExerciseLine, CheckedLine),
)
"""What only `explain`, `class` and `exercise` write: not what is watched."""


def test_the_example_above_has_every_kind() -> None:
    kinds = [line.__struct_config__.tag for line in LINES if line not in PRINTED]
    assert {one["kind"] for one in written(*EVERYTHING)} == set(kinds)


@pytest.mark.parametrize("line", LINES, ids=lambda line: str(line.__struct_config__.tag))
def test_no_field_is_left_out_even_if_it_is_empty(line: type[Line]) -> None:
    for one in of_kind(str(line.__struct_config__.tag), *EVERYTHING):
        assert one.keys() == {"kind", *line.__struct_encode_fields__}


def test_what_a_finding_s_line_shares_with_a_finding_has_the_same_types() -> None:
    of_a_finding = get_type_hints(FindingPart)
    of_its_line = get_type_hints(FindingLine)
    assert of_a_finding.keys() - of_its_line.keys() == {"waits_for", "until"}
    shared = of_a_finding.keys() & of_its_line.keys()
    assert {name: of_its_line[name] for name in shared} == {
        name: of_a_finding[name] for name in shared
    }


class TestATransition:
    def of(self, *items: StreamItem) -> dict[str, Any]:
        *_, last = of_kind("transition", opened(), synced(), *items)
        return last

    def test_without_a_value_before_has_null(self) -> None:
        one = self.of(added(NEW), modified(pod(conditions=[condition("PodScheduled")])))
        assert (one["before"], one["after"], one["subject"]) == (None, "True", "PodScheduled")

    def test_without_a_value_after_has_null(self) -> None:
        resizing = pod(conditions=[condition("PodResizePending", "True", "Deferred")])
        one = self.of(added(resizing), modified(NEW))
        assert (one["before"], one["after"], one["reason"]) == ("True", None, "")

    def test_that_no_concept_explains_has_null(self) -> None:
        one = self.of(added(NEW))
        assert (one["concept"], one["docs"], one["exitCode"]) == (None, "", None)

    def test_that_is_proved_only_says_so(self) -> None:
        found = of_kind(
            "transition", opened(), synced(), added(NEW), modified(pod(status(ended("A", 0))))
        )
        assert [(one["after"], one["inferred"]) for one in found] == [
            ("present", False),
            ("running", True),
            ("terminated", False),
        ]

    def test_to_a_replacement_names_the_new_pod(self) -> None:
        old, new = (pod(name=name, owner=owned_by("ReplicaSet", "web")) for name in ("a", "b"))
        one = self.of(added(old), deleted(old), added(new, 4))
        assert (one["name"], one["facet"], one["after"], one["subject"]) == (
            "a",
            "existence",
            "replaced",
            "b",
        )


class TestABeat:
    def of(self, name: str) -> list[dict[str, Any]]:
        """The lines about a recording, to its end."""
        chunks: list[bytes] = []
        renderer, session = JsonLines(chunks.append, lambda: None), Session(real_catalog())
        for item in read(scenario(name).recording):
            renderer.show(session.feed(item))
        renderer.show(session.end())
        return [json.loads(chunk) for chunk in chunks]

    def test_names_the_lines_that_it_is_made_of_and_each_line_is_in_one(self) -> None:
        found = self.of("overview")
        parts = [one["number"] for one in found if one["kind"] in {"transition", "notice"}]
        silences = [one["number"] for one in found if one["kind"] == "silence"]
        named = [number for one in found if one["kind"] == "beat" for number in one["parts"]]
        assert sorted(named) == sorted(parts + silences)
        assert len(set(named)) == len(named)

    def test_names_the_beat_that_caused_it(self) -> None:
        beats = [one for one in self.of("graceful-end") if one["kind"] == "beat"]
        (asked,) = {one["number"] for one in beats if one["beat"] == "deletion"}
        assert {one["because"] for one in beats if one["beat"] == "ended"} == {asked}

    def test_that_happens_again_has_the_number_that_it_had(self) -> None:
        beats = [one for one in self.of("crash-loop") if one["kind"] == "beat"]
        ends = [one for one in beats if one["beat"] == "ended"]
        assert len({one["number"] for one in ends}) == 1
        assert ends[-1]["times"] == 3
        assert ends[-1]["since"] < ends[-1]["at"]


def test_a_pod_of_a_later_list_was_not_there_before_the_watch() -> None:
    (one,) = of_kind("pod", opened(), synced(), gap(), listed(up(), 9))
    assert one["initial"] is False


def test_one_pod_that_is_not_there_is_awaited() -> None:
    (one,) = of_kind("synced", opened(ONE_POD), synced(scope=ONE_POD))
    assert one["awaited"] == "default/web"


def test_an_event_without_a_time_has_null() -> None:
    timeless = replace(event("Pulled", NEW), last_timestamp=None)
    (one,) = of_kind("notice", opened(), synced(scope=EVENTS), added(timeless))
    assert one["seen"] is None


def test_an_event_about_a_workload_names_it() -> None:
    quota = event("FailedCreate", REPLICA_SET, type_="Warning")
    (one,) = of_kind("notice", opened(), synced(scope=EVENTS), added(quota))
    assert (one["about"], one["name"], one["uid"]) == ("ReplicaSet/web-5d9c", "web-5d9c", "rs")


def test_every_time_is_rfc_3339_in_utc() -> None:
    times = [
        one[key]
        for one in written(*EVERYTHING)
        for key in ("at", "seen", "since", "until")
        if one.get(key) is not None
    ]
    assert len(times) == 22
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", time) for time in times)


def test_hostile_text_stays_on_its_line_and_arrives_as_it_was() -> None:
    evil = '\x1b[2J\r\n{"kind":"pod"}\u2028\u202e'
    one = pod(
        status(waiting(evil, evil), name=evil),
        name=evil,
        conditions=[condition(evil, evil, evil, evil)],
    )
    found = written(
        opened(),
        synced(scope=Scope("Pod", evil)),
        synced(),
        added(one),
        modified(in_phase(one, evil, evil, evil)),
        added(event(evil, one, message=evil, container=evil)),
        unreadable(5, evil, evil),
    )
    assert {line["kind"] for line in found} == {
        "synced",
        "pod",
        "transition",
        "notice",
        "beat",
        "unreadable",
    }
    (failed,) = (line for line in found if line.get("facet") == "phase")
    assert (failed["after"], failed["reason"], failed["message"]) == (evil, evil, evil)


def test_nothing_that_is_written_acts_on_a_terminal() -> None:
    evil = "\x1b[2J\x7f\x9b2J\u202e\u2066\u200b\u2028 größer 東京"
    raw: list[bytes] = []
    renderer, session = JsonLines(raw.append, lambda: None), Session(CATALOG)
    failed = unreadable(5, "a/b", evil)
    renderer.show(session.feed(failed))
    shown = b"".join(raw).decode()
    assert "größer 東京" in shown
    assert {char for char in shown if unicodedata.category(char) in {"Cc", "Cf", "Zl"}} == {"\n"}
    assert json.loads(shown)["error"] == evil
