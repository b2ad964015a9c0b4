"""What kubectl prints, read back from a file, as people have it.

Responsible for getting the text, and for trying again where it can't be read as it is: without
what stands around the objects of a paste (`podwatch.sources.pasted`). What objects a text has is a
matter of `podwatch.sources.printed`, recordings are one of `podwatch.sources.recording`.
"""

import codecs
import sys
from pathlib import Path

from podwatch.errors import in_words
from podwatch.sources.contents import Contents, TooLarge, too_large, unreadable
from podwatch.sources.foreign import recognized
from podwatch.sources.pasted import tab_sizes, tidied
from podwatch.sources.printed import read

LIMIT = 256 << 20
"""The most bytes that are read: all Pods of a large cluster are about 100 MB of JSON."""
_TIDIED = 64 << 20
"""The most bytes of a text that is tidied up, of which copies are made."""
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
"""PowerShell's `>` writes UTF-16."""
_CURLY = b"\xe2\x80"
"""How curly quotes begin: “True” is a string of YAML, but none that the API has."""


def contents(name: str) -> Contents:
    """What the file of this name holds, or for `-` standard input.

    PodwatchError if there is no such file, or nothing of it can be read.
    """
    shown = "standard input" if name == "-" else name
    data = _text(_bytes(name, shown), shown)
    found = read(shown, [data])
    if found.failure is None and not (found.mended and _CURLY in data):
        return found
    if not isinstance(found.failure, TooLarge) and len(data) <= _TIDIED:
        worth = found.worth
        del found  # two readings at once would take too much memory
        found = _tidied(data, shown, worth)
    if found.failure is not None and not found.objects:
        what = recognized(data)
        raise unreadable(shown, *what) if what else found.failure
    return found


def _tidied(data: bytes, shown: str, worth: tuple[int, bool, int]) -> Contents:
    """What can be read after tidying up, if it is worth more; else as it is."""
    for tab in tab_sizes(data):
        parts, notes = tidied(data, tab)
        better = read(shown, parts)
        if better.worth > worth:
            better.notes = dict.fromkeys([*notes, *better.notes])
            return better
    return read(shown, [data])


def _bytes(name: str, shown: str) -> bytes:
    try:
        if name == "-":
            data = sys.stdin.buffer.read(LIMIT + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        raise unreadable(shown, in_words(error)) from error
    if len(data) > LIMIT:
        raise too_large(shown, f"it has more than {LIMIT >> 20} MiB")
    return data


def _text(data: bytes, shown: str) -> bytes:
    """The text in UTF-8."""
    encoding = next((name for bom, name in _BOMS.items() if data.startswith(bom)), "utf-8")
    try:
        if encoding != "utf-8":
            data = data.decode(encoding).encode()
        else:
            decode = codecs.getincrementaldecoder(encoding)()
            for at in range(0, len(data), 1 << 20):  # a str may take four times as much
                decode.decode(data[at : at + (1 << 20)])
            decode.decode(b"", final=True)
    except UnicodeError as error:
        why = getattr(error, "reason", None) or str(error)
        raise unreadable(shown, f"it is not text in UTF-8 ({why})") from error
    if data.isspace() or not data:
        raise unreadable(shown, "it is empty")
    if data.lstrip().startswith(b'{"item":"opened"'):
        raise unreadable(
            shown,
            "it is a recording of podwatch",
            "explain a Pod of it with: podwatch explain pod/NAME --recording FILE",
        )
    return data
