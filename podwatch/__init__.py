"""podwatch explains the lifecycle of real Pods while it happens.

The map: sources give a stream of typed items, the pure core turns each into news, renderers
show the news. Nothing flows back.

    sources ──item──▶ session.Session.feed ─Update─▶ renderers
    cluster.py          lifecycle: what happened       dashboard, lines, jsonl
    recording.py        concepts:  what it means
                        board:     what to draw

Start reading at `podwatch.core.stream` (what crosses the boundary), then
`podwatch.core.transitions`.
"""

__version__ = "0.1.0"
