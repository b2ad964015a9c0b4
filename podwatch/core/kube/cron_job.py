"""The typed CronJob, which makes Jobs. Source of the names: batch/v1."""

from podwatch.core.kube.event import ObjectReference
from podwatch.core.kube.meta import Base, ObjectMeta, Time


class CronJobSpec(Base, frozen=True):
    """When it makes Jobs. `time_zone`: that of the controller where none is named, mostly UTC."""

    schedule: str = ""
    time_zone: str | None = None
    suspend: bool = False
    concurrency_policy: str = ""
    starting_deadline_seconds: int | None = None


class CronJobStatus(Base, frozen=True):
    """Which of its Jobs run, and when it made one, and one succeeded, last."""

    active: tuple[ObjectReference, ...] = ()
    last_schedule_time: Time | None = None
    last_successful_time: Time | None = None


class CronJob(Base, frozen=True, tag_field="kind", tag="CronJob"):
    """batch/v1 CronJob."""

    metadata: ObjectMeta = ObjectMeta()
    spec: CronJobSpec = CronJobSpec()
    status: CronJobStatus = CronJobStatus()
