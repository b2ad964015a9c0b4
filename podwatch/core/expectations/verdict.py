"""What came out of an expectation: values for whoever shows them."""

from enum import StrEnum

import msgspec

from podwatch.core.concepts import Explanation
from podwatch.core.expectations.expectation import NotJudged, Target
from podwatch.core.kube import Pod
from podwatch.core.stream import Ref
from podwatch.core.text import listed, times


class Outcome(StrEnum):
    """What can be said of an expectation."""

    PENDING = "pending"
    MET = "met"
    VIOLATED = "violated"
    TIMED_OUT = "timed out"
    UNAVAILABLE = "unavailable"
    """The cluster went away or refuses what is needed, so that it can't be known."""
    INTERRUPTED = "interrupted"
    """A signal ended the wait."""
    ERROR = "error"
    """The wait could not begin or go on: a file can't be written, a word is wrong, a defect."""
    NOT_JUDGED = "not judged"
    """The verdict fell without it: another target decided, or with `any` another word."""


class Role(StrEnum):
    """As what something was expected: the option's name."""

    FOR = "for"
    NEVER = "never"
    WITHIN = "within"
    SEQUENCE = "sequence"
    MAX_RESTARTS = "max-restarts"


class Pending(msgspec.Struct, frozen=True):
    """Before there is a verdict: what each target that is not met waits for, in words.

    `left`: for how many seconds more it may. `against`: what is decided against other targets
    meanwhile, as sentences.
    """

    waiting: tuple[tuple[Target, str], ...]
    left: float
    against: tuple[str, ...] = ()


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Why it is so: one sentence, and the Pod, container and concept that it is about; `tries` are
    commands.

    `certain`: nothing will change it by itself. Else it was given up, `after` that much of it:
    "15 s", "3 restarts", empty where it was not borne at all.
    """

    sentence: str
    certain: bool = True
    after: str = ""
    rule: str = ""
    pod: Pod | None = None
    container: str = ""
    explanation: Explanation | None = None
    tries: tuple[str, ...] = ()

    @property
    def commands(self) -> tuple[str, ...]:
        """What to try: for this very cause, and of the concept behind it."""
        return self.tries + (self.explanation.try_ if self.explanation is not None else ())


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One target and one thing expected of it. `t` is when it was decided, in seconds since the
    stream opened. `waits`: what each Pod still waits for, of what is not met; `pods`: those Pods.
    `note`: what is said of what is met.
    """

    target: Target
    role: Role
    text: str
    outcome: Outcome
    t: float | None = None
    cause: Cause | None = None
    waits: tuple[str, ...] = ()
    pods: tuple[Ref, ...] = ()
    note: str = ""

    @property
    def expected(self) -> str:
        """What was expected, as it was written."""
        return self.text if self.role is Role.FOR else f"{self.role} {self.text}"


class End(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How a run of a container ended."""

    exit_code: int
    reason: str = ""

    def __str__(self) -> str:
        more = f" ({self.reason})" if self.reason not in {"", "Error", "Completed"} else ""
        return f"{self.exit_code}{more}"


class Mishap(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong with a Pod during the wait: ends and restarts of a container, or that the Pod
    `failed`, with its own reason. `ends` can be fewer than `restarts`: a watch may skip some.
    """

    pod: Ref
    container: str = ""
    ends: tuple[End, ...] = ()
    restarts: int = 0
    failed: str = ""

    @property
    def sentence(self) -> str:
        """It in one line."""
        if self.failed:
            return f"Pod {self.pod.name} failed ({self.failed})"
        codes = [*dict.fromkeys(map(str, self.ends))]
        kind = "code" if len(codes) == 1 else "codes"
        parts = [f"ended with exit {kind} {listed(codes)}"] if codes else []
        if self.restarts:
            often = f" {times(self.restarts)}" if self.restarts > 1 else ""
            parts.append(f"was restarted{often}")
        return f"container {self.container} of Pod {self.pod.name} {' and '.join(parts)}"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What came out. `t` is in seconds since the stream opened; `pods`: the current Pods of
    what is not met; `notes`: what could not be read and was done without; `not_judged`: what was
    named with the targets; `seen`: what went wrong with their Pods meanwhile, even of what is met.
    """

    outcome: Outcome
    t: float
    sentence: str
    cause: Cause | None = None
    results: tuple[Result, ...] = ()
    pods: tuple[Ref, ...] = ()
    notes: tuple[str, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()
    seen: tuple[Mishap, ...] = ()
