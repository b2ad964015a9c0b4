"""The exercise that is under way in a namespace, and why there may be none.

Responsible for reading it, and for the permit that the namespace gives.
"""

import shlex
from typing import TYPE_CHECKING, NamedTuple

from podwatch.core.learning import Learner
from podwatch.course import Exercise, exercise
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.cluster.access import Access

if TYPE_CHECKING:
    from podwatch.sources.cluster.cluster import Cluster
    from podwatch.sources.kubectl import Kubectl

LIST = "podwatch exercise list"


class ExerciseAsked(NamedTuple):
    """What the command line says. Without a namespace: that of the context."""

    access: Access
    name: str = ""
    namespace: str = ""
    yes: bool = False
    json: bool = False
    quiet: bool = False

    @property
    def tail(self) -> str:
        """The options with which another command means the same cluster and namespace."""
        named = [*self.access.options(), *(["-n", self.namespace] if self.namespace else [])]
        return f" {shlex.join(named)}" if named else ""


class UnderWay(NamedTuple):
    """The exercise that is under way, and where."""

    exercise: Exercise
    cluster: "Cluster"
    space: str
    learner: Learner
    kubectl: "Kubectl"


def under_way(asked: ExerciseAsked) -> UnderWay:
    """The exercise that is under way, which has to be the one that is named, if one is."""
    if asked.name:
        exercise(asked.name)
    from podwatch.app.kept import learner
    from podwatch.app.permit import consented, or_offline
    from podwatch.sources.cluster import connect
    from podwatch.sources.kubectl import Kubectl

    try:
        cluster = connect(asked.access, login_may_print=True)
        space = asked.namespace or cluster.namespace
        known = learner(cluster, space)
    except PodwatchError as error:
        raise or_offline(error, LIST) from error
    if known is None:
        refuse_missing(cluster, space)
    start = f"podwatch exercise start {asked.name or 'NAME'} -n {space}"
    if known is None or not known.exercise:
        raise PodwatchError(f'no exercise was started in namespace "{space}"', start)
    if asked.name and known.exercise != asked.name:
        solved = ", which was solved here before," if asked.name in known.solved else ""
        raise PodwatchError(
            f'exercise {asked.name}{solved} is not under way in namespace "{space}": '
            f"{known.exercise} is",
            start,
        )
    try:
        one = exercise(known.exercise)
    except PodwatchError:
        raise PodwatchError(
            f'the exercise that is under way in namespace "{space}" is unknown to this podwatch: '
            f"{known.exercise}",
            f"{start}, or use the podwatch that it was started with",
        ) from None
    allowed = consented(cluster, space)
    if allowed is None:
        raise PodwatchError(f'no exercise was started in namespace "{space}"', start)
    return UnderWay(one, cluster, space, known, Kubectl(allowed))


def refuse_missing(cluster: "Cluster", space: str) -> None:
    """PodwatchError if the namespace is not there; nothing where nobody may know."""
    from podwatch.sources.cluster.trials import Trials

    if gone := Trials(cluster.requests).missing(space):
        raise PodwatchError(
            gone,
            f"a learner has a namespace of their own: kubectl create namespace {space}, "
            "or name another one with -n",
            ExitCode.UNAVAILABLE,
        )
