"""What a text holds that somebody made, and what is said of it.

Responsible for what was read, left out and mended; `podwatch.sources.printed` reads it.
"""

import shlex
from collections import Counter

import msgspec

from podwatch.core.kube import KubeObject, Owner, Pod
from podwatch.core.text import listed
from podwatch.errors import ExitCode, PodwatchError

WRITE_ONE = "write one with: kubectl get pod NAME -o yaml > FILE"


class TooLarge(PodwatchError):
    """There is more of it than podwatch reads."""


class Contents(msgspec.Struct, kw_only=True):
    """What a text holds. Of an object that is in it several times, the last version counts.

    `deleted`: the uids of what a watch saw deleted. `others`: how many of each kind were
    skipped. `notes`: what else was left out or changed, to read it. `failure`: what can't be read,
    after the rest was.
    """

    objects: dict[str, KubeObject] = {}
    deleted: set[str] = set()
    others: Counter[str] = msgspec.field(default_factory=Counter)
    notes: dict[str, None] = {}
    mended: dict[str, tuple[str, ...]] = {}
    failure: PodwatchError | None = None

    @property
    def worth(self) -> tuple[int, bool, int]:
        """How much could be read: of two readings, the better one has more."""
        whole = bool(self.objects) and self.failure is None
        return len(self.objects), whole, -sum(map(len, self.mended.values()))

    @property
    def instead(self) -> tuple[str, str]:
        """What it holds where it has no Pods, and how to get Pods; both may be empty."""
        owners = [one for one in self.objects.values() if isinstance(one, Owner)]
        if any(isinstance(one, Pod) for one in self.objects.values()):
            return "", ""
        if not owners:
            others = listed([f"{number} {kind}" for kind, number in self.others.items()])
            return others and f", but {others}: podwatch explains Pods", ""
        meta, selector = owners[0].metadata, owners[0].spec.selector
        labels = (
            ",".join(f"{key}={value}" for key, value in selector.match_labels.items())
            if selector
            else ""
        )
        options = [("-n", meta.namespace), ("-l", labels), ("-o", "yaml")]
        given = shlex.join(word for option in options if option[1] for word in option)
        what = f'the {type(owners[0]).__name__} "{meta.name}": podwatch explains Pods of a cluster'
        return f", but {what}", f"give the Pods that it makes: kubectl get pods {given}"

    def note(self, pod: Pod) -> str:
        """What had to be mended of this Pod, or nothing."""
        told = self.mended.get(identity_of(pod), ())
        more = f" and {len(told) - 3} more" if len(told) > 3 else ""
        return "; ".join(told[:3]) + more


def unreadable(shown: str, why: str, hint: str = WRITE_ONE) -> PodwatchError:
    """The error for a text that can't be read."""
    return PodwatchError(f"{shown} can't be read: {why}", hint, ExitCode.UNREADABLE)


def too_large(shown: str, why: str, hint: str = "name fewer Pods") -> TooLarge:
    """The error for a text of which there is too much."""
    what = f"{shown} can't be read: it is too large: {why}"
    return TooLarge(what, hint, ExitCode.UNREADABLE)


def identity_of(made: KubeObject) -> str:
    """Its uid; what has none is told apart by its kind and names."""
    meta = made.metadata
    return meta.uid or f"{type(made).__name__}/{meta.namespace}/{meta.name}"
