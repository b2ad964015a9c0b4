"""What is asked of a cluster to see an effect, again and again until it is so or its time is over.

Responsible for Services' answers, and for telling "it is not so" from "that could not be asked".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from podwatch.core.kube import Pod
from podwatch.core.text import one_line
from podwatch.course.checks import ExerciseCheck, Reply
from podwatch.sources.api import ApiError, Failure, Unreachable

PAUSE = 1.0
"""Between two questions, in seconds."""


class Asks(Protocol):
    """What is asked of the cluster: `Trials`."""

    def reply(self, namespace: str, service: str, port: str, path: str) -> tuple[int, str]:
        """The status and the text that a Service answers a GET with."""

    def pods(self, namespace: str, selector: str) -> list[Pod]:
        """The Pods with these labels."""


class EffectFound(NamedTuple):
    """What there is to say: the text and what is `so` if all is well, else what is wrong.

    `known`: whether that is an answer at all.
    """

    text: str = ""
    so: str = ""
    wrong: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class EffectAsking:
    """Asks in one namespace; `wait` says what is waited for."""

    asks: Asks
    namespace: str
    wait: Callable[[str], None]
    now: Callable[[], float]
    sleep: Callable[[float], None]

    def holds(
        self, ask: Callable[[], EffectFound], check: ExerciseCheck, *, once: bool = False
    ) -> EffectFound:
        """The answer when it was so for as long as it has to be, or `once`; else the last one.

        ApiError where it may not be asked.
        """
        end = self.now() + check.within
        stable = 0.0 if once else check.stable
        since: float | None = None
        broken = False
        while True:
            answer, t = _answered(ask), self.now()
            if answer.wrong:
                broken = broken or since is not None
                since = None
                self.wait(answer.wrong)
                if t >= end:
                    often = "it was so, but not all the time: " if broken and answer.known else ""
                    return answer._replace(wrong=f"{often}{answer.wrong}")
            else:
                since = t if since is None else since
                if t - since >= stable:
                    return answer
                self.wait(f"it is so by now; it has to be for {stable:g} s")
            self.sleep(PAUSE)

    def reply(self, reply: Reply) -> EffectFound:
        """What a Service answers."""
        called = f"Service {reply.service}"
        try:
            status, text = self.asks.reply(
                self.namespace, reply.service, str(reply.port), reply.path
            )
        except ApiError as error:
            if not error.reason:  # no Status of the API server: it is the Service's own answer
                status, text = error.code, error.message
            elif error.code == 404:
                return EffectFound(wrong=f"there is no {called}")
            elif error.code in {400, 502, 503, 504} and "service" in error.message:
                return EffectFound(wrong=f"{called} does not answer: {_why(error.message)}")
            else:
                raise
        if status != reply.status:
            return EffectFound(wrong=f"{called} answers {reply.path} with status {status}")
        if reply.contains not in text:
            return EffectFound(
                wrong=f"{called} answers {reply.path}, but without "
                f'"{reply.contains}": "{one_line(text)[:80]}"'
            )
        return EffectFound(text, f'{called} answers {reply.path}: "{one_line(text)[:60]}"')

    def usable(self, selector: str) -> list[Pod]:
        """The Pods with these labels that are ready and stay, by name."""
        found = self.asks.pods(self.namespace, selector)
        return sorted(
            (one for one in found if one.is_true("Ready") and not one.metadata.deletion_timestamp),
            key=lambda one: one.metadata.name,
        )


def _answered(ask: Callable[[], EffectFound]) -> EffectFound:
    """The answer; that there was none, where the next question may have one."""
    try:
        return ask()
    except Unreachable as failure:
        return EffectFound(wrong=in_words(failure), known=False)
    except ApiError as error:
        if error.code in {401, 403}:
            raise
        return EffectFound(wrong=in_words(error), known=False)


_NOT_REACHED = re.compile(r"error trying to reach service: (?:proxy error from [^:]*:\d+ while )?")


def _why(message: str) -> str:
    """Why the API server got no answer, from its own words."""
    if "no endpoints available" in message:
        return "no Pod that is ready stands behind it"
    return _NOT_REACHED.sub("", one_line(message))[:200]


def in_words(failure: Failure) -> str:
    """Why something could not be asked."""
    if isinstance(failure, ApiError) and failure.code == 403:
        return f"you may not do that (403: {failure})"
    if isinstance(failure, ApiError):
        return f"the API server refuses ({failure.code}: {failure})"
    return f"the cluster can't be reached: {failure}"
