"""A Pod's own credentials, as a kubeconfig would say them.

Responsible for where a Pod finds its cluster and its ServiceAccount's token.

Source: https://github.com/kubernetes/client-go/blob/v0.34.0/tools/clientcmd/client_config.go
"""

import os
from pathlib import Path

from podwatch.sources.cluster.merged import ClusterInfo, Context, Merged, User

FOLDER = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_NAME = "in-cluster"


def own_credentials(folder: Path = FOLDER) -> Merged | None:
    """What a Pod knows; None outside of one."""
    host, port = (os.environ.get(f"KUBERNETES_SERVICE_{name}") for name in ("HOST", "PORT"))
    token = folder / "token"
    if not (host and port and token.is_file()):
        return None
    address = f"[{host}]" if ":" in host else host
    cluster = ClusterInfo(
        server=f"https://{address}:{port}", certificate_authority=str(folder / "ca.crt")
    )
    return Merged(
        source="this Pod's own ServiceAccount",
        found=1,
        contexts={_NAME: Context(cluster=_NAME, user=_NAME)},
        clusters={_NAME: cluster},
        users={_NAME: User(token_file=str(token))},
        current_context=_NAME,
    )


def own_namespace(folder: Path = FOLDER) -> str:
    """A Pod's namespace, which is also meant where a kubeconfig names none; empty outside."""
    if own_credentials(folder) is None:
        return ""
    if named := os.environ.get("POD_NAMESPACE"):
        return named
    try:
        return (folder / "namespace").read_text("utf-8").strip()
    except (OSError, ValueError):
        return ""
