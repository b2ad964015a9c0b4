"""What is laid over a scene: lines, and the entries of a list that are in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rich.text import Text


@dataclass(frozen=True, slots=True)
class Laid:
    """`first` is the first line that is seen of what scrolls.

    `entries` are those of the list by their line; it takes the first `width` columns.
    """

    lines: list[Text]
    first: int = 0
    entries: Mapping[int, int] = field(default_factory=dict)
    width: int = 0

    def entry(self, x: int, y: int) -> int | None:
        """Which entry is in a cell."""
        return self.entries.get(y) if x < self.width else None

    def below(self, lines: int) -> "Laid":
        """The same with so many lines above it."""
        return replace(self, entries={y + lines: entry for y, entry in self.entries.items()})
