"""What came of judging an exercise, as values.

Responsible for the difference between "not yet" and "could not check".
"""

from enum import StrEnum

import msgspec

from podwatch.course.checks import ExerciseCheck


class Standing(StrEnum):
    """How an exercise stands, or one check of it."""

    SOLVED = "solved"
    NOT_YET = "not yet"
    UNKNOWN = "could not check"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one check.

    `said`: what is so, or is so instead, or why it can't be known; it comes from the cluster.
    `pod`: the name of the Pod that it is about, where it is one.
    """

    check: ExerciseCheck
    standing: Standing
    said: tuple[str, ...] = ()
    pod: str = ""


class ExerciseResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an exercise: its checks up to the first that is not so."""

    standing: Standing
    judged: tuple[Judged, ...]

    @property
    def last(self) -> Judged:
        """The check that decided."""
        return self.judged[-1]
