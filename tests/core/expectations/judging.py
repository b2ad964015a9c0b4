"""What the tests of expectations judge: a target and the items about it, in few words."""

from collections.abc import Iterable

from podwatch.core.concepts import catalog
from podwatch.core.expectations import Expectations, Outcome, Target, Verdict, grammar
from podwatch.core.expectations.expectation import Word
from podwatch.core.kube import ContainerState, Deployment, Pod
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem
from tests import build as pods
from tests.build import added, feed, modified, opened, synced

WEB = Target("Pod", "default", "web")
LABELLED = Target("Pod", "default", selector="app=web")
ROLLOUT = Target("Deployment", "default", "web")
JOB = Target("Job", "default", "web")
DONE = {"replicas": 2, "updated_replicas": 2, "available_replicas": 2}
"""The counts of a Deployment whose rollout is complete."""

BARE = pods.pod()
CAME = added(BARE, 1)
FAILED = pods.pod(pods.status(pods.ended("A", 3), "A"), phase="Failed", restart_policy="Never")
SUCCEEDED = pods.pod(
    pods.status(pods.ended("A", 0), "A"), phase="Succeeded", restart_policy="Never"
)


def word(text: str) -> Word:
    return grammar.word(text, catalog().by_id)


def verdict_of(
    items: Iterable[StreamItem], *words: str, target: Target = WEB, **wanted: object
) -> Verdict:
    """The verdict of the items, if nothing more comes."""
    made = {"targets": (target,), "words": tuple(map(word, words)), "timeout": 60.0, "stable": 0.0}
    made |= wanted
    session = Session(catalog(), Expectations(**made))  # type: ignore[arg-type]
    feed(session, *items)
    return end_of(session)


def end_of(session: Session) -> Verdict:
    """The verdict at the end of the stream."""
    assert session.judge is not None
    verdict = session.judge.end()
    assert verdict is not None
    return verdict


def judged(
    items: Iterable[StreamItem], *words: str, target: Target = WEB, **wanted: object
) -> tuple[Outcome, float]:
    """What came out, and when it fell."""
    verdict = verdict_of(items, *words, target=target, **wanted)
    return verdict.outcome, verdict.t


LATE = (Outcome.TIMED_OUT, 60)
"""What comes out where time is up."""


def met(t: float) -> tuple[Outcome, float]:
    return Outcome.MET, t


def violated(t: float) -> tuple[Outcome, float]:
    return Outcome.VIOLATED, t


def begun(*kinds: str) -> list[StreamItem]:
    """A stream of Pods and more kinds whose lists are complete, and empty."""
    scopes = [pods.scope_of(kind) for kind in ("Pod", *kinds)]
    return [opened(*scopes), *(synced(0, scope) for scope in scopes)]


def followed(*items: StreamItem) -> list[StreamItem]:
    """What is followed for a Deployment."""
    return [*begun("Deployment", "ReplicaSet"), *items]


def current(made: Deployment) -> list[StreamItem]:
    """A Deployment with the ReplicaSet of its second generation."""
    return followed(added(made, 1), added(pods.replica_set(2), 1))


def stuck(reason: str, message: str = "") -> StreamItem:
    return modified(pods.pod(pods.status(pods.waiting(reason, message)), node="worker"), 2)


def crashed(restarts: int, exit_code: int = 1) -> StreamItem:
    """After this many restarts it failed again, at ten seconds and one for each."""
    run = f"run{restarts}"
    state = pods.waiting("CrashLoopBackOff")
    ended_so = pods.status(state, run, restarts=restarts, last=pods.ended(run, exit_code))
    return modified(pods.pod(ended_so, phase="Running"), 10 + restarts)


def had_crashed(state: ContainerState, restarts: int = 5) -> Pod:
    return pods.pod(
        pods.status(state, "now", restarts=restarts, last=pods.ended("before", 1)), phase="Running"
    )
