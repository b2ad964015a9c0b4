"""A file, or standard input, as text in UTF-8.

Responsible for reading no more of it than is allowed and for the encodings that shells write. What
the text holds is the business of who reads it.
"""

import codecs
import sys
from pathlib import Path

from podwatch.errors import in_words
from podwatch.sources.contents import too_large, unreadable

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
"""PowerShell's `>` writes UTF-16."""


def called(name: str) -> str:
    """What is said for the file of this name, or for `-`."""
    return "standard input" if name == "-" else name


def utf8(name: str, shown: str, limit: int, hint: str) -> bytes:
    """What the file of this name holds, or for `-` standard input; `limit`: the most bytes.

    PodwatchError with this `hint` if there is no such file, or it is no text.
    """
    try:
        if name == "-":
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise unreadable(shown, in_words(error), hint) from error
    if len(data) > limit:
        raise too_large(shown, f"it has more than {limit >> 20} MiB")
    encoding = next((name for bom, name in _BOMS.items() if data.startswith(bom)), "utf-8")
    try:
        if encoding != "utf-8":
            return data.decode(encoding).encode()
        decode = codecs.getincrementaldecoder(encoding)()
        for at in range(0, len(data), 1 << 20):  # a str may take four times as much
            decode.decode(data[at : at + (1 << 20)])
        decode.decode(b"", final=True)
    except UnicodeError as error:
        why = getattr(error, "reason", None) or str(error)
        raise unreadable(shown, f"it is not text in UTF-8 ({why})", hint) from error
    return data
