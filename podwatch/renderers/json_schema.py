"""The fields of the JSON lines, each with what it means; `docs/json.md` is made of them.

Responsible for a format that stays: fields are added, never renamed or removed. Times are
RFC 3339 in UTC. Fields that do not apply are null or empty, not absent.
"""

from datetime import datetime

import msgspec

from podwatch.core.finding_parts import FindingPart


class Line(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", rename="camel"):
    """Any line; `kind` tells which."""

    at: datetime
    """when podwatch received it"""


class ObjectLine(Line, frozen=True, kw_only=True):
    """A line about one Pod, or about a workload."""

    namespace: str
    name: str
    uid: str


class PodLine(Line, frozen=True, kw_only=True, tag="pod"):
    """One version of a Pod that was observed."""

    type: str
    """ADDED, MODIFIED or DELETED, as the watch has it"""
    initial: bool
    """it was there before the watch began: not news"""
    namespace: str
    name: str
    uid: str
    """what identifies the Pod: the same name with a new uid is another Pod"""
    resource_version: str
    phase: str
    """Pending, Running, Succeeded, Failed or Unknown"""
    ready: str
    """kubectl's READY, like "1/2\""""
    status: str
    """kubectl's STATUS, computed for display: not the phase"""
    restarts: int
    """kubectl's RESTARTS, the number only"""


class TransitionLine(ObjectLine, frozen=True, kw_only=True, tag="transition"):
    """One facet of a Pod changed."""

    facet: str
    """existence, phase, condition, container, init-container, sidecar, ephemeral-container \
or deletion"""
    subject: str
    """the container's name, the condition's type or the new Pod's name of a replacement; \
empty for the whole Pod"""
    before: str | None
    """the value before; null if there was none"""
    after: str | None
    """the value after; null if there is none"""
    reason: str
    """the reason of `after`"""
    message: str
    """the message of `after`"""
    exit_code: int | None
    """of a container that terminated"""
    concept: str | None
    """the id of the concept that explains it; null where podwatch knows none"""
    who: str
    """who did it"""
    sentence: str
    """what happened, in words"""
    then: str
    """what comes next, in words"""
    docs: str
    """the page of kubernetes.io"""
    inferred: bool
    """proved by other fields, not seen itself"""
    aside: str
    """what this demonstrates besides, in words; empty if it demonstrates no lesson"""
    aside_concept: str | None
    """the id of that lesson"""
    number: int
    """its place among the lines that a beat can be made of: transition, notice and silence"""


class NoticeLine(ObjectLine, frozen=True, kw_only=True, tag="notice"):
    """An Event about a Pod, or about a workload that makes Pods: a warning, or that it wants \
another number of them; best effort and not ordered against transitions."""

    about: str
    """the workload that it is about, like "ReplicaSet/web-5d9c"; empty for a Pod"""
    type: str
    """Normal or Warning"""
    reason: str
    message: str
    container: str
    """the container that it is about; empty for the whole Pod"""
    count: int
    """how often it has happened"""
    reporter: str
    """the component that reported it"""
    seen: datetime | None
    """when it happened, as its reporter says"""
    concept: str | None
    sentence: str
    then: str
    docs: str
    aside: str
    """what this demonstrates besides, in words; empty if it demonstrates no lesson"""
    aside_concept: str | None
    """the id of that lesson"""
    number: int
    """its place among the lines that a beat can be made of: transition, notice and silence"""


class SilenceLine(ObjectLine, frozen=True, kw_only=True, tag="silence"):
    """A Pod has not moved for a while: what it waits for. Said once, until it moves again."""

    seconds: float
    """for how long it has not moved"""
    fact: str
    """the news in about 50 characters"""
    sentence: str
    """what it waits for, in words"""
    who: str
    """who has to act"""
    cure: str
    """what they can do"""
    brief: str
    """the same in a few words: what it waits for, or what comes at `until`"""
    until: datetime | None
    """when the wait ends, by the cluster's clock, where the Pod's fields say it"""
    number: int
    """its place among the lines that a beat can be made of: transition, notice and silence"""


class BeatLine(ObjectLine, frozen=True, kw_only=True, tag="beat"):
    """One thing that happened, told once: what belongs together is one beat. A later line of the \
same `number` tells it again."""

    number: int
    """which beat; it rises with the time at which each happened first"""
    beat: str
    """its kind: created, scheduled, pull-failed, running, ready, ended, deleted and so on; what a \
person did is of the kind deed"""
    about: str
    """the workload that it is about, like "ReplicaSet/web-5d9c"; empty for a Pod"""
    subject: str
    """the container that it is about; empty for the whole Pod"""
    fact: str
    """the news in about 50 characters, with how often it happened"""
    sentence: str
    """what happened, in words"""
    then: str
    """what comes next, in words; empty where that is no news"""
    who: str
    """who did it, or has to act"""
    cure: str
    """what they can do"""
    tries: tuple[str, ...]
    """commands to try"""
    concept: str | None
    """the id of the concept that explains it"""
    docs: str
    """the page of kubernetes.io"""
    weight: str
    """how much it matters: detail, normal, important or trouble"""
    inferred: bool
    """proved by other fields, not seen itself"""
    times: int
    """how often it has happened"""
    since: datetime
    """when podwatch received its first part; `at` is of the newest time that it happened"""
    because: int | None
    """the number of the beat that caused it; null where none is known"""
    parts: tuple[int, ...]
    """the numbers of the lines that this line adds to it; each is in one beat"""
    told: bool
    """whether it is news: it is new, its text changed, or how often it happened has doubled"""


class SyncedLine(Line, frozen=True, kw_only=True, tag="synced"):
    """All Pods of a namespace (empty for all namespaces) are known now."""

    namespace: str
    pods: int
    """how many there are"""
    awaited: str
    """the one Pod that is watched and does not exist yet, or the one workload"""
    clock_skew: float
    """the server's clock minus ours, in seconds"""


class GapLine(Line, frozen=True, kw_only=True, tag="gap"):
    """Between `since` and `until` something may have been missed."""

    of: str
    """the kind of object that was followed"""
    namespace: str
    since: datetime
    until: datetime
    reason: str
    dropped: int
    """how many changes were received and thrown away"""


class ConnectionLine(Line, frozen=True, kw_only=True, tag="connection"):
    """The connection of one stream changed."""

    of: str
    """the kind of object that is followed"""
    namespace: str
    state: str
    """listing, live, reconnecting, forbidden or missing"""
    cause: str
    """why, in words"""


class UnreadableLine(Line, frozen=True, kw_only=True, tag="unreadable"):
    """One object could not be decoded and is left out."""

    of: str
    namespace: str
    ref: str
    """namespace/name as far as it is known"""
    error: str


class QuestionLine(ObjectLine, frozen=True, kw_only=True, tag="question"):
    """With `--predict`: what happens next is asked. The Pod's fields are empty where the question \
is about none that is there yet."""

    question: str
    """its id"""
    prompt: str
    choices: tuple[str, ...]


class OutcomeLine(ObjectLine, frozen=True, kw_only=True, tag="outcome"):
    """What happened has decided a question that was asked."""

    question: str
    """its id"""
    right: int | None
    """the number of the choice that came true, from 0 on; null if it was withdrawn"""
    answers: tuple[str, ...]
    """why each choice is right or wrong"""
    point: str
    """the sentence to remember"""
    often_read: str
    """the error that a wrong choice comes from; `point` is what is true"""
    withdrawn: str
    """why nothing decides it any more; else empty"""


class CausePart(msgspec.Struct, frozen=True, kw_only=True):
    """One cause of trouble among the Pods of a workload."""

    state: str
    """the id of the state"""
    fact: str
    """the news in a few words"""
    pods: tuple[str, ...]
    """the names of the Pods"""


class ExplainedLine(ObjectLine, frozen=True, kw_only=True, tag="explained"):
    """What `podwatch explain pod/NAME -o json` says about one Pod; no other command writes it."""

    phase: str
    """Pending, Running, Succeeded, Failed or Unknown"""
    ready: str
    """kubectl's READY, like "1/2\""""
    status: str
    """kubectl's STATUS, computed for display: not the phase"""
    restarts: int
    """kubectl's RESTARTS, the number only"""
    owners: tuple[str, ...]
    """its controller and that one's, the nearest first, like "ReplicaSet web-5d9c\""""
    concepts: tuple[str, ...]
    """the ids of the concepts behind the sentences; those podwatch has none for are left out"""
    sentences: tuple[str, ...]
    """what is the matter, the cause first; then why STATUS, phase and Ready disagree"""
    findings: tuple[FindingPart, ...]
    """the same with all that is known of each: the cause first; empty for a manifest"""
    note: str
    """what has to be known about this version, like that the Pod is gone; else empty"""


class WorkloadLine(ObjectLine, frozen=True, kw_only=True, tag="workload"):
    """What `podwatch explain deploy/NAME -o json` says about a workload; its Pods' lines follow."""

    of: str
    """its kind: Deployment, ReplicaSet, StatefulSet, DaemonSet, Job or CronJob"""
    counts: str
    """how many Pods it wants and has, in words"""
    sentences: tuple[str, ...]
    """what its own fields and the Events about it say where something is wrong"""
    causes: tuple[CausePart, ...]
    """what is the matter with its Pods, the worst first; those with one cause are together"""
    well: int
    """how many of its Pods have nothing wrong"""
    note: str
    """what could not be read, with the cause; else empty"""


class OverviewLine(Line, frozen=True, kw_only=True, tag="overview"):
    """What `podwatch explain -A -o json` and `-n NS` say first: how many Pods there are. A line \
`finding` for each cause follows, the worst first."""

    namespace: str
    """empty for all namespaces"""
    pods: int
    """how many there are"""
    well: int
    """with how many of them nothing is wrong, or it is over"""
    manifests: int
    """how many are only manifests, which no cluster has yet"""
    findings: int
    """how many causes there are: the lines that follow"""
    missing: tuple[str, ...]
    """what could not be read, each with the cause"""


class FindingLine(Line, frozen=True, kw_only=True, tag="finding"):
    """One cause among many Pods: what is the matter with them, or what they wait for. Texts and \
ids are those of the first Pod."""

    count: int
    """how many Pods it is about; of workloads that lack Pods, how many are missing"""
    # What has no text here is FindingPart's: a struct can't extend two that have fields.
    state: str
    role: str
    """cause (something is wrong) or wait (it goes on by itself)"""
    fact: str
    """the news in about 50 characters, without what is not the same for all"""
    sentence: str
    who: str
    cure: str
    tries: tuple[str, ...]
    concept: str | None
    permanent: bool
    docs: str
    namespace: str
    """the first one's namespace"""
    owner: str
    """the first one's workload, like "Deployment web"; empty for a bare Pod"""
    owners: int
    """how many workloads and bare Pods it is about"""
    pods: tuple[str, ...]
    """the names of the first Pods, at most five, those of another namespace as "shop/web"; none \
of workloads that lack Pods"""


class LearnerLine(Line, frozen=True, kw_only=True, tag="learner"):
    """How a learner stands, of `podwatch class -o json`: a line for each, the longest stuck \
first. `at` is the cluster's time."""

    learner: str
    """as the label `podwatch/learner` of the namespace says; without it the namespace's name"""
    namespace: str
    pods: int
    """how many Pods there are"""
    pod: str
    """the newest one; empty without any"""
    doing: str
    """what that one does: the news of its last beat, or how it stands"""
    cause: str
    """what is the matter with the worst of the Pods, else what the exercise still lacks"""
    trouble: bool
    """`cause` is about Pods"""
    progress: datetime | None
    """when something was changed, started, solved or answered last, as far as that is known"""
    stuck_seconds: float | None
    """for how long nothing came of it; null where nothing is amiss and no exercise open"""
    exercise: str
    """the one that is under way"""
    open: bool
    """it is not solved, by the cluster as it is now"""
    hints: int
    """how many of its hints were shown"""
    solved: tuple[str, ...]
    """the exercises that are solved now"""
    undone: tuple[str, ...]
    """those that were, and are not any more"""
    note: str
    """that the namespace is being deleted, or is not there; else empty"""


class AnswersLine(Line, frozen=True, kw_only=True, tag="answers"):
    """What a class answered to the last question, of `podwatch class -o json`: the last line, if \
anybody has answered one."""

    question: str
    """its id"""
    prompt: str
    answers: int
    """how many answered it"""
    wrong: int
    """how many of them were wrong, as far as that is known"""
    counts: tuple[int, ...]
    """how many chose each of its choices"""
    common: str
    """the most common wrong choice; empty without any"""
    times: int
    """how many chose that"""
    why: str
    """what is wrong in it"""


class ExerciseLine(Line, frozen=True, kw_only=True, tag="exercise"):
    """An exercise, of `podwatch exercise list -o json`: a line for each, from easy to hard.

    What is kept of it in the namespace is null where that is not known."""

    name: str
    title: str
    level: str
    """easy, middle or hard"""
    minutes: int
    """about how long it takes"""
    concepts: tuple[str, ...]
    """the ids of the lessons about it"""
    needs: str
    """what a class's set-up has to have made; mostly empty"""
    started: datetime | None
    """when it was started last"""
    solved: datetime | None
    """when it was solved first"""
    hints: int | None
    """how many of its hints were shown"""
    under_way: bool | None


class CheckPart(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that has to be so."""

    still: str
    """what is wrong while it is not so"""
    outcome: str
    """solved, not yet, or could not check"""
    said: tuple[str, ...]
    """what is so, or is so instead, or why it can't be known"""
    pod: str
    """the name of the Pod that it is about; empty if it is about none"""


class CheckedLine(Line, frozen=True, kw_only=True, tag="checked"):
    """Whether an exercise is solved, of `podwatch exercise check -o json`."""

    exercise: str
    namespace: str
    outcome: str
    """solved (exit code 0), not yet (1), or could not check (5)"""
    checks: tuple[CheckPart, ...]
    """what was looked at, up to the first that is not so: `still` says what is wrong then, \
`outcome` is as above, `said` what is so or is so instead, `pod` the name of the Pod it is about"""
    of: int
    """how many checks there are"""
    right: str
    """what was right, and why, once it is solved"""
    next: str
    """the next exercise; empty if all are solved"""


LINES: tuple[type[Line], ...] = (
    PodLine,
    TransitionLine,
    NoticeLine,
    SilenceLine,
    BeatLine,
    SyncedLine,
    GapLine,
    ConnectionLine,
    UnreadableLine,
    ExplainedLine,
    WorkloadLine,
    OverviewLine,
    FindingLine,
    LearnerLine,
    AnswersLine,
    ExerciseLine,
    CheckedLine,
)
