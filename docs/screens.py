"""docs/screens.md: what podwatch looks like where much happens at once, at each size.

Responsible for the page and its pictures, which are made of one recording: screens/twelve.jsonl,
which `make live` took on kind. Each has the command that makes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from podwatch.app.still import still

FOLDER = Path(__file__).parent / "screens"
RECORDING = FOLDER / "twelve.jsonl"


@dataclass(frozen=True, slots=True)
class Still:
    """A picture: its moment in seconds, its size in columns and rows, what is to be seen."""

    name: str
    at: float
    size: tuple[int, int]
    says: str
    projector: bool = False

    @property
    def command(self) -> str:
        """What makes it."""
        more = " --projector" * self.projector
        return (
            f"podwatch replay docs/screens/{RECORDING.name}{more} --at {self.at:g} "
            f"--size {self.size[0]}x{self.size[1]} --snapshot {self.name}.svg"
        )


STILLS = (
    Still("80x24", 50, (80, 24), "80 columns, 24 rows"),
    Still("110x34", 50, (110, 34), "110 columns, 34 rows"),
    Still("140x45", 50, (140, 45), "140 columns, 45 rows"),
    Still("200x60", 50, (200, 60), "200 columns, 60 rows"),
    Still("projector-80x24", 100, (80, 24), "The projector, 80 columns", projector=True),
    Still("projector-140x45", 50, (140, 45), "The projector, 140 columns", projector=True),
)


def screens(note: str) -> Iterator[tuple[Path, str]]:
    """The page and its pictures, with their texts."""
    yield FOLDER.parent / "screens.md", _page(note)
    with TemporaryDirectory() as folder:
        picture = Path(folder, "still.svg")
        for one in STILLS:
            still(RECORDING, picture, one.at, one.size, projector=one.projector)
            yield FOLDER / f"{one.name}.svg", picture.read_text("utf-8")


def _page(note: str) -> str:
    parts = [
        f"{note}# Screens\n",
        "Twelve workloads on kind, soon after `kubectl apply`: a crash loop, an image that\n"
        "no registry has, a missing ConfigMap, a label that no node has, a container that needs\n"
        "too much memory, a readiness probe that never succeeds, a liveness probe that fails, a\n"
        "Job that fails and one that is done, a rollout, an init container that waits, and a web\n"
        "server that is well. `make live` makes them and looks on; each picture is a still of its\n"
        "recording.\n",
    ]
    for one in STILLS:
        parts.append(f"## {one.says}\n\n![{one.says}](screens/{one.name}.svg)\n")
        parts.append(f"```\n{one.command}\n```\n")
    return "\n".join(parts)
