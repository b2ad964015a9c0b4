"""What a terminal sends becomes names."""

import os
import queue
import socket

import pytest

from podwatch.renderers.dashboard.keys import Key, KeyReader, Mouse, TerminalAnswer, sent


@pytest.mark.parametrize(
    ("typed", "keys"),
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
def test_keys_have_names(typed: str, keys: list[str]) -> None:
    assert list(sent(typed)) == list(map(Key, keys))


@pytest.mark.parametrize(
    ("came", "means"),
    [
        pytest.param("\x1b[<0;5;12M", [Mouse("click", 4, 11)], id="a click"),
        pytest.param("\x1b[<0;5;12m", [], id="its end"),
        pytest.param("\x1b[<64;1;1M", [Mouse("wheelup", 0, 0)], id="the wheel, up"),
        pytest.param("\x1b[<65;300;99Mq", [Mouse("wheeldown", 299, 98), Key("q")], id="and down"),
        pytest.param("\x1b[<4;5;12M\x1b[<2;5;12M\x1b[<35;5;12M", [], id="Shift, right, motion"),
        pytest.param("\x1b[<0;5;123456789M", [], id="no cell is so far away"),
        pytest.param("\x1b[M q!\x1b[M#q!j", [Key("j")], id="a click of a terminal without digits"),
        pytest.param(
            "q\x1b]11;rgb:0000/2b2b/3636\x1b\\e\x1b[?62;22cf",
            [Key("q"), TerminalAnswer((0, 0x2B, 0x36)), Key("e"), TerminalAnswer(None), Key("f")],
            id="answers among what is typed",
        ),
        pytest.param(
            "\x1b]11;rgb:ff/ff/ff\x07", [TerminalAnswer((255, 255, 255))], id="ended by BEL"
        ),
        pytest.param("\x1b]52;c;cm0gLXJm\x07q", [Key("q")], id="what nobody asked for"),
        pytest.param("\x1b]q", [Key("esc"), Key("]"), Key("q")], id="no answer, but typed"),
    ],
)
def test_the_mouse_and_answers_are_told_from_keys(
    came: str, means: list[Key | Mouse | TerminalAnswer]
) -> None:
    assert list(sent(came)) == means


@pytest.mark.parametrize(
    ("pieces", "key"),
    [
        pytest.param([b"\x1b"], "esc", id="a bare Esc comes without another key"),
        pytest.param([b"\x1b", b"[", b"A"], "up", id="an arrow"),
        pytest.param([b"\x1bO", b"A"], "up", id="an arrow of the other kind"),
        pytest.param([b"\x1b[1", b";5A\x1b[A"], "up", id="an arrow after one without a name"),
        pytest.param([b"\x1b]11;rg", b"b:0/0/0\x1b", b"\\q"], "q", id="a key after an answer"),
        pytest.param([b"\x1b[<0;1", b"2;7mq"], "q", id="a key after the mouse"),
        pytest.param([b"\x1b[M q", b"!j"], "j", id="a key after a mouse without digits"),
    ],
)
def test_a_key_may_come_in_pieces(pieces: list[bytes], key: str) -> None:
    keys: queue.SimpleQueue[Key | Mouse | TerminalAnswer] = queue.SimpleQueue()
    ours, theirs = socket.socketpair(type=socket.SOCK_DGRAM)  # each piece is read by itself
    with ours, theirs:
        for piece in pieces:
            theirs.send(piece)
        reader = KeyReader(ours.fileno(), keys.put)
        reader.start()
        while not isinstance(pressed := keys.get(timeout=2), Key):
            pass
        reader.stop()
    assert pressed == Key(key)


def test_reading_stops_when_it_is_told_to() -> None:
    read, write = os.pipe()
    keys: queue.SimpleQueue[Key | Mouse | TerminalAnswer] = queue.SimpleQueue()
    reader = KeyReader(read, keys.put)
    reader.start()
    reader.stop()
    os.write(write, b"typed for the shell")
    assert os.read(read, 100) == b"typed for the shell"
    assert keys.empty()
    os.close(read)
    os.close(write)
