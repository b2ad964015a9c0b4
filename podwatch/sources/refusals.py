"""In words: what the API server refuses, and what to do about it.

Responsible for texts. Whether a refusal ends the watch is decided in `podwatch.sources.reflect`.
"""

from podwatch.core.kube import KINDS
from podwatch.core.stream import Scope
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.api import ApiError


def _where(scope: Scope) -> str:
    if scope.namespace:
        return f"-n {scope.namespace}"
    return "-A" if KINDS[scope.kind].namespaced else ""


def _what(scope: Scope) -> str:
    where = f'in namespace "{scope.namespace}"' if scope.namespace else "in the whole cluster"
    return f"{KINDS[scope.kind].resource} {where}"


def refusal(scope: Scope, error: ApiError) -> str:
    """In words, that a kind can't be followed, with the verb that is missing."""
    then = "trying again" if scope.kind == "Pod" else "podwatch goes on without them"
    if error.code == 401:
        return f"the cluster does not accept your credentials for {_what(scope)}; {then}"
    if error.code == 403:
        return f"no permission to {_verb(error)} {_what(scope)}; {then}"
    return f"{_what(scope)} can't be followed ({error}); {then}"


def _verb(error: ApiError) -> str:
    return next((verb for verb in ("watch", "get") if f"cannot {verb}" in error.message), "list")


def refused(scope: Scope, error: ApiError) -> PodwatchError:
    """The error for a first list of Pods that the server refuses."""
    if error.code == 401:
        return PodwatchError(
            f"the cluster does not accept your credentials (401: {error})",
            "log in again, or name another context: kubectl config get-contexts",
            ExitCode.UNAVAILABLE,
        )
    if error.code == 403:
        verb = _verb(error)
        line = f"kubectl auth can-i {verb} {KINDS['Pod'].resource} {_where(scope)}".rstrip()
        return PodwatchError(
            f"you may not {verb} {_what(scope)} (403: {error})",
            f"check with `{line}`, and ask for "
            + ("it" if verb == "get" else "list and watch on pods there"),
            ExitCode.UNAVAILABLE,
        )
    selector = " ".join(part for part in (scope.label_selector, scope.field_selector) if part)
    if error.code in {400, 422} and selector:
        return PodwatchError(
            f'the cluster does not understand the selector "{selector}" ({error})',
            "write it as for kubectl: -l app=web,tier!=db or --field-selector status.phase=Running",
            ExitCode.USAGE,
        )
    return PodwatchError(
        f"the cluster refuses to list {_what(scope)} ({error.code}: {error})",
        "try kubectl get pods with the same options",
        ExitCode.UNAVAILABLE,
    )


def unreachable(cause: str, *, lasting: bool = False) -> PodwatchError:
    """The error for a server that does not answer, or `lasting` can't be spoken to safely."""
    return PodwatchError(
        f"the cluster can't be reached: {cause}",
        "check certificate-authority and server of this cluster: kubectl config view"
        if lasting
        else "check that it runs and that the context is the right one: kubectl cluster-info",
        ExitCode.UNAVAILABLE,
    )
