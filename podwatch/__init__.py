"""podwatch explains the lifecycle of real Pods while it happens.

The map: sources give a stream of typed items, the pure core says what each one brought, renderers
show it. Nothing flows back.

    sources ──item──▶ core.session.Session.feed ─Update─▶ renderers
    cluster             transitions: what happened          dashboard, lines, jsonl
    recording           concepts:    what it means          verdict
                        board:       what to draw

Start reading at `podwatch.core.stream` (what crosses the boundary), then
`podwatch.core.transitions`.

A program calls `diagnose` (docs/agents.md): `from podwatch import diagnose` loads what that needs,
`import podwatch` nothing.
"""

from typing import TYPE_CHECKING, Any

from podwatch.version import __version__

if TYPE_CHECKING:
    from podwatch.app.in_test import NotMet, Podwatch
    from podwatch.core.finding import Diagnosis, Finding
    from podwatch.core.public import diagnose
    from podwatch.errors import PodwatchError, Undiagnosable

__all__ = [
    "Diagnosis",
    "Finding",
    "NotMet",
    "Podwatch",
    "PodwatchError",
    "Undiagnosable",
    "__version__",
    "diagnose",
]

_HOMES = {
    "Diagnosis": "podwatch.core.finding",
    "Finding": "podwatch.core.finding",
    "NotMet": "podwatch.app.in_test",
    "Podwatch": "podwatch.app.in_test",
    "PodwatchError": "podwatch.errors",
    "Undiagnosable": "podwatch.errors",
    "diagnose": "podwatch.core.public",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
