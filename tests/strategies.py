"""Pods as no cluster makes them, for properties that hold for all."""

from collections.abc import Sequence
from datetime import UTC
from typing import TypeVar

from hypothesis import strategies as st
from msgspec.structs import replace

from podwatch.core.kube import Container, ContainerState, ContainerStatus, OwnerReference, Pod
from podwatch.core.kube.container_spec import ExitCodes, RestartRule
from podwatch.core.kube.meta import Annotations, ObjectMeta
from podwatch.core.kube.pod_spec import PodSpec, ReadinessGate
from podwatch.core.kube.pod_status import PodStatus
from tests.build import condition, ended, pod, running, status, waiting

T = TypeVar("T")

_WORDS = (
    "Pending Running Succeeded Failed Completed Error OOMKilled CrashLoopBackOff PodInitializing "
    "NodeLost SchedulingGated Ready"
)
_TEXTS = st.sampled_from(["", *_WORDS.split(), "\x1b[2J", "ü\n"]) | st.text(max_size=3)
_NAMES = st.sampled_from(["", "app", "proxy", "prepare"])
_NUMBERS = st.sampled_from([0, 1, 137]) | st.integers(-5, 300) | st.integers(-(2**31), 2**31 - 1)
_RUNS = st.sampled_from(["", "A", "B", "C"])
_TIMES = st.none() | st.floats(-1e9, 1e9)


def _at_once(
    waits: ContainerState, runs: ContainerState, ends: ContainerState, signal: int
) -> ContainerState:
    """A container that is in all states, and ended by a signal."""
    assert ends.terminated is not None
    signalled = replace(ends.terminated, signal=signal)
    return replace(waits, running=runs.running, terminated=signalled)


def _ends(runs: st.SearchStrategy[str] = _RUNS) -> st.SearchStrategy[ContainerState]:
    return st.builds(ended, runs, _NUMBERS, _TEXTS, began=_TIMES, finished=_TIMES, message=_TEXTS)


_STATES = st.one_of(
    st.just(ContainerState()),
    st.builds(waiting, _TEXTS, _TEXTS),
    st.just(running()),
    _ends(),
    st.builds(_at_once, st.builds(waiting, _TEXTS), st.just(running()), _ends(), _NUMBERS),
)


def _statuses(names: st.SearchStrategy[str] = _NAMES) -> st.SearchStrategy[ContainerStatus]:
    return st.builds(
        status,
        _STATES,
        _RUNS,
        name=names,
        restarts=st.integers(-1, 4) | _NUMBERS,
        last=st.none() | _ends(),
        ready=st.booleans(),
        started=st.none() | st.booleans(),
    )


_CONTAINERS = st.builds(
    Container,
    name=_NAMES,
    image=_TEXTS,
    restart_policy=st.sampled_from(["", "Always", "OnFailure", "Never", "Whenever"]),
    restart_policy_rules=st.lists(
        st.builds(
            RestartRule,
            action=st.sampled_from(["Restart", "RestartAllContainers", ""]),
            exit_codes=st.none()
            | st.builds(ExitCodes, operator=st.sampled_from(["In", "NotIn"]), values=st.just((1,))),
        ),
        max_size=1,
    ).map(tuple),
)
_CONDITIONS = st.builds(
    condition,
    st.sampled_from(
        ["", "PodScheduled", "Initialized", "Ready", "DisruptionTarget", "example.com/Fed"]
    ),
    st.sampled_from(["", "True", "False", "Unknown", "Perhaps"]),
    _TEXTS,
    _TEXTS,
)
_OWNERS = st.builds(
    OwnerReference,
    kind=st.sampled_from(["", "ReplicaSet", "StatefulSet", "Job", "Node"]),
    name=st.sampled_from(["", "web-5d9c", "web-77af"]),
    uid=st.sampled_from(["", "1", "2"]),
    controller=st.booleans(),
)


def _few(some: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(some, max_size=3).map(tuple)


def arbitrary_pods() -> st.SearchStrategy[Pod]:
    """Pods with unknown strings, missing parts and things that don't fit each other."""
    times = st.none() | st.datetimes(timezones=st.just(UTC))
    return st.builds(
        Pod,
        metadata=st.builds(
            ObjectMeta,
            name=_NAMES,
            namespace=st.sampled_from(["", "default"]),
            uid=st.sampled_from(["", "1", "2", "3"]),
            labels=st.sampled_from([{}, {"pod-template-hash": "5d9c"}]),
            annotations=st.sampled_from([Annotations(), Annotations(config_mirror="hash")]),
            owner_references=_few(_OWNERS),
            deletion_timestamp=times,
            deletion_grace_period_seconds=st.none() | st.integers(-1, 60),
            creation_timestamp=times,
        ),
        spec=st.builds(
            PodSpec,
            node_name=_TEXTS,
            restart_policy=_TEXTS,
            containers=_few(_CONTAINERS),
            init_containers=_few(_CONTAINERS),
            ephemeral_containers=_few(_CONTAINERS),
            readiness_gates=_few(st.builds(ReadinessGate, condition_type=_TEXTS)),
        ),
        status=st.builds(
            PodStatus,
            phase=_TEXTS,
            reason=_TEXTS,
            message=_TEXTS,
            conditions=_few(_CONDITIONS),
            container_statuses=_few(_statuses()),
            init_container_statuses=_few(_statuses()),
            ephemeral_container_statuses=_few(_statuses()),
        ),
    )


def container_chains() -> st.SearchStrategy[Sequence[Pod]]:
    """Versions of one Pod with one container that may do anything from one to the next."""
    one = _statuses(st.just("app")).map(pod)
    return st.lists(one, min_size=1, max_size=6)


def lives() -> st.SearchStrategy[Sequence[Pod]]:
    """Versions of one Pod as a container that restarts makes them, some of them missed."""
    return st.lists(st.integers(0, 2), min_size=1, max_size=9).map(_life)


def _life(skips: Sequence[int]) -> list[Pod]:
    versions: list[ContainerStatus] = [status(waiting("ContainerCreating"))]
    last: ContainerState | None = None
    for number in range(sum(skips) // 3 + 1):
        run = f"run-{number}"
        versions.append(status(running(), run, restarts=number, last=last))
        end = ended(run, number)
        versions.append(status(end, run, restarts=number, last=last))
        last = end
        versions.append(status(waiting("CrashLoopBackOff"), run, restarts=number, last=last))
    seen, at_ = [], 0
    for skip in skips:
        at_ += skip
        if at_ < len(versions):
            seen.append(replace(pod(versions[at_]), metadata=ObjectMeta(name="web", uid="1")))
            at_ += 1
    return seen or [pod(versions[0])]
