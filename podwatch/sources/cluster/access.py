"""Which cluster is meant and as whom, as a command line says it. Importable without the client.

Responsible for one value that goes from the options to `podwatch.sources.cluster.connect`; what
it means, with the kubeconfig, is a matter of `podwatch.sources.cluster.configuration`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What was named of a cluster and a user; the kubeconfig says the rest, as it does to kubectl.

    What nobody named is None or empty. `request_timeout` is in seconds.
    """

    kubeconfig: str | None = None
    """A file instead of those of $KUBECONFIG."""
    context: str | None = None
    cluster: str | None = None
    user: str | None = None
    server: str | None = None
    token: str | None = field(default=None, repr=False)
    as_: str | None = None
    as_groups: tuple[str, ...] = ()
    as_uid: str | None = None
    insecure_skip_tls_verify: bool = False
    tls_server_name: str | None = None
    request_timeout: float | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """What a command's options say, among others that are not about this."""
        given = {one.name: options.get(one.name) for one in fields(cls)}
        groups, insecure = given.pop("as_groups"), given.pop("insecure_skip_tls_verify")
        return cls(as_groups=tuple(groups or ()), insecure_skip_tls_verify=bool(insecure), **given)

    @property
    def says_where(self) -> bool:
        """Whether a cluster is named, if only by a kubeconfig."""
        return bool(self.kubeconfig or self.context or self.cluster or self.server)

    def options(self) -> list[str]:
        """The options that say the same on another command line; a token has to be filled in."""
        return [word for words in self._named() for word in words]

    def names(self) -> str:
        """The options that were given: `--context and --kubeconfig`; empty without any."""
        return " and ".join(dict.fromkeys(name for name, *_ in self._named()))

    def _named(self) -> Iterator[tuple[str, ...]]:
        for one in fields(self):
            name = f"--{one.name.strip('_').replace('_', '-')}"
            match getattr(self, one.name):
                case None | False | "" | ():
                    pass
                case True:
                    yield (name,)
                case tuple(groups):
                    yield from ((name.removesuffix("s"), group) for group in groups)
                case float(seconds):
                    yield name, f"{seconds:g}s"
                case str(value):
                    yield name, "TOKEN" if one.name == "token" else value
