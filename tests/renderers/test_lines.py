"""Plain lines: the whole text, as it stands in a log."""

from datetime import datetime, timedelta, timezone

import pytest

from podwatch.core.board import Update
from podwatch.core.concepts import Catalog
from podwatch.core.concepts import catalog as real_catalog
from podwatch.core.kube import Pod
from podwatch.core.session import Session
from podwatch.core.stream import Connection, Scope, StreamItem, Tick
from podwatch.core.text import time_of_day
from podwatch.core.timeline import TimelineEntry
from podwatch.renderers.jsonl import JsonLines
from podwatch.renderers.lines import Lines, summary
from tests.build import (
    EVENTS,
    NO_IMAGE,
    ONE_POD,
    PODS,
    REPLICA_SET,
    SELECTED,
    START,
    added,
    being_deleted,
    catalog_of,
    condition,
    connected,
    deleted,
    ended,
    event,
    fed,
    fetched,
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
    watching,
)
from tests.cases import cases

NEW = pod()
CATALOG = catalog_of(
    created=lesson(
        "created",
        'transition.facet = "existence"\ntransition.after = "present"',
        sentence="the API server stored it.",
    ),
    started=lesson(
        "started",
        'transition.facet = "container"\ntransition.after = "running"',
        sentence="the kubelet on {pod.node} started {container.image}.",
        then="ready.",
    ),
    pulled=lesson("pulled", 'notice.reason = "Pulled"', sentence="it is here."),
)
REAL = real_catalog()
UNKNOWN = "podwatch has no lesson for this transition."


def told(*items: StreamItem, catalog: Catalog = REAL) -> list[str]:
    """What is written about the beats of these items, after a first list of nothing."""
    return written(watching(catalog=catalog), *items, unfolded=False)


def lines(*items: StreamItem, catalog: Catalog = CATALOG, scope: Scope = PODS) -> list[str]:
    """What is written about these items, after a first list of nothing."""
    return written(watching(scope=scope, catalog=catalog), *items)


def first_lines(*items: StreamItem, scope: Scope = PODS) -> list[str]:
    """What is written about these items at the very beginning."""
    return written(fed([opened(scope, EVENTS)], CATALOG), *items)


def written(session: Session, *items: StreamItem, unfolded: bool = True) -> list[str]:
    texts: list[str] = []
    renderer = Lines(texts.append, lambda: None, START.tzinfo, unfolded=unfolded)
    for item in items:
        renderer.show(session.feed(item))
    renderer.show(session.end())
    renderer.close()
    assert all(text.endswith("\n") and text.count("\n") == 1 for text in texts)
    return [text.removesuffix("\n") for text in texts]


class TestATransition:
    def test_has_the_page_the_first_time(self) -> None:
        first, second = lines(added(pod(name="a"), 1), added(pod(name="b"), 2))
        assert first == (
            "10:00:01 default/a created: the API server stored it. (kubernetes.io/docs/created/)"
        )
        assert second == "10:00:02 default/b created: the API server stored it."

    def test_of_a_container_says_what_comes_next(self) -> None:
        one = pod(status(running(), "A"), node="worker")
        (line,) = lines(added(pod(node="worker")), modified(one))[1:]
        assert line == (
            "10:00:02 default/web app waiting → running: the kubelet on worker started "
            "busybox:1.36. Next: ready. (kubernetes.io/docs/started/)"
        )

    def test_that_was_not_seen_itself_is_inferred(self) -> None:
        one = pod(status(ended("A", 0)), node="worker")
        assert lines(added(pod(node="worker")), modified(one))[1:] == [
            "10:00:02 default/web app waiting → running (inferred): the kubelet on worker started "
            "busybox:1.36. Next: ready. (kubernetes.io/docs/started/)",
            "10:00:02 default/web app running → terminated: "
            'podwatch has no lesson for the reason "Completed".',
        ]

    @cases(
        "before after text",
        {
            "a condition": (
                NEW,
                pod(conditions=[condition("PodScheduled")]),
                f"PodScheduled True: {UNKNOWN}",
            ),
            "a condition that changes": (
                pod(conditions=[condition("Ready")]),
                pod(conditions=[condition("Ready", "False")]),
                f"Ready True → False: {UNKNOWN}",
            ),
            "a condition that goes": (
                pod(conditions=[condition("PodResizePending")]),
                NEW,
                f"PodResizePending True → gone: {UNKNOWN}",
            ),
            "a condition with another reason": (
                pod(conditions=[condition("PodScheduled", "False", "SchedulingGated")]),
                pod(conditions=[condition("PodScheduled", "False", "Unschedulable", "0/1")]),
                "PodScheduled False (SchedulingGated) → False (Unschedulable): "
                'podwatch has no lesson for the reason "Unschedulable". Kubernetes says: 0/1',
            ),
            "the phase": (NEW, in_phase(NEW, "Running"), f"phase Pending → Running: {UNKNOWN}"),
            "another reason to wait": (
                pod(status(waiting("ErrImagePull"))),
                pod(status(waiting("ImagePullBackOff"))),
                "app waiting (ErrImagePull) → waiting (ImagePullBackOff): "
                'podwatch has no lesson for the reason "ImagePullBackOff".',
            ),
            "a deletion": (NEW, being_deleted(NEW), f"deletion requested: {UNKNOWN}"),
            "a shorter grace period": (
                being_deleted(NEW, 30, 30),
                being_deleted(NEW, 5, 1),
                f"grace period shortened: {UNKNOWN}",
            ),
        },
    )
    def test_names_what_changed(self, before: Pod, after: Pod, text: str) -> None:
        *_, line = lines(added(before), modified(after))
        assert line == f"10:00:02 default/web {text}"

    def test_of_a_pod_that_goes(self) -> None:
        assert lines(added(NEW), deleted(NEW))[-1] == f"10:00:03 default/web deleted: {UNKNOWN}"

    @pytest.mark.parametrize(
        ("uid", "words"),
        [("web-uid", "no longer matches"), ("", "deleted"), (None, "out of sight")],
        ids=["still there", "not there", "not known"],
    )
    def test_of_a_pod_that_leaves_the_selection(self, uid: str | None, words: str) -> None:
        *_, line = lines(
            added(NEW, scope=SELECTED),
            fetched(NEW, uid),
            deleted(NEW, scope=SELECTED),
            scope=SELECTED,
        )
        assert line == f"10:00:03 default/web {words}: {UNKNOWN}"

    def test_of_a_pod_that_enters_the_selection(self) -> None:
        assert lines(added(up(), scope=SELECTED), scope=SELECTED) == [
            f"10:00:01 default/web now matches: {UNKNOWN}"
        ]

    def test_of_a_pod_that_is_replaced(self) -> None:
        old, new = (pod(name=name, owner=owned_by("ReplicaSet", "web")) for name in ("a", "b"))
        assert lines(added(old), deleted(old), added(new, 4))[-1] == (
            f"10:00:04 default/a replaced by b (inferred): {UNKNOWN}"
        )


class TestAnEvent:
    def test_names_its_reason(self) -> None:
        *_, line = lines(added(NEW), added(event("Pulled", NEW, container="app"), 2))
        assert line == (
            "10:00:02 default/web app event Pulled: it is here. (kubernetes.io/docs/pulled/)"
        )

    def test_about_a_workload_names_it_with_its_kind(self) -> None:
        (line,) = lines(added(event("Sneezed", REPLICA_SET, type_="Warning")))
        assert line.startswith("10:00:01 default/ReplicaSet/web-5d9c event Sneezed: ")

    def test_says_how_often_it_happened(self) -> None:
        *_, line = lines(added(NEW), added(event("Sneezed", NEW, count=3, message="Atchoo"), 2))
        assert line == (
            "10:00:02 default/web event Sneezed, 3 times: podwatch has no lesson for the Event "
            'reason "Sneezed". Kubernetes says: Atchoo'
        )


class TestABeat:
    def test_is_one_line_with_what_belongs_to_it(self) -> None:
        here = pod(status(running(), "A"), node="worker", phase="Running")
        started = added(event("Started", here, container="app"), 1.5)
        assert told(added(pod(node="worker")), modified(here), started)[-1] == (
            "10:00:02 default/web app running: the kubelet started it from image busybox:1.36. "
            "(kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-state-running)"
        )

    @cases(
        "before after text",
        {
            "a condition that is met": (
                pod(conditions=[condition("Ready", "False")]),
                pod(conditions=[condition("Ready")]),
                "Ready: ",
            ),
            "one that is not": (
                NEW,
                pod(conditions=[condition("PodScheduled", "False", "Unschedulable", "0/1")]),
                "PodScheduled False (Unschedulable): ",
            ),
            "a reason to wait": (
                pod(status(waiting("ContainerCreating"))),
                pod(status(waiting("ErrImagePull"))),
                "app ErrImagePull: ",
            ),
            "an end": (
                pod(status(running(), "A")),
                pod(status(ended("A", 3))),
                "app terminated: ",
            ),
            "an end with a reason": (
                pod(status(running(), "A")),
                pod(status(ended("A", 137, "OOMKilled"))),
                "app OOMKilled: ",
            ),
            "the phase": (
                pod(node="worker"),
                in_phase(pod(node="worker"), "Failed", "Evicted", "low"),
                "phase Pending → Failed: ",
            ),
            "a deletion": (up(), being_deleted(up()), "deletion requested: "),
        },
    )
    def test_begins_with_what_people_search_for(self, before: Pod, after: Pod, text: str) -> None:
        found = told(added(before), modified(after))
        assert any(line.startswith(f"10:00:02 default/web {text}") for line in found), found

    def test_that_happens_again_says_how_often(self) -> None:
        said = "Readiness probe failed: 503"
        seen = [
            event(
                "Unhealthy", up(), container="app", message=said, count=n, seen=n, type_="Warning"
            )
            for n in (1, 4, 14)
        ]
        *_, line = told(added(up()), *(added(one, one.times) for one in seen))
        assert line == "10:00:14 default/web app event Unhealthy, 14th time: the same again."

    def test_that_an_event_has_told_is_not_told_again_by_the_state_that_follows(self) -> None:
        said = f'Failed to pull image "web:2": {NO_IMAGE}'
        failed = event("Failed", NEW, container="app", message=said, type_="Warning")
        late = modified(pod(status(waiting("ErrImagePull", NO_IMAGE))), 9)
        found = told(added(NEW), added(failed, 2), late)
        assert ["pull" in line for line in found[1:]].count(True) == 1

    def test_that_nobody_waits_for_is_no_line(self) -> None:
        there = event("Pulled", NEW, container="app", message="already present on machine")
        assert len(told(added(NEW), added(there, 2), Tick(t=5))) == len(told(added(NEW)))

    def test_that_has_waited_has_no_earlier_time_than_the_line_before(self) -> None:
        pulling = event("Pulling", NEW, container="app", message='Pulling image "busybox:1.36"')
        other = added(pod(name="other"), 3.1)
        found = told(added(NEW), added(pulling, 2), other, Tick(t=4))
        assert [line[:8] for line in found] == sorted(line[:8] for line in found)
        assert "event Pulling" in found[-1]

    def test_says_what_comes_next_once_for_several_pods(self) -> None:
        found = told(added(NEW), added(pod(name="other"), 2))
        assert ["Next: the scheduler picks a node." in line for line in found[::2]] == [True, False]

    def test_of_no_lesson_has_its_own_words(self) -> None:
        *_, line = told(added(NEW), added(event("Sneezed", NEW, message="Atchoo"), 2))
        assert line.startswith("10:00:02 default/web event Sneezed: podwatch has no lesson")


WANTS_GPU = [condition("PodScheduled", "False", "Unschedulable", "0/1 nodes are available: 1 x.")]


def unscheduled(number: int, t: float = 1.0) -> StreamItem:
    return added(pod(name=f"job-{number}", conditions=WANTS_GPU), t)


class TestManyPods:
    def test_after_three_of_them_the_others_are_told_together(self) -> None:
        found = told(*(unscheduled(n, 1 + n / 9000) for n in range(3000)), Tick(t=2.9))
        assert [line for line in found if "PodScheduled" in line] == [
            one for one in found if any(f"/job-{number} Pod" in one for number in range(3))
        ]
        assert [line for line in found if "more Pod" in line][-1] == (
            "10:00:01 2,997 more Pods like default/job-2999: Unschedulable: 1 node: x"
        )

    def test_a_single_one_more_is_told_like_the_others(self) -> None:
        found = told(*(unscheduled(number, 1 + number / 10) for number in range(4)))
        assert "default/job-3 PodScheduled False" in found[-1]

    def test_that_come_one_by_one_are_told_all_the_same_when_the_stream_ends(self) -> None:
        found = told(*(unscheduled(number, 1 + number / 10) for number in range(5)))
        assert "2 more Pods like default/job-4" in found[-1]

    def test_of_a_long_burst_are_counted_meanwhile(self) -> None:
        found = told(*(unscheduled(number, 1 + number) for number in range(40)))
        counts = [line.partition(" more")[0] for line in found if "more Pod" in line]
        assert len(counts) > 3


class TestAList:
    def test_first_sight_is_no_transition(self) -> None:
        assert first_lines(listed(up()), synced()) == [
            "10:00:00 default/web was already there: phase Running, STATUS Running, 1/1 ready, "
            "0 restarts",
            "10:00:00 · namespace default: 1 Pod there; watching",
        ]

    def test_of_a_selection(self) -> None:
        assert first_lines(synced(scope=SELECTED), scope=SELECTED) == [
            "10:00:00 · namespace default: 0 Pods selected; watching"
        ]

    def test_of_all_namespaces(self) -> None:
        everywhere = Scope("Pod")
        assert first_lines(listed(up(), scope=everywhere), synced(scope=everywhere))[-1] == (
            "10:00:00 · all namespaces: 1 Pod there; watching"
        )

    def test_of_one_pod_that_is_not_there(self) -> None:
        assert first_lines(synced(scope=ONE_POD), scope=ONE_POD) == [
            "10:00:00 · default/web does not exist yet: waiting for it"
        ]

    def test_after_a_gap(self) -> None:
        assert lines(added(NEW), gap(), listed(up("b"), 9), synced(9))[1:] == [
            "10:00:09 ! between 10:00:05 and 10:00:09 something may have been missed "
            "in namespace default (too old resource version)",
            "10:00:09 default/b created (inferred): the API server stored it.",
            f"10:00:09 default/b PodScheduled True (inferred): {UNKNOWN}",
            "10:00:09 default/b app waiting → running (inferred): the kubelet on worker started "
            "busybox:1.36. Next: ready. (kubernetes.io/docs/started/)",
            f"10:00:09 default/b phase Pending → Running (inferred): {UNKNOWN}",
            f"10:00:09 default/b Ready True (inferred): {UNKNOWN}",
            "10:00:09 · namespace default: listed again, now 2 Pods there; watching",
        ]

    def test_a_gap_says_what_was_thrown_away(self) -> None:
        assert lines(gap(dropped=7)) == [
            "10:00:09 ! between 10:00:05 and 10:00:09 something may have been missed "
            "in namespace default (too old resource version, 7 changes dropped)"
        ]

    def test_a_gap_of_events_is_not_worth_a_line(self) -> None:
        assert lines(gap(scope=EVENTS)) == []


OTHER = Scope("Pod", "other")
HERE = Scope("Namespace", "default")


def connection(state: str, scope: Scope = PODS, cause: str = "refused", t: float = 1) -> Connection:
    return connected(t, state, cause, scope)


class TestTheConnection:
    def test_that_is_made_is_not_worth_a_line(self) -> None:
        assert lines(connection("listing"), connection("live")) == []

    def test_that_is_lost_and_made_again(self) -> None:
        assert lines(
            connection("live"),
            connection("reconnecting"),
            connection("listing", t=2),
            connection("live", t=3),
        ) == ["10:00:01 ~ connection lost, reconnecting: refused", "10:00:03 ~ connected again"]

    def test_that_is_lost_is_told_once(self) -> None:
        assert lines(
            connection("live"),
            connection("reconnecting"),
            connection("listing"),
            connection("reconnecting"),
        ) == ["10:00:01 ~ connection lost, reconnecting: refused"]

    def test_that_was_never_made_is_not_called_lost(self) -> None:
        assert lines(connection("reconnecting"), connection("live", t=2)) == [
            "10:00:01 ~ no connection yet: refused",
            "10:00:02 ~ connected",
        ]

    def test_that_is_lost_again_is_told_again(self) -> None:
        lost, back = connection("reconnecting"), connection("live")
        assert len(lines(lost, back, lost, back)) == 4

    def test_of_several_namespaces_is_one_until_all_are_back(self) -> None:
        assert lines(
            connection("live"),
            connection("live", OTHER),
            connection("reconnecting"),
            connection("reconnecting", OTHER),
            connection("live", OTHER, t=2),
            connection("live", t=3),
        ) == ["10:00:01 ~ connection lost, reconnecting: refused", "10:00:03 ~ connected again"]

    def test_of_the_events_that_is_lost_is_not_worth_a_line(self) -> None:
        assert lines(connection("reconnecting", EVENTS), connection("live", EVENTS)) == []

    @pytest.mark.parametrize("scope", [PODS, EVENTS], ids=["Pods", "Events"])
    def test_that_is_refused(self, scope: Scope) -> None:
        assert lines(connection("forbidden", scope, "no permission to list")) == [
            "10:00:01 ~ not allowed: no permission to list"
        ]

    def test_to_a_namespace_that_is_missing(self) -> None:
        cause = 'there is no namespace "default" (yet)'
        assert lines(connection("missing", HERE, cause)) == [f"10:00:01 ~ {cause}"]

    def test_in_a_state_that_nobody_knows_is_not_worth_a_line(self) -> None:
        assert lines(connection("meditating")) == []


class TestHostileText:
    EVIL = "\x1b[2J\r\nfake line\u202e"
    SHOWN = "␛[2J␍⏎fake line\\u202e"

    def test_of_a_message_stays_on_its_line(self) -> None:
        *_, line = lines(added(NEW), modified(in_phase(NEW, "Failed", self.EVIL, self.EVIL)))
        assert line == (
            "10:00:02 default/web phase Pending → Failed: podwatch has no lesson for the reason "
            f'"{self.SHOWN}". Kubernetes says: {self.SHOWN}'
        )

    def test_of_any_name_stays_on_its_line(self) -> None:
        evil = self.EVIL
        one = pod(
            status(waiting(evil), name=evil),
            name=evil,
            phase=evil,
            conditions=[condition(evil, evil, evil)],
        )
        found = lines(
            added(one),
            added(event(evil, one, container=evil, message=evil)),
            connection("reconnecting", cause=evil),
            connection("forbidden", Scope("Event", evil), cause=evil),
            connection("missing", cause=evil),
            unreadable(1, evil, evil),
            synced(scope=Scope("Pod", evil)),
        )
        assert len(found) == 10
        assert all(line.isprintable() for line in found)

    def test_of_a_pod_that_was_there_stays_on_its_line(self) -> None:
        (line,) = first_lines(listed(in_phase(pod(name=self.EVIL), self.EVIL)))
        assert line == (
            f"10:00:00 default/{self.SHOWN} was already there: phase {self.SHOWN}, "
            f"STATUS {self.SHOWN}, 0/1 ready, 0 restarts"
        )


def test_what_could_not_be_read_is_named() -> None:
    assert lines(unreadable()) == [
        "10:00:01 ! Pod default/odd could not be read and is left out: Expected `str`"
    ]


def test_times_are_those_of_the_zone() -> None:
    texts: list[str] = []
    renderer = Lines(texts.append, lambda: None, timezone(timedelta(hours=-5)))
    renderer.show(fed([opened()]).feed(synced()))
    assert texts[0].startswith("05:00:00 ")


@pytest.mark.parametrize("kind", [Lines, JsonLines])
def test_what_is_written_is_handed_over_once(kind: type[Lines | JsonLines]) -> None:
    flushes: list[str] = []
    renderer = kind(len, lambda: flushes.append("flush"))
    session = Session(CATALOG)
    renderer.frame()
    assert flushes == []
    renderer.show(session.feed(synced()))
    renderer.frame()
    renderer.frame()
    assert flushes == ["flush"]
    renderer.show(session.feed(added(pod())))
    renderer.close()
    renderer.close()
    assert flushes == ["flush"] * 2


def test_news_that_nobody_has_to_read_writes_nothing() -> None:
    texts: list[str] = []
    renderer = Lines(texts.append, lambda: None)
    quiet: tuple[TimelineEntry, ...] = (opened(),)
    renderer.show(Update(quiet))
    assert texts == []


def test_the_summary_counts() -> None:
    news = (added(NEW), added(up("b")), added(event("Pulled", NEW)), gap(), Tick(t=75))
    assert summary(fed([opened(), synced(), *news]).board) == (
        "watched 1 min 15 s: 6 transitions, 1 event, 1 gap; 2 Pods there (1 ready, 1 waiting)"
    )


@pytest.mark.parametrize(
    ("at", "hours"), [("0001-01-01T03:00:00Z", -5), ("9999-12-31T23:00:00Z", 9)], ids=str
)
def test_a_time_that_no_zone_has_is_said_as_it_is(at: str, hours: int) -> None:
    time = datetime.fromisoformat(at)
    assert time_of_day(time, timezone(timedelta(hours=hours))) == f"{time:%H:%M:%S}"


def test_what_a_still_pod_waits_for_is_said_with_a_countdown() -> None:
    crashed = pod(
        status(ended("A", finished=1), restarts=2), node="worker", phase="Running", name="api"
    )
    said = lines(listed(crashed), Tick(t=11))[-1]
    assert said.startswith("10:00:10 default/api no change for 10 s: Container app ends again")
    assert "exit code 1" in said
    assert " Next start in 11 s or later. To fix it: " in said


def test_a_lesson_is_brought_up_once_on_a_line_of_its_own() -> None:
    moment = (
        '[demonstrates]\ntransition.facet = "existence"\ntransition.after = "present"\n'
        'sentence = "{pod.name} is new."'
    )
    lesson_ = lesson("here", 'transition.facet = "existence"') + moment
    told = lines(added(pod(), 1), added(pod(name="b"), 2), catalog=catalog_of(here=lesson_))
    assert [line for line in told if "*" in line] == [
        "10:00:01 default/web * here: web is new. (podwatch explain here)"
    ]
