"""Pods with one cause are one group; no Pod is lost, and the order does not depend on theirs."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from podwatch.core.diagnosis import diagnosed
from podwatch.core.folding import Group, case_of, folded
from podwatch.core.kube import ContainerStatus, Pod
from podwatch.core.surroundings import Surroundings
from tests.build import (
    NO_IMAGE,
    being_deleted,
    condition,
    ended,
    node,
    owned_by,
    pod,
    running,
    status,
    waiting,
)
from tests.cases import cases
from tests.strategies import arbitrary_pods


def groups(pods: Sequence[Pod], around: Surroundings | None = None) -> tuple[Group[Pod], ...]:
    found = [case_of(one, diagnosed(one, around or Surroundings()), one) for one in pods]
    return folded(filter(None, found))


def named(pods: Sequence[Pod], around: Surroundings | None = None) -> list[list[str]]:
    found = groups(pods, around)
    return [[one.metadata.name for one in group.members] for group in found]


def crashed(name: str, code: int = 1, restarts: int = 3, *, took: float = 1) -> Pod:
    last = ended(exit_code=code, began=0, finished=took)
    return made(name, status(waiting("CrashLoopBackOff"), last=last, restarts=restarts))


def made(name: str, said: ContainerStatus, **fields: object) -> Pod:
    owner = owned_by("ReplicaSet", "web-5d9c")
    return pod(said, name=name, node="worker", owner=owner, **fields)  # type: ignore[arg-type]


def pulling(name: str, reason: str) -> Pod:
    return made(name, status(waiting(reason, NO_IMAGE)))


@cases(
    "one other",
    {
        "the number of the run": (crashed("web-a"), crashed("web-b", restarts=9)),
        "how long the run took": (crashed("web-a"), crashed("web-b", took=7)),
        "which step of the loop it is at": (
            crashed("web-a"),
            made("web-b", status(ended(exit_code=1, began=0, finished=1), restarts=4)),
        ),
        "whether the image is being tried": (
            pulling("web-a", "ErrImagePull"),
            pulling("web-b", "ImagePullBackOff"),
        ),
        "its own name": (
            made("web-a", status(waiting("CreateContainerError", "no disk of web-a"))),
            made("web-b", status(waiting("CreateContainerError", "no disk of web-b"))),
        ),
        "its own address": (
            made("web-a", status(waiting("CreateContainerError", "10.0.0.1:80 is taken"))),
            made("web-b", status(waiting("CreateContainerError", "10.0.0.22:80 is taken"))),
        ),
    },
)
def test_what_only_differs_in_this_is_one_cause(one: Pod, other: Pod) -> None:
    assert named([one, other]) == [[one.metadata.name, other.metadata.name]]


@cases(
    "one other",
    {
        "the exit code": (crashed("web-a"), crashed("web-b", 2)),
        "what is missing": (
            made("web-a", status(waiting("CreateContainerError", "no disk"))),
            made("web-b", status(waiting("CreateContainerError", "no network"))),
        ),
        "whether it is over": (
            crashed("web-a"),
            made("web-b", status(ended(exit_code=1)), phase="Failed", restart_policy="Never"),
        ),
    },
)
def test_what_differs_in_this_is_not(one: Pod, other: Pod) -> None:
    assert len(named([one, other])) == 2


def test_the_news_of_several_has_only_what_is_the_same_for_all() -> None:
    (group,) = groups([crashed("web-a"), crashed("web-b", restarts=9)])
    assert group.fact == "CrashLoopBackOff: exit code 1"
    (alone,) = groups([crashed("web-a")])
    assert "run" in alone.fact


def test_what_is_each_ones_own_leaves_a_mark_where_the_news_would_end_without_it() -> None:
    two = (
        made(f"web-{n}", status(waiting("CreateContainerError", f"no route to 10.0.0.{n}")))
        for n in (1, 2)
    )
    (group,) = groups([*two])
    assert group.fact.endswith("no route to …")


def test_a_node_that_is_silent_is_the_cause_of_all_that_its_Pods_show() -> None:
    silent = Surroundings(nodes=(node("worker", ready="Unknown"),))
    quiet = made("web-a", status(running(), ready=True), conditions=[condition("Ready", "False")])
    pods = [quiet, being_deleted(made("web-b", status(running()))), crashed("web-c")]
    (group,) = groups(pods, silent)
    assert group.finding.symptom.part == "node"
    assert (len(group.members), group.pods) == (3, 3)


def test_what_is_over_comes_after_what_is_not_and_what_is_awaited_last() -> None:
    pods = [
        pod(status(waiting("ContainerCreating")), name="wait", node="worker"),
        pod(status(ended()), name="over", phase="Failed", restart_policy="Never"),
        crashed("loop"),
    ]
    assert named(pods) == [["loop"], ["over"], ["wait"]]


@given(st.lists(arbitrary_pods(), max_size=4))
def test_no_Pod_is_lost_whatever_it_shows_and_in_whichever_order(pods: list[Pod]) -> None:
    found = groups(pods)
    amiss = [one for one in pods if diagnosed(one).first.role in {"cause", "wait"}]
    assert sorted(id(one) for group in found for one in group.members) == sorted(map(id, amiss))
    assert [group.pods for group in groups(pods[::-1])] == [group.pods for group in found]
