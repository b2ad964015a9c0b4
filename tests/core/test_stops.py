"""Why a run of a container was stopped from outside."""

import pytest
from msgspec.structs import replace

from podwatch.core.concepts import catalog
from podwatch.core.concepts.facts import event_facts, state_facts, transition_facts
from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import ContainerState, Pod, PodEvent
from podwatch.core.session import Session
from podwatch.core.states import Facet, container_state
from podwatch.core.stops import STOPS_KEPT, Stop, stop, stopped_for, with_stop
from podwatch.core.stream import StreamItem
from podwatch.core.timeline import ExplainedEvent, ExplainedTransition
from podwatch.core.transitions import transitions
from tests.build import (
    added,
    at,
    being_deleted,
    condition,
    ended,
    event,
    feed,
    listed,
    modified,
    opened,
    pod,
    running,
    status,
    synced,
    up,
    waiting,
)

LIVENESS = "Container app failed liveness probe, will be restarted"


def killing(
    message: str = LIVENESS, seen: float = 14, container: str = "app", count: int = 1
) -> PodEvent:
    return event("Killing", up(), message=message, container=container, seen=seen, count=count)


def why(said: PodEvent, end: ContainerState, about: Pod | None = None) -> str:
    """Why the run of the container app was stopped."""
    told = stop(said)
    assert end.terminated is not None
    return stopped_for(about or up(), "app", end.terminated, (told,) if told else ())


@pytest.mark.parametrize(
    ("message", "stopped"),
    [
        (LIVENESS, "liveness-probe"),
        ("Container app failed startup probe", "startup-probe"),
        ("Container app definition changed, will be restarted", "definition-changed"),
        ("Container app resize requires restart", "resize"),
        ("FailedPostStartHook", "post-start-hook"),
        ("Stopping container app", ""),
    ],
)
def test_the_message_of_an_event_says_why(message: str, stopped: str) -> None:
    assert why(killing(message), ended("A", 143, began=10, finished=14)) == stopped


@pytest.mark.parametrize(
    ("began", "finished", "stopped"),
    [(10, 14, "liveness-probe"), (15, 20, ""), (2, 13, "")],
    ids=["in the run", "before it", "after it"],
)
def test_an_event_is_about_the_run_that_it_falls_into(
    began: float, finished: float, stopped: str
) -> None:
    assert why(killing(), ended("A", 143, began=began, finished=finished)) == stopped


@pytest.mark.parametrize(
    ("count", "stopped"),
    [(4, "liveness-probe"), (3, "")],
    ids=["each run was stopped, the present one too", "the present run, and not each before it"],
)
def test_an_event_that_is_repeated_is_about_all_runs_if_it_is_so_often(
    count: int, stopped: str
) -> None:
    """Its time is the last one, here that of the present run, which is being stopped."""
    before = ended("C", 0, began=10, finished=14)
    about = pod(status(running(since=20), "D", restarts=3, last=before))
    assert why(killing(seen=22, count=count), before, about) == stopped


def test_an_event_that_comes_late_says_nothing_of_the_newest_run() -> None:
    newest = ended("B", 0, began=20, finished=24)
    about = pod(status(newest, restarts=1, last=ended("A", 0, began=10, finished=14)))
    assert why(killing(seen=14), newest, about) == ""
    assert why(killing(seen=24, count=2), newest, about) == "liveness-probe"


def test_an_event_about_another_container_says_nothing() -> None:
    assert why(killing(container="side"), ended("A", 143, began=10, finished=14)) == ""


def test_an_eviction_stops_all_containers() -> None:
    evicted = event("Evicted", up(), message="The node was low on resource: memory.", seen=12)
    assert why(evicted, ended("A", 0, began=10, finished=14)) == "eviction"


def test_memory_that_ran_out_is_the_nearer_cause() -> None:
    assert why(killing(), ended("A", 137, "OOMKilled", began=10, finished=14)) == ""


def with_reason(reason: str, *, disrupted: float | None = None, begun: float = 0) -> Pod:
    conditions = [] if disrupted is None else [condition("DisruptionTarget", since=disrupted)]
    one = pod(phase="Failed", reason=reason, conditions=conditions)
    return replace(
        one,
        spec=replace(one.spec, active_deadline_seconds=10),
        status=replace(one.status, start_time=at(begun)),
    )


class TestThePodsOwnReason:
    @pytest.mark.parametrize(("finished", "stopped"), [(10, "deadline"), (5, "")])
    def test_a_deadline_stops_what_ends_after_it(self, finished: float, stopped: str) -> None:
        one = ended("A", 0, began=0, finished=finished)
        assert why(killing("Stopping container app"), one, with_reason("DeadlineExceeded")) == (
            stopped
        )

    @pytest.mark.parametrize(("finished", "stopped"), [(10, "node-shutdown"), (5, "")])
    def test_a_disruption_stops_what_ends_after_it(self, finished: float, stopped: str) -> None:
        one = ended("A", 0, began=0, finished=finished)
        about = with_reason("Terminated", disrupted=8)
        assert why(killing("Stopping container app"), one, about) == stopped

    @pytest.mark.parametrize(("code", "stopped"), [(137, "eviction"), (1, "")])
    def test_without_a_time_only_a_signal_shows_that_it_was_stopped(
        self, code: int, stopped: str
    ) -> None:
        one = ended("A", code, began=0, finished=10)
        assert why(killing("Stopping container app"), one, with_reason("Evicted")) == stopped

    def test_a_reason_that_is_left_over_stops_nothing(self) -> None:
        left_over = pod(phase="Running", reason="Terminated")
        one = ended("A", 143, began=0, finished=10)
        assert why(killing("Stopping container app"), one, left_over) == ""


def test_of_each_container_the_newest_is_kept_and_of_all_only_some() -> None:
    known: tuple[Stop, ...] = ()
    for number in range(2 * STOPS_KEPT):
        for seen in (number, number + 1):
            one = stop(killing(seen=seen, container=f"c{number}"))
            assert one is not None
            known = with_stop(known, one)
    assert [one.container for one in known] == [f"c{n}" for n in range(STOPS_KEPT, 2 * STOPS_KEPT)]
    assert known[-1].at == at(2 * STOPS_KEPT)


# ── in a session ──

RUNNING = pod(
    status(running(10), "A", ready=True), phase="Running", conditions=[condition("Ready")]
)
RESTARTED = pod(
    status(running(15), "B", restarts=1, last=ended("A", 143, began=10, finished=14)),
    phase="Running",
    conditions=[condition("Ready")],
)
SAID = event("Killing", RUNNING, message=LIVENESS, container="app", seen=14)


def explained(*items: StreamItem) -> list[Facts]:
    """The facts of what is told after the watch began."""
    start = (opened(), listed(RUNNING), synced())
    return [
        one.explanation.facts
        for one in feed(Session(catalog()), *start, *items)
        if isinstance(one, ExplainedTransition | ExplainedEvent)
    ]


def test_an_event_that_comes_first_explains_the_end_of_a_ready_pod() -> None:
    _, end, start = explained(added(SAID, 1), modified(RESTARTED, 2))
    assert end["container.stopped_for"] == "liveness-probe"
    assert start["container.stopped_for"] == "liveness-probe"


def test_an_event_that_comes_later_says_itself_what_it_explains() -> None:
    end, _, said = explained(modified(RESTARTED, 1), added(SAID, 2))
    assert "container.stopped_for" not in end
    assert said["notice.of_past_run"] is True
    assert said["container.exit_code"] == 143


def test_an_event_about_the_run_that_is_still_there_explains_no_end() -> None:
    assert "notice.of_past_run" not in event_facts(SAID, RUNNING)


def test_the_outlook_of_a_run_that_is_stopped_for_a_new_definition_is_a_start() -> None:
    before = pod(status(running(10), "A"), phase="Running", restart_policy="Never")
    after = pod(
        status(ended("A", 143, began=10, finished=14)), phase="Running", restart_policy="Never"
    )
    told = stop(killing("Container app definition changed, will be restarted"))
    assert told is not None
    (change,) = transitions(before, after, at(1), 1)
    facts = transition_facts(change, before, after, stops=(told,))
    assert facts["container.outlook"] == "restarts-at-once"
    assert transition_facts(change, before, after)["container.outlook"] == "ended"


@pytest.mark.parametrize(
    ("previous", "outlook"),
    [(4, "restarts-at-once"), (20, "backs-off")],
    ids=["long after the end before", "soon after it"],
)
def test_a_probe_lets_the_pause_count_from_the_end_before(previous: float, outlook: str) -> None:
    last = ended("A", 143, began=0, finished=previous)
    before = pod(status(running(5), "B", restarts=1, last=last), phase="Running")
    after = pod(
        status(ended("B", 143, began=5, finished=24), restarts=1, last=last), phase="Running"
    )
    told = stop(killing(seen=24))
    assert told is not None
    (change,) = transitions(before, after, at(1), 1)
    facts = transition_facts(change, before, after, stops=(told,))
    assert facts["container.outlook"] == outlook


def test_an_end_that_only_its_pause_proves_says_that_and_how_long_it_is() -> None:
    last = ended("A", 137, began=5, finished=24)
    before = pod(status(running(5), "A", restarts=5), phase="Running")
    pause = waiting("CrashLoopBackOff", "back-off 1m20s restarting failed container=app pod=web")
    after = pod(status(pause, "A", restarts=5, last=last), phase="Running")
    told = stop(killing(seen=24))
    assert told is not None
    change, *_ = transitions(before, after, at(1), 1)
    assert change.inferred
    facts = transition_facts(change, before, after, stops=(told,))
    assert (facts["container.outlook"], facts["container.back_off"]) == ("backs-off", "80 s")


# ── the deletion ──


@pytest.mark.parametrize(
    ("finished", "outlook"), [(-1, "ended"), (0, "pod-ends")], ids=["before", "after"]
)
def test_only_what_ends_after_the_deletion_is_ended_by_it(finished: float, outlook: str) -> None:
    before = pod(status(running(-9), "A"), phase="Running")
    one = pod(status(ended("A", 137, began=-9, finished=finished)), phase="Running")
    (*_, change) = transitions(before, being_deleted(one), at(1), 1)
    facts = transition_facts(change, before, being_deleted(one))
    assert facts["container.outlook"] == outlook
    assert facts["container.killed_after_grace"] is False


@pytest.mark.parametrize(("finished", "killed"), [(29, True), (5, False)])
def test_after_the_kubelets_own_last_delete_the_specs_grace_counts(
    finished: float, killed: bool
) -> None:
    one = pod(status(ended("A", 137, began=-9, finished=finished)), phase="Failed")
    one = replace(one, spec=replace(one.spec, termination_grace_period_seconds=30))
    held = being_deleted(one, deadline=0, grace=0)
    before = being_deleted(pod(status(running(-9), "A"), phase="Running"))
    (change, *_) = transitions(before, held, at(1), 1)
    assert transition_facts(change, before, held)["container.killed_after_grace"] is killed


# ── runs that are over ──


def test_the_log_of_a_run_that_another_one_has_followed_is_the_previous_one() -> None:
    before = pod(status(running(), "A"), phase="Running", node="worker")
    end, *_ = transitions(before, RESTARTED, at(1), 1)
    told = catalog().explain(transition_facts(end, before, RESTARTED))
    assert "kubectl logs web -n default -c app --previous" in told.try_


def test_the_log_of_the_newest_run_is_no_previous_one() -> None:
    before = pod(status(running(), "A"), phase="Running")
    after = pod(status(ended("A", 3, began=10, finished=14)), phase="Running")
    (end,) = transitions(before, after, at(1), 1)
    told = catalog().explain(transition_facts(end, before, after))
    assert "kubectl logs web -n default -c app" in told.try_


def in_a_crash_loop(end: ContainerState, now: float | None = None) -> str:
    """What is said of a container that waits after that end, 20 s by the kubelet's word."""
    message = "back-off 20s restarting failed container=app pod=web_default(web-uid)"
    one = pod(
        status(waiting("CrashLoopBackOff", message), "A", restarts=2, last=end), phase="Running"
    )
    state = container_state(one.status.container_statuses[0])
    clock = None if now is None else at(now)
    return catalog().explain(state_facts(one, Facet.CONTAINER, "app", state, now=clock)).sentence


def test_a_crash_loop_says_how_the_last_run_ended_and_what_it_left() -> None:
    said = in_a_crash_loop(ended("A", 3, began=0, finished=4, message="starting\nno config"))
    assert said.startswith("CrashLoopBackOff: ")
    assert "exit code 3" in said
    assert 'the message "no config"' in said


def test_a_crash_loop_of_what_cannot_start_names_the_cause() -> None:
    cause = 'OCI runtime create failed: exec: "/go-runner": stat /go-runner: no such file'
    said = in_a_crash_loop(ended("A", 128, "StartError", message=f"{cause} or directory: unknown"))
    assert "/go-runner" in said


@pytest.mark.parametrize(
    ("now", "word"), [(10, "20 s after that"), (24, "the pause of 20 s is over")]
)
def test_a_pause_that_is_over_is_not_waited_for(now: float, word: str) -> None:
    assert word in in_a_crash_loop(ended("A", 3, began=0, finished=4), now)
