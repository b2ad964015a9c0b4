"""The symptom of a Node that has gone wrong under its Pod.

Responsible for what proves that: the Node itself where it can be read, else what its controller
wrote into the Pod. What only keeps a Pod from a node is `podwatch.core.present.scheduling`'s.
"""

from functools import partial

from podwatch.core.concepts.condition_facts import UNREACHABLE
from podwatch.core.concepts.owner_facts import tolerated_for
from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import Pod
from podwatch.core.present.facts import PartFacts, Seen, Symptom, decoded
from podwatch.core.present.telling import newest


def silent_node(seen: Seen) -> Symptom | None:
    """Its Node, if that is silent or gone wrong; None while nothing says so.

    The kubelet gives Ready False a reason; the controller of a silent node sets it without one,
    and leaves ContainersReady as the kubelet has said it:
    https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/util/node/controller_utils.go
    """
    pod = seen.pod
    if not pod.spec.node_name or pod.status.is_over:
        return None
    if seen.around.lacks_node:
        gone: Facts = {"node.name": pod.spec.node_name, "node.gone": True}
        return Symptom("node", PartFacts(seen, gone))
    node, ready = seen.node, pod.condition("Ready")
    facts: Facts = {"node.name": pod.spec.node_name, "node.known": node is not None}
    if node is not None:
        own = next((one for one in node.status.conditions if one.type == "Ready"), None)
        if own is None or own.status == "True":
            return None
        facts |= {"node.else": _otherwise(pod), "node.ready": own.status}
        return Symptom("node", PartFacts(seen, facts, {"message": partial(decoded, own.message)}))
    unexplained = (
        ready is not None
        and ready.status == "False"
        and not ready.reason
        and (pod.is_true("ContainersReady") or pod.condition("ContainersReady") is None)
    )
    if pod.status.reason != "NodeLost" and not unexplained:
        return None
    told = newest(seen.events, "NodeNotReady") is not None
    facts["node.told"] = told or pod.status.reason == "NodeLost"
    message = pod.status.message if pod.status.reason == "NodeLost" else ""
    return Symptom("node", PartFacts(seen, facts, {"message": partial(decoded, message)}))


def _otherwise(pod: Pod) -> str:
    """What becomes of a Pod whose node stays silent, after a semicolon; empty if nothing."""
    if pod.metadata.deletion_timestamp is not None:
        return ""
    seconds = tolerated_for(UNREACHABLE, pod.spec.tolerations)
    return f"; else the Pod is deleted {seconds} s after the node went silent" if seconds else ""
