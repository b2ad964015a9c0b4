"""What stands around objects that somebody copied: a prompt, a fence, line numbers, odd spaces.

Responsible for taking it off, line by line in one pass each, and for saying so. Tried only after
the text could not be read as it is, so that nothing is changed that kubectl printed. Reading the
objects is `podwatch.sources.printed`'s business.
"""

import io
import re
from collections.abc import Iterator
from itertools import islice

_CHUNKS = 100_000
"""The most parts that a text is cut into; each may hold any number of objects."""
_SAMPLE = 1_000
"""How many lines tell what stands before each of them."""
_SHOWN = 60
"""How much is quoted of a line that is skipped, in characters."""

_CHARACTERS = (
    (
        rb"\xc2\xa0|\xe2\x80[\x80-\x8a\xaf]|\xe2\x81\x9f|\xe3\x80\x80",
        b" ",
        "blanks that are none (as a web page has them) are read as blanks",
    ),
    (
        rb"\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf|\xc2\xad",
        b"",
        "invisible characters are left out",
    ),
    (
        rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"
        rb"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x84\x86-\x9f]",
        b"",
        "a terminal's control characters are left out",
    ),
    (
        rb"(?m)(?<=[:-] )\xe2\x80[\x9c-\x9e]([^\"\xe2\r\n]*)\xe2\x80[\x9c\x9d](?=,?\s*$)",
        rb'"\1"',
        "curly quotes are read as quotes",
    ),
    (
        rb"(?m)(?<=[:-] )\xe2\x80[\x98\x99]([^'\xe2\r\n]*)\xe2\x80[\x98\x99](?=,?\s*$)",
        rb"'\1'",
        "curly quotes are read as quotes",
    ),
    (
        rb"(?m)^(?:</?[a-z]{1,10}(?: [^<>\r\n]*)?>)+|(?<!>)(?:</[a-z]{1,10}>)++(?=[ \t]*\r?$)",
        b"",
        "HTML's tags around it are left out",
    ),
    (
        rb"(?m)(?<=[:-] )(\*\*[^'\"\r\n]{0,200})(?=\r?$)",
        rb"'\1'",
        "asterisks that hide something are read as text",
    ),
)
"""What is replaced everywhere: pattern, replacement, what is said."""
_ENTITIES = {
    b"&quot;": b'"',
    b"&#34;": b'"',
    b"&#39;": b"'",
    b"&lt;": b"<",
    b"&gt;": b">",
    b"&amp;": b"&",
}
_CURLY_JSON = re.compile(rb"[{,]\s*\xe2\x80[\x9c-\x9e]")
_CURLY = re.compile(rb"\xe2\x80[\x9c-\x9e]")
_PREFIXES = (
    (re.compile(rb"(?: {0,3}> ?)+"), 'the "> " before its lines is left out'),
    (
        re.compile(rb"[ \t]*(\d{1,7})(?:-|[ \t]*(?:[:|]|\xe2\x94\x82)|\t|(?=[ \r\n]|$))"),
        "its line numbers are left out",
    ),
    (
        re.compile(
            rb"\d{4}-\d\d-\d\d[T ]\d\d:[\d:.,]+(?:Z|[+-]\d\d:?\d\d)? ?"
            rb"(?:[^\r\n]{0,80}? - (?:DEBUG|INFO|WARNING|ERROR) +- )?"
        ),
        "the times before its lines are left out",
    ),
    (re.compile(rb"\+"), 'the "+" before its lines is left out'),
    (re.compile(rb"\|(?: |(?=\r?$))"), 'the "| " before its lines is left out'),
)
_INDENT = re.compile(rb"[ \t]+")
_FENCE = re.compile(rb"\s*(?:```+|~~~+)\s*[\w+-]*\s*$")
_BEGINS = re.compile(rb"([ \t]*)(?:\{|(?:- +)?[\"']?(?:apiVersion|kind)[\"']?[ \t]*:)")
_HANGS = re.compile(rb"([ \t]+)(?:apiVersion|kind|metadata|items|spec)[ \t]*:")
_DOTS = re.compile(rb"\s*(?:\.{3,}|\xe2\x80\xa6|\[\.{3}\]|\(\.{3}\)|[<\[]snip[>\]])\s*$")
_STANDARD_ERROR = re.compile(rb"[IWEF]\d{4} \d\d:\d\d:|[Ww]arning: |Flag --|Error from server")
"""What kubectl says meanwhile: it can stand in the middle of an object."""
_KEY = re.compile(
    rb"[\"']?(api_?[vV]ersion|kind|metadata|spec|status|items|type|object"
    rb"|action|count|eventTime|firstTimestamp|involvedObject|lastTimestamp|message|reason"
    rb"|related|reportingComponent|reportingInstance|series|source)[\"']?[ \t]*:(?:\s|$)"
)
"""What can stand at the left margin in YAML: of a kind that is not read, anything may go."""
_OPENS = re.compile(rb"[\[{](?:[\s\"{\[\]}]|$)")
_CLOSES = re.compile(rb"[\]}][\]}, \t]*")
_ITEM = re.compile(rb"-(?:\s|$)")


def tidied(data: bytes, tab: int = 0) -> tuple[list[bytes], tuple[str, ...]]:
    """The text in parts, each of whole objects, and in a few words each what was done.

    `tab`: how many blanks a tab at the beginning of a line stands for.
    """
    notes: dict[str, None] = {}
    for pattern, replacement, note in _CHARACTERS:
        data, number = re.subn(pattern, replacement, data)
        if number:
            notes[note] = None
    if any(entity in data for entity in (b"&quot;", b"&#34;", b"&#39;")):
        for entity, character in _ENTITIES.items():
            data = data.replace(entity, character)
        notes["HTML's entities are read as characters"] = None
    if _CURLY_JSON.search(data):
        data = _CURLY.sub(b'"', data)
        notes["curly quotes are read as quotes"] = None
    for prefix, note in _PREFIXES:
        if _is_before_most_lines(data, prefix):
            data = _without(prefix, data)
            notes[note] = None
    if tab:
        data = _without_tabs(data, tab)
        notes["tabs at the beginning of lines are read as blanks"] = None
    parts = _Parts(data)
    if parts.skipped:
        lines = "line that belongs" if parts.skipped == 1 else "lines that belong"
        what = f"skipped {parts.skipped} {lines} to no object"
        notes[f'{what}, like "{parts.first_skipped}"'] = None
    return parts.found, tuple(notes)


def _length(pattern: re.Pattern[bytes], line: bytes) -> int:
    found = pattern.match(line)
    return found.end() if found is not None else 0


def _without(prefix: re.Pattern[bytes], data: bytes) -> bytes:
    written = bytearray()
    for line in io.BytesIO(data):
        written += line[_length(prefix, line) :]
    return bytes(written)


def _is_before_most_lines(data: bytes, prefix: re.Pattern[bytes]) -> bool:
    """Whether it is before four of five of the first lines; numbers have to count up."""
    lines = hits = number = 0
    for line in islice(io.BytesIO(data), _SAMPLE):
        if line.isspace():
            continue
        lines += 1
        if (found := prefix.match(line)) is None:
            continue
        before, number = number, int(found[1]) if prefix.groups else 0
        hits += not prefix.groups or not before or number == before + 1
    return hits >= 3 and hits >= 0.8 * lines


def _without_tabs(data: bytes, size: int) -> bytes:
    written = bytearray()
    for line in io.BytesIO(data):
        indent = line[: _length(_INDENT, line)]
        written += indent.expandtabs(size)
        written += line[len(indent) :]
    return bytes(written)


def tab_sizes(data: bytes) -> tuple[int, ...]:
    """How many blanks a tab can stand for: where there are only tabs, any number will do."""
    if b"\t" not in data or not any(b"\t" in indent for indent in _indents(data)):
        return (0,)
    return (8, 4, 2) if any(b" " in indent for indent in _indents(data)) else (2,)


def _indents(data: bytes) -> Iterator[bytes]:
    return (line[: _length(_INDENT, line)] for line in io.BytesIO(data))


class _Parts:
    """The parts of a text that can be objects. `skipped` lines belong to none of them."""

    def __init__(self, data: bytes) -> None:
        self.found: list[bytes] = []
        self.skipped = 0
        self.first_skipped = ""
        self._part = bytearray()
        self._keys: set[bytes] = set()
        self._inside = False
        self._divide(data)
        self._end()

    def _divide(self, data: bytes) -> None:
        fenced = _is_fenced(data)
        in_fence = False
        for line in _at_the_margin(data):
            if fenced and _FENCE.match(line):
                in_fence = not in_fence
                self._end()
            elif not line or line.isspace():
                self._part += b"\n"
            elif (fenced and not in_fence) or _DOTS.match(line):
                self._skip(line)
            elif line.startswith(b"---"):
                self._end()
            elif line[:1] in b" \t#":
                self._take(line) if self._inside else self._skip(line)
            else:
                self._at_root(line)

    def _at_root(self, line: bytes) -> None:
        if key := _KEY.match(line):
            if key[1] in self._keys:  # another object, without a line between them
                self._end()
            self._keys.add(key[1])
        elif _OPENS.match(line):
            self._end()
        elif closing := _CLOSES.match(line):
            if rest := line[closing.end() :].strip():
                self._skip(rest)
            line = closing[0]
        elif not _ITEM.match(line):
            self._skip(line)
            self._inside = self._inside and bool(_STANDARD_ERROR.match(line))
            return
        self._inside = True
        self._take(line)

    def _take(self, line: bytes) -> None:
        self._part += line
        self._part += b"\n"

    def _skip(self, line: bytes) -> None:
        self.skipped += 1
        if not self.first_skipped:
            self.first_skipped = line.strip().decode("utf-8", "replace")[:_SHOWN]

    def _end(self) -> None:
        """What comes now is another object."""
        if len(self.found) < _CHUNKS and not self._part.isspace() and self._part:
            self.found.append(bytes(self._part))
            self._part.clear()
        elif self._part:
            self._part += b"\n---\n"
        self._keys.clear()
        self._inside = False


def _is_fenced(data: bytes) -> bool:
    """Whether a fence comes before the first object: a later one is part of a text in it."""
    for line in io.BytesIO(data):
        if _FENCE.match(line):
            return True
        if _BEGINS.match(line):
            return False
    return False


def _at_the_margin(data: bytes) -> Iterator[bytes]:
    """The lines without their ends, moved so that the first object begins at the left margin."""
    indent, hanging = _indent(data)
    for line in io.BytesIO(data):
        at = len(indent) if line[: len(indent)].isspace() else 0
        at += len(hanging) if line[at : at + len(hanging)].isspace() else 0
        yield line[at:].rstrip(b"\r\n")


def _indent(data: bytes) -> tuple[bytes, bytes]:
    """How far the first object is indented; and its other lines, if the first one is not."""
    first: bytes | None = None
    for line in io.BytesIO(data):
        if first is not None and not line.isspace():
            hanging = _HANGS.match(line)
            return first, hanging[1] if hanging and not first else b""
        if first is None and (found := _BEGINS.match(line)):
            first = found[1]
            if found[0].endswith(b"{"):
                break
    return first or b"", b""
