"""What follows a failure, as a value: what is said, and how long the pause is.

Responsible for that decision, for what it counts, and for the words. It asks nobody and waits for
nothing; `podwatch.sources.reflect` does both.
"""

import shlex
from collections.abc import Callable
from dataclasses import dataclass

from podwatch.core.kube import KINDS
from podwatch.core.stream import ConnectionState, Scope
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.api import ApiError, Failure, Unreachable

LONGEST = 20.0
"""The longest pause before jitter: so at most 12 requests are made in an outage's first minute."""
PASSING_REFUSALS = 4
"""How often a 403 is taken to pass by itself, once it worked: an API server that starts refuses
everybody until it has loaded its rules."""
RENEWALS = 5
"""How often in a row credentials are read anew before it is said that they are refused. More than
once only if others were read: they may have been replaced again while they were on their way."""


class Backoff:
    """How long to wait before the next try: nothing, then 0.5 s doubled up to 20 s.

    With equal jitter (half of it is random), so that many clients don't come back at the same
    moment: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """

    def __init__(self, rand: Callable[[], float]) -> None:
        self._rand = rand
        self._failures = 0

    def reset(self) -> None:
        """The last try went well."""
        self._failures = 0

    def ease(self) -> None:
        """The last try brought something, but ended soon: no second retry without a pause."""
        self._failures = min(self._failures, 1)

    def seconds(self, least: float | None = None) -> float:
        """The next pause; `least` is what the server asked for (Retry-After)."""
        failures, self._failures = self._failures, self._failures + 1
        if failures == 0:
            return least or 0.0
        full: float = min(0.5 * 2 ** (failures - 1), LONGEST)
        return max(full / 2 + full / 2 * self._rand(), least or 0.0)


@dataclass(frozen=True, slots=True)
class Retry:
    """What is said of a failure, and for how many seconds nothing is asked after it."""

    state: ConnectionState
    cause: str
    pause: float


class Retries:
    """The failures of one scope's requests in a row, and what each of them means.

    `backoff` counts what failed, `relists` lists that followed on a history that was gone: such
    an answer proves that the server is well, so the list doesn't wait for an outage's pauses.
    """

    def __init__(self, scope: Scope, rand: Callable[[], float]) -> None:
        self.backoff = Backoff(rand)
        self.relists = Backoff(rand)
        self._scope = scope
        self._rand = rand
        self._renewals = 0
        self._refusals = 0
        self._undisturbed = False
        """Whether nothing failed since the list: the server that allowed it is the same."""
        self._watched = False

    def answered(self) -> None:
        """A request was accepted, so the credentials were."""
        self._renewals = 0

    def listed(self) -> None:
        """A whole list came."""
        self._undisturbed = True

    def watching(self) -> None:
        """A watch was accepted."""
        self._watched = True
        self._renewals = self._refusals = 0

    def lasted(self) -> None:
        """A watch was a good one: what comes next is the first failure again."""
        self.backoff.reset()
        self.relists.reset()

    def renew(self, read: Callable[[bool], bool]) -> bool:
        """Whether credentials that were refused may be read anew, by `Calls.renew`, and were."""
        self._undisturbed = False
        self._renewals += 1
        if self._renewals > RENEWALS:
            return False
        others = read(self._renewals > 1)
        if not others:
            self._renewals = RENEWALS
        return others

    def after_first_list(self, failure: Failure, *, patient: bool) -> Retry | PodwatchError:
        """What follows a first list that failed; for Pods, an error that trying again can't mend.

        `patient`: there is time left to try.
        """
        if self._scope.kind == "Pod":
            if isinstance(failure, Unreachable):
                if failure.lasting or not patient:
                    return unreachable(str(failure), lasting=failure.lasting)
            elif failure.code < 500 and failure.code not in {408, 410, 429}:
                return refused(self._scope, failure)
            elif not patient:
                return unreachable(f"{failure} ({failure.code})")
        elif isinstance(failure, ApiError) and failure.code in {401, 403, 404}:
            self._renewals = 0
            return Retry(
                ConnectionState.FORBIDDEN, refusal(self._scope, failure), 60 + 60 * self._rand()
            )
        return self.after(failure)

    def after(self, failure: Failure) -> Retry | PodwatchError:
        """What follows any other failure than a 401 with credentials to renew."""
        undisturbed, self._undisturbed = self._undisturbed, False
        if isinstance(failure, Unreachable):
            self._renewals = 0  # nothing is known about the credentials
            return Retry(ConnectionState.RECONNECTING, str(failure), self.backoff.seconds())
        if failure.code == 403:
            if self._scope.kind == "Pod" and undisturbed and not self._watched:
                return refused(self._scope, failure)  # may list, but not watch
            if self._refusals < PASSING_REFUSALS:
                self._refusals += 1
                return self._soon(failure, f"refused for the moment: {failure}")
        self._renewals = 0  # of others than a 401, the credentials are not the cause
        if failure.code in {401, 403}:
            return Retry(
                ConnectionState.FORBIDDEN,
                refusal(self._scope, failure),
                max(15 + 45 * self._rand(), failure.retry_after or 0.0),
            )
        return self._soon(failure, str(failure))

    def _soon(self, failure: ApiError, cause: str) -> Retry:
        return Retry(ConnectionState.RECONNECTING, cause, self.backoff.seconds(failure.retry_after))


# ── in words ──


def refusal(scope: Scope, error: ApiError) -> str:
    """In words, that a kind can't be followed, with the verb that is missing."""
    then = "trying again" if scope.kind == "Pod" else "podwatch goes on without them"
    if error.code == 401:
        return f"the cluster does not accept your credentials for {_what(scope)}; {then}"
    if error.code == 403:
        return f"no permission to {_verb(error)} {_what(scope)}; {then}"
    return f"{_what(scope)} can't be followed ({error}); {then}"


def refused(scope: Scope, error: ApiError) -> PodwatchError:
    """The error for a first list of Pods that the server refuses."""
    selector = " ".join(part for part in (scope.label_selector, scope.field_selector) if part)
    exit_code = ExitCode.UNAVAILABLE
    if error.code == 401:
        message = f"the cluster does not accept your credentials (401: {error})"
        hint = "log in again, or name another context: kubectl config get-contexts"
    elif error.code == 403:
        verb, where = _verb(error), ["-n", scope.namespace] if scope.namespace else ["-A"]
        kind = KINDS[scope.kind].resource
        what = "it" if verb == "get" else f"list and watch on {kind} there"
        message = f"you may not {verb} {_what(scope)} (403: {error})"
        asking = shlex.join(["kubectl", "auth", "can-i", verb, kind, *where, *error.options])
        hint = f"check with `{asking}`, and ask for {what}"
    elif error.code in {400, 422} and selector:
        message = f'the cluster does not understand the selector "{selector}" ({error})'
        hint = (
            "write it as for kubectl: -l app=web,tier!=db or --field-selector status.phase=Running"
        )
        exit_code = ExitCode.USAGE
    else:
        message = f"the cluster refuses to list {_what(scope)} ({error.code}: {error})"
        hint = "try kubectl get pods with the same options"
    return PodwatchError(message, hint, exit_code)


def unreachable(cause: str, *, lasting: bool = False) -> PodwatchError:
    """The error for a server that does not answer, or `lasting` can't be spoken to safely."""
    return PodwatchError(
        f"the cluster can't be reached: {cause}",
        "check certificate-authority and server of this cluster: kubectl config view"
        if lasting
        else "check that it runs and that the context is the right one: kubectl cluster-info",
        ExitCode.UNAVAILABLE,
    )


def _what(scope: Scope) -> str:
    where = f'in namespace "{scope.namespace}"' if scope.namespace else "in the whole cluster"
    return f"{KINDS[scope.kind].resource} {where}"


def _verb(error: ApiError) -> str:
    return next((verb for verb in ("watch", "get") if f"cannot {verb}" in error.message), "list")
