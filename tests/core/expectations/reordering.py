"""A recording as another run could have received it: its streams ahead of or behind each other.

Responsible for streams in which each scope keeps its own order while its items come later than they
did, and for what of a verdict must not hang on that.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec.structs import replace

from podwatch.core.expectations import Expectations, Outcome, Verdict
from podwatch.core.stream import Fetched, Opened, RecordedItem, Scope

LATEST = 1.5
"""By how many seconds an item may come later. The streams of a cluster are watches of their own:
what one of them brings is not ordered against what another one does."""
MARGIN = 2.0
"""More than two items can come nearer to each other, or farther apart."""

Delays = Mapping[Scope, Sequence[float]]
"""By how many seconds a scope's items are late: its first part by the first number, and so on."""


def scopes_of(items: Sequence[RecordedItem]) -> list[Scope]:
    """The streams of a recording that bring something."""
    return list(dict.fromkeys(_scopes(items).values()))


def delayed(items: Sequence[RecordedItem], delays: Delays) -> list[RecordedItem]:
    """The same items, in the order of their new times; each scope's are in their old order."""
    scopes = _scopes(items)
    totals: dict[Scope, int] = defaultdict(int)
    for scope in scopes.values():
        totals[scope] += 1
    seen: dict[Scope, int] = defaultdict(int)
    last: dict[Scope, float] = defaultdict(float)
    moved: list[RecordedItem] = []
    for number, item in enumerate(items):
        if isinstance(item, Opened):
            moved.append(item)
            continue
        scope = scopes[number]
        parts = delays.get(scope) or (0.0,)
        late = parts[seen[scope] * len(parts) // totals[scope]]
        seen[scope] += 1
        t = last[scope] = max(last[scope], item.t + late)
        moved.append(replace(item, t=t, at=item.at + timedelta(seconds=t - item.t)))
    return sorted(moved, key=lambda item: item.t)


def _scopes(items: Sequence[RecordedItem]) -> dict[int, Scope]:
    """By the numbers of the items, the scope of each. What was asked about a Pod belongs to what
    follows it."""
    found: dict[int, Scope] = {}
    for number, item in enumerate(items):
        if isinstance(item, Opened):
            continue
        of = next(one for one in items[number:] if not isinstance(one, Fetched))
        assert not isinstance(of, Opened | Fetched)
        found[number] = of.scope
    return found


def shifted(what: Expectations, seconds: float) -> Expectations:
    """The same with every span of time longer by so many seconds, so far as there is one."""

    def longer(span: float) -> float:
        return max(span + seconds, 0.001) if span else span

    return replace(
        what,
        timeout=longer(what.timeout),
        grace=longer(what.grace),
        stable=None if what.stable is None else longer(what.stable),
        within=tuple(replace(one, seconds=longer(one.seconds)) for one in what.within),
    )


def said(verdict: Verdict) -> tuple[Outcome, str, str, str]:
    """What must not hang on the order: the outcome, and the cause's rule, Pod and container."""
    cause = verdict.cause
    if cause is None:
        return verdict.outcome, "", "", ""
    pod = cause.pod.metadata.name if cause.pod is not None else ""
    return verdict.outcome, cause.rule, pod, cause.container
