"""What kubectl prints, read back from a file, as people have it.

Responsible for trying again where a text can't be read as it is: without what stands around the
objects of a paste (`podwatch.sources.pasted`). What objects a text has is a
matter of `podwatch.sources.printed`, recordings are one of `podwatch.sources.recording`.
"""

from podwatch.sources.contents import WRITE_ONE, Contents, TooLarge, unreadable
from podwatch.sources.foreign import recognized
from podwatch.sources.pasted import tab_sizes, tidied
from podwatch.sources.printed import read
from podwatch.sources.texts import called, utf8

LIMIT = 256 << 20
"""The most bytes that are read: all Pods of a large cluster are about 100 MB of JSON."""
_TIDIED = 64 << 20
"""The most bytes of a text that is tidied up, of which copies are made."""
_CURLY = b"\xe2\x80"
"""How curly quotes begin: “True” is a string of YAML, but none that the API has."""


def contents(name: str) -> Contents:
    """What the file of this name holds, or for `-` standard input.

    PodwatchError if there is no such file, or nothing of it can be read.
    """
    shown = called(name)
    data = _text(name, shown)
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


def _text(name: str, shown: str) -> bytes:
    """The text in UTF-8."""
    data = utf8(name, shown, LIMIT, WRITE_ONE)
    if data.isspace() or not data:
        raise unreadable(shown, "it is empty")
    if data.lstrip().startswith(b'{"item":"opened"'):
        raise unreadable(
            shown,
            "it is a recording of podwatch",
            "explain a Pod of it with: podwatch explain pod/NAME --recording FILE",
        )
    return data
