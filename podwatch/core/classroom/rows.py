"""The class board as values: a row for each learner, and what the class answered.

Responsible for their shape and their order; `podwatch.core.classroom.room` fills them.
"""

from datetime import datetime

import msgspec

from podwatch.core.classroom.answers import Tally
from podwatch.core.health import Health


class LearnerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One learner's namespace.

    `learner` is what its label says, else the namespace's name; `shares_name`: another one is
    called the same. `pod` is the newest Pod, `doing` what it does and `health` how it stands, empty
    and None without one. `cause` is what is the matter with the worst of the Pods, or what is still
    wrong in the exercise that is under way. `trouble`: whether it is with Pods. `progress` is when
    they last got on, by the cluster's clock, `stuck_since` from when on nothing came of it, `stuck`
    the same in seconds; None where nothing is amiss and nothing open. `exercise` is the one under
    way, and `open` as long as it is not so; `unchecked`: nothing that a look
    can tell is wrong in it, so that a check decides; how the last one ended is not kept. `solved`
    are those that are so now, `undone` those that were and are not any more. `note`: what else
    is to be known.
    """

    learner: str
    namespace: str
    shares_name: bool = False
    pods: int = 0
    pod: str = ""
    doing: str = ""
    health: Health | None = None
    cause: str = ""
    trouble: bool = False
    progress: datetime | None = None
    stuck_since: datetime | None = None
    stuck: float | None = None
    exercise: str = ""
    open: bool = False
    unchecked: bool = False
    hints: int = 0
    solved: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    note: str = ""

    @property
    def title(self) -> str:
        """What they are called, with the namespace where the name alone does not tell."""
        return f"{self.learner} ({self.namespace})" if self.shares_name else self.learner


class ClassBoard(msgspec.Struct, frozen=True, kw_only=True):
    """A class at one moment: `learners`, the longest stuck first.

    `exercises` is how many there are. `known`: whether all namespaces and Pods have been listed.
    `now` is the cluster's clock. `missing` says what may not be read, and what is not known so.
    """

    learners: tuple[LearnerRow, ...] = ()
    tally: Tally | None = None
    exercises: int = 0
    known: bool = False
    now: datetime | None = None
    missing: tuple[str, ...] = ()

    @property
    def stuck(self) -> int:
        """How many have a Pod in trouble, or an exercise that is not solved."""
        return sum(one.stuck is not None for one in self.learners)


def in_order(rows: list[LearnerRow]) -> tuple[LearnerRow, ...]:
    """The longest stuck first, then by name; of those that get on, who has Pods first."""
    return tuple(
        sorted(
            rows,
            key=lambda one: (
                one.stuck is None,
                -(one.stuck or 0.0),
                not one.pods,
                one.learner,
                one.namespace,
            ),
        )
    )
