"""A raw text without what says nothing to a reader, and in one line of bounded length.

Responsible for form only; what a text means is `podwatch.core.messages.causes`.
"""

import re

from podwatch.core.text import printable

LONGEST = 160
"""Characters of a detail: about two lines."""
LOOKED_AT = 4_000
"""Of a message; a program can write a megabyte, and its beginning names what went wrong."""

_OFTEN = "(combined from similar events): "
"""What client-go puts before an Event that stands for many."""
_WORD = 16
"""A word of so many characters is not cut where a text is shortened."""

_FRAME = re.compile(r"(?:rpc error: )?code = \w+ desc = ")
_ESCAPED = re.compile(r'\\+"')
"""A quotation mark in a quotation; old versions of runc quote up to three times."""
_LINE_END = re.compile(r"\\n(?=[\s,:;\"']|$)")
"""The end of a line in a quotation, as Go writes it; a path of Windows goes on after it."""
_ID = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")


def readable(message: str) -> str:
    """A message without what says nothing to a reader: gRPC's frame, and most of a long id."""
    return _ID.sub(r"\1", _FRAME.sub("", message)) if message else ""


def plain(message: str) -> str:
    """The part that is looked at, readable, on one line, with nothing that can't be printed."""
    text = _ESCAPED.sub('"', readable(message[:LOOKED_AT]))
    text = _LINE_END.sub("", printable(text))
    return text.removeprefix(_OFTEN).removesuffix(": unknown")


def shortened(text: str, most: int = LONGEST) -> str:
    """The text, without its middle where it is too long: its end may be what decides."""
    text = text.strip().rstrip("… .,;:")
    if len(text) <= most:
        return text
    head = (most - 1) * 3 // 5
    first, last = text[: head + 1], text[head - most :]
    first = first.rpartition(" ")[0] if " " in first[-_WORD:] else first[:-1]
    last = last.partition(" ")[2] if " " in last[:_WORD] else last[1:]
    return f"{first.rstrip(' ,;:(')}…{last.lstrip()}"


# ── the innermost part of a chain of errors that no class knows ──

_WRAPPER = re.compile(
    r"""(?:
      [Ee]rror|Failed|failed|[Uu]nable|[Cc]ould\ not|[Cc]an(?:not|'t)|OCI\ runtime|runc|crun
      |MountVolume|AttachVolume|UnmountVolume|MapVolume|ErrImagePull|CreateContainerError
      |Back-off\ pulling|plugin\ type|unexpected\ status\ from
      |container_linux|process_linux|rootfs_linux|starting\ container|Pod\ was\ rejected
      |[Oo][Cc][Ii]\ runtime|[\w\ ]{1,60}\ caused
    )\b""",
    re.VERBOSE,
)
"""How a part begins that only says which step failed."""
_VAGUE = re.compile(
    r"(?:unknown|EOF|not found|exit status \d+|no such file or directory|permission denied"
    r"|invalid argument|operation not permitted|connection refused|input/output error"
    r"|already exists|not supported|internal error|[\w./-]+)$",
    re.IGNORECASE,
)
"""What says nothing without the part before it."""


_CAUSED = re.compile(r'caused:? "')
"""How old versions of runc quote the error within."""


def innermost(text: str) -> str:
    """The innermost part of `a: b: c` that still says something, as plain text."""
    text = _CAUSED.sub("caused: ", text).rstrip('"') if "caused" in text else text
    parts = [part for part in _parts(text) if part not in {"", "unknown"}]
    while len(parts) > 1 and _WRAPPER.match(parts[0]) and not _is_vague(parts[1:]):
        del parts[0]
    return ": ".join(parts)


def _is_vague(parts: list[str]) -> bool:
    return len(parts) == 1 and _VAGUE.match(parts[0]) is not None


def _parts(text: str) -> list[str]:
    """The parts between colons; a colon between quotation marks separates nothing."""
    parts, quoted = [""], False
    for piece in re.split(r'("|: )', text):
        if piece == ": " and not quoted:
            parts.append("")
            continue
        quoted ^= piece == '"'
        parts[-1] += piece
    if quoted:  # an odd one: then it quotes nothing
        return [part.strip() for part in text.split(": ")]
    return [part.strip() for part in parts]
