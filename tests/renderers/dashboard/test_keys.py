"""What a terminal sends becomes names."""

import os
import queue
import socket

import pytest

from podwatch.renderers.dashboard.keys import KeyReader, names


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        pytest.param("q", ["q"], id="a letter"),
        pytest.param("jjk", ["j", "j", "k"], id="letters typed fast"),
        pytest.param("\x1b", ["esc"], id="a bare Esc"),
        pytest.param("\x1bq", ["esc", "q"], id="Esc, then a letter"),
        pytest.param("\x1b\x1b", ["esc", "esc"], id="Esc twice"),
        pytest.param("\x1b[A\x1bOB", ["up", "down"], id="arrows of both kinds"),
        pytest.param("\x1b[5~\x1b[6~", ["pageup", "pagedown"], id="page keys"),
        pytest.param("\x1b[H\x1b[4~", ["home", "end"], id="Home and End"),
        pytest.param("\x1b[200~q\x1b[201~", ["q"], id="sequences without a name are left out"),
        pytest.param("\x1b[1;5A", [], id="Ctrl with an arrow is no letter"),
        pytest.param("\r\t\x7f", ["enter", "tab", "backspace"], id="named control characters"),
        pytest.param("\x1c\x00é", ["é"], id="other control characters are nothing"),
    ],
)
def test_keys_have_names(sent: str, keys: list[str]) -> None:
    assert list(names(sent)) == keys


@pytest.mark.parametrize(
    ("pieces", "key"),
    [
        pytest.param([b"\x1b"], "esc", id="a bare Esc comes without another key"),
        pytest.param([b"\x1b", b"[", b"A"], "up", id="an arrow"),
        pytest.param([b"\x1bO", b"A"], "up", id="an arrow of the other kind"),
        pytest.param([b"\x1b[1", b";5A\x1b[A"], "up", id="an arrow after one without a name"),
    ],
)
def test_a_key_may_come_in_pieces(pieces: list[bytes], key: str) -> None:
    keys: queue.SimpleQueue[str] = queue.SimpleQueue()
    ours, theirs = socket.socketpair(type=socket.SOCK_DGRAM)  # each piece is read by itself
    with ours, theirs:
        for piece in pieces:
            theirs.send(piece)
        reader = KeyReader(ours.fileno(), keys.put)
        reader.start()
        pressed = keys.get(timeout=2)
        reader.stop()
    assert pressed == key


def test_reading_stops_when_it_is_told_to() -> None:
    read, write = os.pipe()
    keys: queue.SimpleQueue[str] = queue.SimpleQueue()
    reader = KeyReader(read, keys.put)
    reader.start()
    reader.stop()
    os.write(write, b"typed for the shell")
    assert os.read(read, 100) == b"typed for the shell"
    assert keys.empty()
    os.close(read)
    os.close(write)
