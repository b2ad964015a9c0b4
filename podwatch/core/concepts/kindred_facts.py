"""The facts of a Pod beside another one: what tells the two apart.

Responsible for names and values, as `podwatch.core.concepts.facts` is for those of the Pod alone.
Which Pods these are is `podwatch.core.pods`' to find.
"""

from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import Pod


def former_facts(pod: Pod, former: Pod | None) -> Facts:
    """About the Pod whose place it has: only if that had another IP address, as it usually had."""
    if former is None or not former.status.pod_ip or former.status.pod_ip == pod.status.pod_ip:
        return {}
    return {
        "former.name": former.metadata.name,
        "former.uid": _shortened_uid(former),
        "former.ip": former.status.pod_ip,
        "former.namesake": former.metadata.name == pod.metadata.name,
        "pod.short_uid": _shortened_uid(pod),
    }


def sibling_facts(pod: Pod, sibling: Pod | None) -> Facts:
    """About one of the same controller that has the same port: only if that has another address."""
    if sibling is None or sibling.status.pod_ip in {"", pod.status.pod_ip}:
        return {}
    shared = [port for port in _ports(pod) if port in _ports(sibling)]
    if not shared:
        return {}
    return {
        "sibling.name": sibling.metadata.name,
        "sibling.ip": sibling.status.pod_ip,
        "sibling.port": shared[0],
    }


def _ports(pod: Pod) -> list[int]:
    return [port.container_port for one in pod.spec.containers for port in one.ports]


def _shortened_uid(pod: Pod) -> str:
    """As much of it as tells two Pods apart."""
    return f"{pod.metadata.uid[:8]}…"
