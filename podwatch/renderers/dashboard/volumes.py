"""What the containers of a Pod share: the one network and the volumes.

Responsible for how both are said, in rows of the anatomy's box.
"""

from collections import Counter

from podwatch.core.kube import Pod
from podwatch.core.kube.pod_spec import EmptyDir, Volume
from podwatch.core.text import listed
from podwatch.renderers.dashboard.layout import Layout, Line, wrapped

EVERY_PODS = "kube-api-access-"
"""How the volume begins that Kubernetes itself adds to nearly every Pod."""


def what_they_share(pod: Pod, inner: int, pen: Layout) -> list[Line]:
    """Rows of at most `inner` cells."""
    rows = _row("network", _network(pod), inner, pen)
    for number, volume in enumerate(pod.spec.volumes):
        label = "" if number else "volumes" if len(pod.spec.volumes) > 1 else "volume"
        name = volume.name
        if name.startswith(EVERY_PODS):
            text = f"{name}: a token for the API server, as in nearly every Pod"
            rows += _row(label, text, inner, pen, dim=True)
            continue
        text = "; ".join(filter(None, (f"{name}: {kept_in(volume)}", _mounted_by(pod, name))))
        rows += _row(label, text, inner, pen)
    return rows


def _network(pod: Pod) -> str:
    status, spec = pod.status, pod.spec
    addresses = [address.ip for address in status.pod_ips if address.ip]
    ip = " and ".join(addresses) or status.pod_ip
    sidecars = pod.sidecars()
    together = [one for one in spec.init_containers if one.name in sidecars] + [*spec.containers]
    several = len(together) > 1
    declared = [
        (one.name, port)
        for one in together
        for port in dict.fromkeys((port.container_port, port.protocol) for port in one.ports)
    ]
    by = Counter(port for _, port in declared)  # which of two that declare one listens is not known
    ports = [f"{name} at localhost:{port[0]}" for name, port in declared if by[port] == 1]
    reach = ""
    if several:
        reach = f"; inside they reach {listed(ports)}" if ports else "; inside it is localhost"
    if spec.host_network:
        on = f", {ip}" if ip else ""
        return f"the node's own{on}: this Pod has no IP address of its own{reach}"
    if status.is_over:
        return f"its IP address was {ip}; it has ended, so nobody answers there" if ip else "none"
    if not ip and status.phase == "Running":
        return f"no IP address in its status{reach}"
    if not ip:
        return f"no IP address yet: it gets one when its network is set up on a node{reach}"
    kind = "addresses" if len(addresses) > 1 else "address"
    whose = "for all its containers" if several else "for the Pod"
    return f"one IP {kind} {whose}: {ip}{reach}"


def kept_in(volume: Volume) -> str:
    """Where a volume's data is and how long it lives, in a few words."""
    match volume:
        case Volume(empty_dir=EmptyDir() as empty):
            memory = " in memory" if empty.medium == "Memory" else ""
            limit = f" of at most {empty.size_limit}" if empty.size_limit.strip("0") else ""
            return f"emptyDir{memory}{limit}, lost with this Pod, kept when a container restarts"
        case Volume(persistent_volume_claim=claim) if claim is not None:
            return f"persistent, claim {claim.claim_name}, outlives this Pod"
        case Volume(config_map=source) if source is not None:
            return f"files from ConfigMap {source.name}"
        case Volume(secret=source) if source is not None:
            return f"files from Secret {source.secret_name}"
        case Volume(host_path=path) if path is not None:
            return f"hostPath, {path.path} of the node itself, stays there after this Pod"
        case Volume(nfs=nfs) if nfs is not None:
            return f"persistent, NFS {nfs.server}:{nfs.path}, outlives this Pod"
        case Volume(image=image) if image is not None:
            return f"the files of image {image.reference}, read-only"
        case Volume(csi=csi) if csi is not None:
            return f"made by driver {csi.driver} for this Pod"
    for name, words in _OTHERS.items():
        if getattr(volume, name) is not None:
            return words
    return "of a kind that podwatch does not know"


_OTHERS = {
    "ephemeral": "a claim made for this Pod, deleted with it",
    "projected": "files from several sources as one directory",
    "downward_api": "files with facts about this Pod",
    "iscsi": "persistent, an iSCSI disk, outlives this Pod",
    "fc": "persistent, a Fibre Channel disk, outlives this Pod",
    "aws_elastic_block_store": "persistent, an EBS disk of AWS, outlives this Pod",
    "azure_disk": "persistent, a disk of Azure, outlives this Pod",
    "azure_file": "persistent, a file share of Azure, outlives this Pod",
    "cephfs": "persistent, a file system of Ceph, outlives this Pod",
    "cinder": "persistent, a disk of OpenStack, outlives this Pod",
    "flex_volume": "mounted by a driver on the node (FlexVolume, which CSI replaces)",
    "gce_persistent_disk": "persistent, a disk of Google Cloud, outlives this Pod",
    "git_repo": "a copy of a Git repository, lost with this Pod",
    "glusterfs": "persistent, a file system of GlusterFS, outlives this Pod",
    "rbd": "persistent, a disk of Ceph, outlives this Pod",
    "vsphere_volume": "persistent, a disk of vSphere, outlives this Pod",
}


def _mounted_by(pod: Pod, volume: str) -> str:
    at: dict[str, list[str]] = {}
    for container in pod.all_containers():
        for mount in container.volume_mounts:
            if mount.name == volume:
                only = " (read-only)" if mount.read_only else ""
                at.setdefault(mount.mount_path, []).append(f"{container.name}{only}")
    mounts = [f"at {path} in {listed(names)}" for path, names in at.items()]
    if not mounts and not any(one.volume_mounts for one in pod.all_containers()):
        return ""  # such a file leaves the mounts out
    return listed(mounts) or "no container mounts it"


def _row(label: str, text: str, inner: int, pen: Layout, *, dim: bool = False) -> list[Line]:
    lines = wrapped(pen.say(text), max(inner - _LABEL, 8))
    return pen.labelled(label, lines, _LABEL, "dim" if dim else "")


_LABEL = 9
