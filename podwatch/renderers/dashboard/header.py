"""The top of the screen: where podwatch looks, how the connection and the Pods are.

Responsible for what is left out where there is not room for all, and for the lines that say that
the connection is not as it should be or that the screen stands still.
"""

from rich.text import Text

from podwatch.core.board import Board
from podwatch.core.health import HEALTH_WORDS
from podwatch.core.stream import Connection, ConnectionState
from podwatch.core.text import counted
from podwatch.renderers.dashboard.layout import Layout, Line, Part, cells
from podwatch.renderers.dashboard.playing import progress_parts
from podwatch.renderers.dashboard.view_state import Past, ViewState, place


def header(board: Board, look: ViewState, width: int, pen: Layout, recorded: bool) -> Text:
    """The first line of the screen."""
    brand: Part = (" podwatch", "brand")
    opened = board.opened
    where, version = "", ""
    if opened is not None:
        where = pen.own(f"  {pen.say(opened.context)} · {pen.say(place(board))}")
        version = pen.own(f" · {pen.say(opened.server_version)}") if opened.server_version else ""
    lefts: list[Line] = [
        [brand, (where, ""), (version, "dim")],
        [brand, (where, "")],
        [brand, (f"  {pen.say(place(board))}", "")],
    ]
    connections = [connection_parts(board, pen, recorded)]
    if look.past:  # it takes the connection's place, so that nothing moves
        connections = [_stopped(board, look.past, pen)]
    elif look.progress is not None:
        connections = [progress_parts(look.progress, pen, bar=bar) for bar in (True, False)]
    words, symbols = _counts(board, pen)
    rights = [[*connections[0], *words]]
    rights += [[*connection, *symbols] for connection in connections]
    tried = [(left, right) for right in rights for left in lefts[:2]]
    for left, right in (*tried, (lefts[2], rights[-1])):
        if cells(left) + 2 + cells(right) <= width:
            return pen.line(width, left, right)
    return pen.line(width, lefts[2], [("  ", ""), *rights[-1]])


def _counts(board: Board, pen: Layout) -> tuple[Line, Line]:
    """How the Pods stand, in words and in symbols only (the rows' own)."""
    counts = board.counts
    total = sum(counts.values())
    pods = f"   {counted(total, 'Pod')}"
    words: Line = [(pods + ":", "")] if total else []
    symbols: Line = [(pods, "")] if total else []
    for health, word in HEALTH_WORDS.items():
        if counts[health]:
            said = f"  {pen.symbol(health)} {counts[health]}"
            words.append((f"{said} {word}", health))
            symbols.append((said, health))
    return [*words, (" ", "")], [*symbols, (" ", "")]


_RANKS: dict[str, int] = {
    ConnectionState.RECONNECTING: 1,
    ConnectionState.LISTING: 2,
    ConnectionState.LIVE: 3,
}
"""The states from bad to good; any other is worse."""


def _connection(board: Board) -> Connection | None:
    """The Pods' connection that is in the worst state."""
    own = [one for scope, one in board.connections.items() if scope.kind == "Pod"]
    return min(own, key=lambda one: _RANKS.get(one.state, 0), default=None)


def connection_parts(board: Board, pen: Layout, recorded: bool) -> Line:
    """How the connection is, with a symbol and a word."""
    connection = _connection(board)
    if recorded and (connection is None or connection.state == ConnectionState.LIVE):
        return [(f"{pen.symbol('here')} recorded", "")]
    if board.opened is None or connection is None:
        word = "connecting" if board.opened is None else "" if board.synced else "listing"
        return [(f"{pen.symbol('listing')} {word}", "")] if word else []
    word = pen.say(connection.state)
    symbol = connection.state if connection.state in {"live", "listing"} else "reconnecting"
    if connection.state == ConnectionState.FORBIDDEN:
        symbol = "alarm"
    elif connection.state == ConnectionState.LIVE and board.silent:
        symbol, word = "reconnecting", f"silent for {board.silent:.0f} s"
    style = {"live": "ready", "listing": "dim"}.get(symbol, "alarm")
    return [(f"{pen.symbol(symbol)} {word}", style)]


def banner(board: Board, width: int, pen: Layout) -> list[Text]:
    """A line for a connection that is not as it should be, and why."""
    connection = _connection(board)
    if connection is not None:
        cause = f": {pen.say(connection.cause)}" if connection.cause else ""
        match connection.state:
            case ConnectionState.RECONNECTING:
                since = pen.time(connection.at)
                text = f" {pen.symbol('reconnecting')} reconnecting since {since}{cause}"
                return [pen.line(width, [(text, "alarm")])]
            case ConnectionState.FORBIDDEN:
                text = f" {pen.symbol('alarm')} {connection.state}{cause}"
                return [pen.line(width, [(text, "alarm")])]
    for scope, one in board.connections.items():
        if scope.kind == "Namespace" and one.state == ConnectionState.MISSING:
            text = pen.own(f" {pen.symbol('alarm')} {pen.say(one.cause)}")
            return [pen.line(width, [(text, "alarm")])]
        if scope.kind == "Event" and one.state == ConnectionState.FORBIDDEN:
            text = pen.own(f" · no Events here: {pen.say(one.cause)}")
            return [pen.line(width, [(text, "dim")])]
    return []


def _stopped(board: Board, past: Past, pen: Layout) -> Line:
    """That the screen stands still, at which moment, and what it does not show."""
    moment = pen.time(board.now) if board.now is not None else ""
    where = f"{past.steps} back of {past.kept}" if past.steps else "paused"
    parts: Line = [(f" {where} ", "stopped"), (f"  {moment}", "strong")]
    if past.missed:
        parts.append((f"  {past.missed} came meanwhile", "alarm"))
    return parts
