"""`podwatch scenario clean`: what runs that were killed have left on a cluster.

Responsible for finding it by the labels of what podwatch makes, and for saying what will be deleted
before it is.
"""

import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from podwatch.app.permit import permit
from podwatch.app.stage import OURS, SCENARIO, LiveStage, namespace_of
from podwatch.core.text import counted, listed
from podwatch.renderers.sanitize import visible
from podwatch.scenarios import names, scenario
from podwatch.sources.cluster.access import Access
from podwatch.sources.kubectl import Kubectl

if TYPE_CHECKING:
    from podwatch.sources.cluster.cluster import Cluster


def clean(access: Access, *, namespace: str = "", yes: bool = False) -> None:
    """Delete all that scenarios have made on the cluster, or in one namespace."""
    where = f"in namespace {namespace}" if namespace else "on the cluster"

    def deed(cluster: "Cluster") -> str:
        there = [] if namespace else sorted(left_namespaces(cluster))
        named = f", namespace {listed(there)} among it" if there else ""
        return f"delete all that scenarios have made {where}{named}"

    kubectl = Kubectl(permit(access, deed, yes=yes))
    left = list(_left(kubectl, namespace))
    for name, in_ in left:
        if name in names():
            lent = in_ if namespace else ""
            LiveStage(kubectl, scenario(name), note, lent=lent).clear(of_another_run=True)
        else:  # of another version of podwatch
            kubectl.run("delete", "namespace", in_, "--ignore-not-found")
    if not namespace:
        kubectl.run("delete", _CLUSTER_WIDE, "-l", OURS, "--ignore-not-found")
    note(f"{counted(len(left), 'scenario')} cleaned up" if left else "nothing was left")


_CLUSTER_WIDE = "persistentvolumes,priorityclasses"
_IN_A_NAMESPACE = (
    "pods,deployments,statefulsets,jobs,persistentvolumeclaims,resourcequotas,poddisruptionbudgets"
)
"""What scenarios make."""


def left_namespaces(cluster: "Cluster") -> set[str]:
    """The namespaces that scenarios have made."""
    found = cluster.questions.labelled("Namespace", OURS)
    return {one.name for one in found if one.name == namespace_of(one.labels[SCENARIO])}


def _left(kubectl: Kubectl, namespace: str) -> Iterator[tuple[str, str]]:
    """The scenarios of which something is left, and the namespaces that they ran in."""
    kinds = _IN_A_NAMESPACE if namespace else "namespaces"
    found = kubectl.run("get", kinds, "-l", OURS, "-o", "json", namespace=namespace)
    metas = [one["metadata"] for one in msgspec.json.decode(found)["items"]]
    known = ((one["labels"][SCENARIO], namespace or one["name"]) for one in metas)
    for name, in_ in dict.fromkeys(known):
        if namespace or in_ == namespace_of(name):  # a label alone is no proof
            yield name, in_


def note(text: str) -> None:
    """Say something beside what is printed; nobody may be there any more."""
    with suppress(OSError):
        sys.stderr.write(f"· {visible(text)}\n")
        sys.stderr.flush()
