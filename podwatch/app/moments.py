"""Moments of a recording: where they are in it, and what there was then.

Responsible for finding in a recording what a question or a chapter names (`Moment`), and for the
real Pod of a picture. Both are read off the recording by the same session that plays it.
"""

from collections.abc import Iterator, Sequence

import msgspec

from podwatch.core.board import Update
from podwatch.core.concepts import catalog
from podwatch.core.kube import Owner, Pod
from podwatch.core.pod_page import PodPage, pod_page
from podwatch.core.predictions import is_met
from podwatch.core.question import Moment
from podwatch.core.session import Session
from podwatch.core.stream import KeptItem, Tick
from podwatch.core.surroundings import Objects
from podwatch.core.timeline import Explained


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """Where a moment is: `item` is the number of the item that brings it, `end` that of the first
    one that comes after it was told. `told` is what it is.
    """

    item: int
    end: int
    told: Explained


def reached(items: Sequence[KeptItem], moment: Moment) -> Reached | None:
    """Where the moment is in these items; None if it does not come.

    What happens is told with what belongs to it, which may come a little later.
    """
    session, met = Session(catalog()), 0
    found: tuple[int, Explained] | None = None
    for number, item in enumerate(items):
        if found is not None:
            since = items[found[0]].t + _TOLD_WITHIN
            if item.t > since or any(_tells(found[1], one) for one in _by_itself(session, item.t)):
                return Reached(item=found[0], end=number, told=found[1])
        update = session.feed(item)
        for told in update.entries if found is None else ():
            if isinstance(told, Explained) and is_met(moment, told):
                met += 1
                if met == moment.count:
                    found = (number, told)
                    break
        if found is not None and _tells(found[1], update):
            return Reached(item=found[0], end=number + 1, told=found[1])
    return None if found is None else Reached(item=found[0], end=len(items), told=found[1])


_TOLD_WITHIN = 2.0
"""Seconds after which what happened has been told, be it in a row that was told before."""


def _by_itself(session: Session, t: float) -> Iterator[Update]:
    """What is told by itself up to `t`."""
    while (due := session.tells_at()) is not None and due <= t:
        yield session.feed(Tick(t=due))


def _tells(told: Explained, update: Update) -> bool:
    """Whether it is told now."""
    beats = (one.beat for one in update.beats if one.told)
    return any(part is told for beat in beats for part in beat.parts)


class Still(msgspec.Struct, frozen=True, kw_only=True):
    """What there was at a moment: the `page` of the Pod that a picture is about, all Pods, it
    first, and the workloads. `met` are the phases that Pods went through up to then, `now` those
    that they are in.
    """

    page: PodPage
    pods: tuple[Pod, ...]
    owners: tuple[Owner, ...]
    met: frozenset[str]
    now: frozenset[str]


def still(items: Sequence[KeptItem], moment: Moment | None = None, pod: str = "") -> Still | None:
    """What there was at the moment, or at the end; None where there is no such Pod.

    The Pod is the newest whose name begins with `pod`; without a name that of the moment.
    """
    at = reached(items, moment) if moment is not None else None
    if moment is not None and at is None:
        return None
    session, met = Session(catalog(), forgets=False), set[str]()
    for item in items if at is None else items[: at.item + 1]:
        session.feed(item)
        met |= _phases(session)
    rows = session.pods.rows.values()
    of_moment = at.told.ref.key if at is not None and not pod else None
    named = [row for row in rows if row.ref.name.startswith(pod)]
    chosen = [row for row in named if row.ref.key == of_moment] or [
        *(row for row in named if row.gone),
        *(row for row in named if not row.gone),
    ]
    if not chosen:
        return None
    row, store = chosen[-1], session.store
    there = [one.pod for one in rows if not one.gone and one is not row]
    owners = [one for one in store.objects(row.ref.cluster) if isinstance(one, Owner)]
    around = Objects([*store.objects(row.ref.cluster), *there, row.pod]).around(row.pod)
    page = pod_page(
        row.pod,
        around,
        store.now(row.gone_t if row.gone else store.t),
        before_1_35=store.before_1_35,
    )
    return Still(
        page=page,
        pods=(row.pod, *there),
        owners=tuple(owners),
        met=frozenset(met),
        now=frozenset(_phases(session)),
    )


def _phases(session: Session) -> set[str]:
    """Those of the Pods that are there."""
    return {row.pod.status.phase for row in session.pods.rows.values() if not row.gone}
