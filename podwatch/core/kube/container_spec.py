"""What is wanted of a container. Source of the names: core/v1 `Container`.

Environments, commands and arguments are not among the fields: they are never kept.
"""

import msgspec

from podwatch.core.kube.meta import Base, Empty


class Port(Base, frozen=True):
    """A declared port: information only, declaring it opens nothing."""

    name: str = ""
    container_port: int = 0
    host_port: int = 0
    protocol: str = ""


class VolumeMount(Base, frozen=True):
    """Where a container sees a volume of its Pod."""

    name: str = ""
    mount_path: str = ""
    sub_path: str = ""
    read_only: bool = False


class Resources(Base, frozen=True):
    """Quantities as the API writes them ("100m", "64Mi"), by resource name."""

    requests: dict[str, str] = {}
    limits: dict[str, str] = {}


class ResizePolicy(Base, frozen=True):
    """What an in-place resize of one resource does to the container."""

    resource_name: str = ""
    restart_policy: str = ""


class ExitCodes(Base, frozen=True):
    """Which exit codes a restart rule is about."""

    operator: str = ""
    values: tuple[int, ...] = ()


class RestartRule(Base, frozen=True):
    """One of a container's restartPolicyRules."""

    action: str = ""
    exit_codes: ExitCodes | None = None


class PortAction(Base, frozen=True):
    """What is done over the network; of that only the port is kept (a number or a name)."""

    port: int | str = 0


class HttpProbe(PortAction, frozen=True):
    """What a probe asks of a web server: the path without its query, which may hold a secret.

    Headers are not kept. An empty path: it is not known, as in old recordings.
    """

    path: str = ""

    def __post_init__(self) -> None:
        """Leave out the query, and a fragment, which the kubelet does not send either."""
        path = self.path
        if "?" in path or "#" in path:
            bare = path.partition("#")[0].partition("?")[0]
            msgspec.structs.force_setattr(self, "path", bare)


class GrpcProbe(PortAction, frozen=True):
    """What a probe asks of a gRPC server: how one of its services is; empty for all of it."""

    service: str = ""


class Probe(Base, frozen=True):
    """What a probe asks for, and its timings (seconds); a command is not kept."""

    exec: Empty | None = None
    http_get: HttpProbe | None = None
    tcp_socket: PortAction | None = None
    grpc: GrpcProbe | None = None
    initial_delay_seconds: int = 0
    period_seconds: int = 0
    timeout_seconds: int = 0
    success_threshold: int = 0
    failure_threshold: int = 0
    termination_grace_period_seconds: int | None = None


class Hook(Base, frozen=True):
    """A lifecycle hook's kind; what it runs is not kept."""

    exec: Empty | None = None
    http_get: PortAction | None = None
    tcp_socket: PortAction | None = None
    sleep: Empty | None = None


class Hooks(Base, frozen=True):
    """A container's lifecycle hooks."""

    post_start: Hook | None = None
    pre_stop: Hook | None = None


class Container(Base, frozen=True):
    """A container, init container or ephemeral container, as the spec wants it."""

    name: str = ""
    image: str = ""
    image_pull_policy: str = ""
    restart_policy: str = ""
    restart_policy_rules: tuple[RestartRule, ...] = ()
    ports: tuple[Port, ...] = ()
    volume_mounts: tuple[VolumeMount, ...] = ()
    resources: Resources = Resources()
    resize_policy: tuple[ResizePolicy, ...] = ()
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None
    lifecycle: Hooks | None = None
    target_container_name: str = ""
