"""When what a start consists of happened: instants, and how well each of them is known.

Responsible for the times of one Pod's start. Two clocks can know one. A transition or an Event that
was seen when it came is exact to what its way takes (a fraction of a second). The cluster's own
timestamps have whole seconds; they are all there is of what happened before the watch began or
during a gap. Which stages there are between the instants is `stages`' business.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from podwatch.core.kube import Pod
from podwatch.core.states import CONTAINER_FACETS, Existence, Facet
from podwatch.core.timeline import Explained, ExplainedEvent, ExplainedTransition

ALREADY_THERE = "already on the node"
"""What is to be said of an image that did not have to be pulled."""


class Instant(msgspec.Struct, frozen=True):
    """Seconds after the creation; `whole`: of a timestamp without fractions."""

    t: float
    whole: bool


_Known = dict[str, Instant]
"""The first instants by the name of a condition or container."""

_DELAY = (-1.0, 2.5)
"""By how much what is seen may lag behind its timestamp, in seconds, to be believed.

More is the delay of a connection that was lost, less is a clock that was set.
"""

_CONTAINER_FACETS = CONTAINER_FACETS - {Facet.EPHEMERAL_CONTAINER}


class Sightings:
    """When things were seen for the first time, and the conversion of times.

    `created_t` is when the Pod was seen to be created, in the stream's time.
    """

    def __init__(
        self, pod: Pod, own: Sequence[Explained], now: datetime | None, skew: float
    ) -> None:
        self._skew = skew
        self._created = pod.metadata.creation_timestamp
        self._base = 0.0
        self.created_t: float | None = None
        self.conditions: _Known = {}
        self.running: _Known = {}
        self.ended_well: _Known = {}
        self.events: dict[tuple[str, str], tuple[Instant, str]] = {}
        self._lost: set[str] = set()
        # Without the beginning, Events of a container that was restarted may be of any run.
        self._of_later_runs = {
            status.name for status in pod.all_statuses() if status.restart_count > 0
        }
        for entry in own:
            if isinstance(entry, ExplainedTransition) and self._creation(entry):
                break
        for entry in own:
            if isinstance(entry, ExplainedTransition):
                self._told(entry)
            else:
                self._notice(entry)
        self.now = self._after(now)

    @property
    def from_the_beginning(self) -> bool:
        """Whether the Pod was seen to be created."""
        return self.created_t is not None

    @property
    def created_is_whole(self) -> bool:
        """Whether only the cluster's timestamp tells when the Pod was created."""
        return self._base == 0.0

    def stamp(self, at: datetime | None) -> Instant | None:
        """The instant of one of the cluster's timestamps."""
        t = self._after(at)
        return None if t is None else Instant(t, True)

    def _after(self, at: datetime | None) -> float | None:
        if at is None or self._created is None:
            return None
        return (at - self._created).total_seconds() - self._base

    def _instant(self, seen: datetime, stamp: datetime | None, *, inferred: bool) -> Instant | None:
        stamped, t = self.stamp(stamp), self._after(seen)
        if t is None or inferred:
            return stamped
        t += self._skew
        if stamped is not None and not _DELAY[0] <= t - stamped.t <= _DELAY[1]:
            return stamped
        return Instant(t, False)

    def _creation(self, entry: ExplainedTransition) -> bool:
        """Count from when the Pod was seen to be created, if it was."""
        transition, after = entry.transition, entry.transition.after
        if transition.facet is not Facet.EXISTENCE or after is None:
            return False
        if after.value == Existence.PRESENT and not transition.inferred:
            created = self._instant(entry.at, self._created, inferred=False)
            self.created_t = entry.t
            self._base = created.t if created is not None and not created.whole else 0.0
        return True

    def _told(self, entry: ExplainedTransition) -> None:
        name, after = entry.transition.subject, entry.transition.after
        if after is None:
            return
        match entry.transition.facet:
            case Facet.CONDITION:
                condition = entry.pod.condition(name)
                if after.value != "True":
                    self._lost.add(name)  # if it comes back, that is no start
                elif name not in self._lost or self.from_the_beginning:
                    stamp = condition.last_transition_time if condition is not None else None
                    self._keep(self.conditions, entry, stamp)
            case facet if facet in _CONTAINER_FACETS:
                status = entry.pod.status_of(name)
                if status is None:
                    return
                running, ended = status.state.running, status.state.terminated
                if after.value == "running" and status.restart_count == 0:
                    self._keep(self.running, entry, running.started_at if running else None)
                elif after.value == "terminated" and after.exit_code == 0:
                    self._keep(self.ended_well, entry, ended.finished_at if ended else None)

    def _keep(self, known: _Known, entry: ExplainedTransition, stamp: datetime | None) -> None:
        instant = self._instant(entry.at, stamp, inferred=entry.inferred)
        if instant is not None:
            known.setdefault(entry.transition.subject, instant)

    def _notice(self, entry: ExplainedEvent) -> None:
        key = (entry.event.container, entry.event.reason)
        later = entry.event.container in self._of_later_runs and not self.from_the_beginning
        if entry.event.times > 1 or key in self.events or later:
            return  # not of the first time
        instant = self._instant(entry.at, entry.event.first_timestamp, inferred=False)
        if instant is not None:
            self.events[key] = (instant, entry.event.message)

    def pull(self, container: str) -> tuple[Instant | None, Instant | None, str]:
        """When its image was asked for and there, and what is to be said of it."""
        asked, _ = self.events.get((container, "Pulling"), (None, ""))
        there, message = self.events.get((container, "Pulled"), (None, ""))
        if there is None:
            return asked, None, ""
        if "already present on machine" in message[:_MESSAGE]:
            return there, there, ALREADY_THERE
        took = _pull_time(message)
        if took is not None:
            asked = Instant(max(there.t - took, 0.0), there.whole)
        return asked, there, ""


def earliest(instants: Iterable[Instant | None]) -> Instant | None:
    """The earliest; an exact one before one of whole seconds, which was cut down to them."""
    known = [instant for instant in instants if instant is not None]
    exact = [instant for instant in known if not instant.whole]
    return min(exact or known, key=lambda instant: instant.t, default=None)


_MESSAGE = 2_000
"""How many characters of an Event's message are looked at."""
_PULLED_IN = re.compile(r" in \S+ \((\S{1,40}) including waiting\)")
"""Source: pkg/kubelet/images, whose message ends with the time that the pull took."""
_GO_PART = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(h|ms|m|s|µs|us|ns)")
_GO_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "µs": 1e-6, "us": 1e-6, "ns": 1e-9}


def _pull_time(message: str) -> float | None:
    """The seconds in `Successfully pulled image "web:2" in 1.2s (1.5s including waiting)`."""
    pulled = _PULLED_IN.search(message[:_MESSAGE])
    if pulled is None or _GO_PART.sub("", pulled[1]):
        return None
    return sum(float(number) * _GO_UNITS[unit] for number, unit in _GO_PART.findall(pulled[1]))
