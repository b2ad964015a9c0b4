"""Whether containers that were ready stayed up while the rest of an exercise was looked at.

Responsible for telling a container that runs from one that ends and is started again in between:
each check by itself may fall between two ends.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from podwatch.core.kube import Pod
from podwatch.course.checks import ExerciseCheck
from podwatch.course.judged import Judged, Standing
from podwatch.sources.api import ApiError, Unreachable


@dataclass(frozen=True, slots=True)
class Uptime:
    """How often each container of the checked Pods had been started again when it was checked.

    `pods` are those of a selector. What can't be asked is left out: the check itself was answered.
    """

    pods: Callable[[str], list[Pod]]
    _noted: list[tuple[ExerciseCheck, str, dict[tuple[str, str], int]]] = field(
        default_factory=list
    )

    def note(self, check: ExerciseCheck, selector: str) -> None:
        """Look at the Pods of a check that is well by now."""
        restarts = {
            (one.metadata.uid, status.name): status.restart_count
            for one in self._asked(selector)
            for status in one.all_statuses()
        }
        self._noted.append((check, selector, restarts))

    def ended(self) -> Judged | None:
        """The check of whose Pods a container has ended since; None if none has."""
        for check, selector, before in self._noted:
            for one in self._asked(selector):
                if one.metadata.deletion_timestamp is not None:
                    continue
                for status in one.all_statuses():
                    known = before.get((one.metadata.uid, status.name))
                    if known is not None and status.restart_count > known:
                        name = one.metadata.name
                        said = f"container {status.name} of Pod {name} ended while it was checked"
                        return Judged(
                            check=check, standing=Standing.NOT_YET, said=(said,), pod=name
                        )
        return None

    def _asked(self, selector: str) -> list[Pod]:
        try:
            return self.pods(selector)
        except (ApiError, Unreachable):
            return []
