"""The typed Event. Source of the names: core/v1 `Event`, which holds the newer fields too."""

from datetime import datetime

from podwatch.core.kube.meta import Base, ObjectMeta, Time


class ObjectReference(Base, frozen=True):
    """What an Event is about; `field_path` names the container (`spec.containers{app}`)."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    field_path: str = ""


class EventSource(Base, frozen=True):
    """Who reported it, in Events of the older form."""

    component: str = ""
    host: str = ""


class EventSeries(Base, frozen=True):
    """How often it was seen, in Events of the newer form."""

    count: int = 0
    last_observed_time: Time | None = None


class PodEvent(Base, frozen=True, tag_field="kind", tag="Event"):
    """A core/v1 Event of the namespace, whatever object it is about.

    Events are best effort: repeated ones are counted instead of added, some never come, and
    they may arrive before or after the change that they explain.
    """

    metadata: ObjectMeta = ObjectMeta()
    involved_object: ObjectReference = ObjectReference()
    reason: str = ""
    message: str = ""
    type: str = ""
    action: str = ""
    count: int = 0
    first_timestamp: Time | None = None
    last_timestamp: Time | None = None
    event_time: Time | None = None
    series: EventSeries | None = None
    source: EventSource = EventSource()
    reporting_component: str = ""
    reporting_instance: str = ""

    @property
    def times(self) -> int:
        """How often it has happened so far, at least once."""
        return max(self.count, self.series.count if self.series else 0, 1)

    @property
    def last_seen(self) -> datetime | None:
        """When it happened last, as its reporter says (newer Events have no lastTimestamp)."""
        if self.series and self.series.last_observed_time:
            return self.series.last_observed_time
        return self.last_timestamp or self.event_time or self.metadata.creation_timestamp

    @property
    def container(self) -> str:
        """The container's name in `spec.containers{app}`, or nothing."""
        _, brace, rest = self.involved_object.field_path.partition("{")
        return rest.rstrip("}") if brace else ""

    @property
    def reporter(self) -> str:
        """The component that reported it: kubelet, default-scheduler, …"""
        return self.reporting_component or self.source.component
