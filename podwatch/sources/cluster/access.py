"""Which cluster is meant and as whom, as a command line says it. Importable without the client.

Responsible for one value that goes from the options to `podwatch.sources.cluster.connect`; what
it means, with the kubeconfig, is a matter of `podwatch.sources.cluster.configuration`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What was named of a cluster and a user; the kubeconfig says the rest, as it does to kubectl.

    What nobody named is None or empty. A field is called as its option is.
    """

    kubeconfig: str | None = None
    """A file instead of those of $KUBECONFIG."""
    context: str | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """What a command's options say, among others that are not about this."""
        named = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in options.items() if name in named})

    def options(self) -> list[str]:
        """The options that say the same on another command line, each beside its value."""
        return [word for name, value in self._named() for word in (name, value)]

    def names(self) -> str:
        """The options that were given: `--context and --kubeconfig`; empty without any."""
        return " and ".join(name for name, _ in self._named())

    def _named(self) -> Iterator[tuple[str, str]]:
        for field in fields(self):
            if value := getattr(self, field.name):
                yield f"--{field.name}", value
