"""How transitions and times are named in a few words, the same in every renderer.

Responsible for `subject`, "from → to" and the time of day; the sentences come from the concepts.
"""

from contextlib import suppress
from datetime import datetime, tzinfo

from podwatch.core.states import Deletion, Existence, Facet, State
from podwatch.core.transitions import Transition

_EXISTENCE: dict[str, str] = {
    Existence.PRESENT: "created",
    Existence.ABSENT: "deleted",
    Existence.MATCHING: "now matches",
    Existence.NOT_MATCHING: "no longer matches",
    Existence.LOST_SIGHT: "out of sight",
}
_DELETION: dict[str, str] = {
    Deletion.REQUESTED: "deletion requested",
    Deletion.SHORTENED: "grace period shortened",
}


def subject(transition: Transition) -> str:
    """What of the Pod it is about: a container, a condition, the phase; empty for the Pod."""
    if transition.facet is Facet.PHASE:
        return "phase"
    if transition.facet in {Facet.EXISTENCE, Facet.DELETION}:
        return ""
    return transition.subject


def change(transition: Transition) -> str:
    """What became of it: "created", "waiting → running", "True"."""
    after = transition.after
    if transition.facet is Facet.EXISTENCE and after is not None:
        if after.value == Existence.REPLACED:
            return f"replaced by {transition.subject}"
        return _EXISTENCE.get(after.value, after.value)
    if transition.facet is Facet.DELETION and after is not None:
        return _DELETION.get(after.value, after.value)
    before = transition.before
    if before is not None and after is not None and before.value == after.value:
        return f"{_named(before)} → {_named(after)}"
    if before is None:
        return after.value if after is not None else ""
    return f"{before.value} → {after.value if after is not None else 'gone'}"


def _named(state: State) -> str:
    return f"{state.value} ({state.reason})" if state.reason else state.value


def page(docs: str) -> str:
    """A page's address as people read it."""
    return docs.removeprefix("https://")


def time_of_day(at: datetime, tz: tzinfo | None) -> str:
    """Its time in a zone (None: the local one); as it is where the zone leads out of all years."""
    with suppress(OverflowError):  # anybody can write 0001-01-01T00:00:00Z into an Event
        at = at.astimezone(tz)
    return at.strftime("%H:%M:%S")
