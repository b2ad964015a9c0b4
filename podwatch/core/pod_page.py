"""Everything that a page says of one version of a Pod: who owns it, how it stands, what is amiss.

Responsible for putting together what others decide (`columns`, `diagnosis`, `disagreement`); how
a page looks is the renderers' business.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from podwatch.core.columns import Columns, columns
from podwatch.core.diagnosis import diagnosed
from podwatch.core.disagreement import disagreement
from podwatch.core.finding import Diagnosis
from podwatch.core.kube import Owner, Pod
from podwatch.core.surroundings import Surroundings


class PodPage(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a Pod with what is to be said about it.

    `now`: the cluster's clock at that moment, None where it is not known. `owners`: `ReplicaSet
    web-5d9c`, the nearest first. `diagnosis`: None for a manifest, which no cluster has yet.
    `note`: what has to be known about this version, like that the Pod is gone.
    """

    now: datetime | None
    pod: Pod
    columns: Columns
    owners: tuple[str, ...] = ()
    diagnosis: Diagnosis | None = None
    disagreement: tuple[str, ...] = ()
    note: str = ""


def pod_page(
    pod: Pod,
    around: Surroundings,
    now: datetime | None,
    *,
    before_1_35: bool = False,
    note: str = "",
) -> PodPage:
    """What is to be said about this version of a Pod; `before_1_35` as `is_before_1_35` says."""
    shown = columns(pod, before_1_35=before_1_35)
    return PodPage(
        now=now,
        pod=pod,
        columns=shown,
        owners=chain(pod, around.owners),
        diagnosis=diagnosed(pod, around, now) if pod.is_stored else None,
        disagreement=disagreement(pod, shown),
        note=note,
    )


def chain(pod: Pod, known: Iterable[Owner]) -> tuple[str, ...]:
    """The Pod's controller and that one's, as far as they are known, the nearest first."""
    by_uid = {owner.metadata.uid: owner for owner in known}
    owners: list[str] = []
    controller = pod.metadata.controller
    while controller is not None and len(owners) < 8:
        owners.append(f"{controller.kind} {controller.name}")
        owner = by_uid.pop(controller.uid, None)
        controller = owner.metadata.controller if owner is not None else None
    return tuple(owners)
