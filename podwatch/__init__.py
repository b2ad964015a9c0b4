"""podwatch explains the lifecycle of real Pods while it happens.

The map: sources give a stream of typed items, the pure core says what each one brought, renderers
show it. Nothing flows back.

    sources ──item──▶ core.session.Session.feed ─Update─▶ renderers
    cluster             transitions: what happened          dashboard, lines, jsonl
    recording           concepts:    what it means          verdict
                        board:       what to draw

Start reading at `podwatch.core.stream` (what crosses the boundary), then
`podwatch.core.transitions`.
"""

__version__ = "0.1.0"
