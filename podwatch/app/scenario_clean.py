"""`podwatch scenario clean`: what runs that were killed have left on a cluster.

Responsible for finding it by the labels of what podwatch makes, and for saying what will be deleted
before it is.
"""

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from podwatch.app.permit import permit
from podwatch.app.stage import MADE, SCENARIO, LiveStage, namespace_of, performer
from podwatch.core.text import listed
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
    left, busy = _found(kubectl, namespace)
    if not left:
        note("nothing is left")
    for name, in_ in left:
        if name in names():
            lent = in_ if namespace else ""
            LiveStage(kubectl, scenario(name), note, lent=lent).clear(of_another_run=True)
        else:  # of another version of podwatch
            kubectl.run("delete", "namespace", in_, "--ignore-not-found")
    if not namespace:
        but = f",{SCENARIO} notin ({','.join(busy)})" if busy else ""
        kubectl.run("delete", _CLUSTER_WIDE, "-l", MADE + but, "--ignore-not-found")


_CLUSTER_WIDE = "persistentvolumes,priorityclasses"
_IN_A_NAMESPACE = (
    "pods,deployments,statefulsets,jobs,persistentvolumeclaims,resourcequotas,poddisruptionbudgets"
)
"""What scenarios make."""


def left_namespaces(cluster: "Cluster") -> set[str]:
    """The namespaces that scenarios have made."""
    found = cluster.questions.labelled("Namespace", MADE)
    return {one.name for one in found if one.name == namespace_of(one.labels[SCENARIO])}


def _found(kubectl: Kubectl, namespace: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The scenarios of which something is left, with their namespaces; those performed now."""
    kinds = _IN_A_NAMESPACE if namespace else "namespaces"
    found = kubectl.run("get", kinds, "-l", MADE, "-o", "json", namespace=namespace)
    left, busy = dict[tuple[str, str], None](), list[str]()
    for meta in (one["metadata"] for one in msgspec.json.decode(found)["items"]):
        name, in_ = meta["labels"][SCENARIO], namespace or meta["name"]
        if process := performer(meta):
            busy.append(name)
            note(f"namespace {in_} is left alone: process {process} performs {name} there now")
        elif namespace or in_ == namespace_of(name):  # a label alone is no proof
            left[name, in_] = None
    return list(left), busy


def note(text: str) -> None:
    """Say something beside what is printed; nobody may be there any more."""
    with suppress(OSError):
        sys.stderr.write(f"· {visible(text)}\n")
        sys.stderr.flush()
