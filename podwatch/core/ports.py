"""Ports that several containers of one Pod want.

Responsible for which ports that are, by what the spec declares. Nobody refuses such a Pod, and a
declared port need not be listened on: that a container failed at it is told by its own words.
"""

from podwatch.core.kube import Pod


def contested_ports(pod: Pod) -> dict[str, list[str]]:
    """The names of the containers that declare a port, by "8080/TCP", if it is more than one.

    Init containers are over when the others start, so only sidecars count among them.
    """
    sidecars = pod.sidecars()
    together = [one for one in pod.spec.init_containers if one.name in sidecars]
    declared: dict[str, list[str]] = {}
    for container in [*together, *pod.spec.containers]:
        own = dict.fromkeys(f"{p.container_port}/{p.protocol or 'TCP'}" for p in container.ports)
        for port in own:
            declared.setdefault(port, []).append(container.name)
    return {port: names for port, names in declared.items() if len(names) > 1}


def contested_port(pod: Pod, name: str) -> tuple[str, str] | None:
    """A port that a container and another one declare ("8080", "53/UDP"), and the other's name."""
    for port, names in contested_ports(pod).items():
        if name in names:
            return port.removesuffix("/TCP"), next(one for one in names if one != name)
    return None
