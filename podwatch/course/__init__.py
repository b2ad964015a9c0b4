"""The course: chapters of the tour, and exercises, as data.

Responsible for finding and checking the files of `podwatch/course/`; nothing is played, applied or
judged here. A chapter is `chapters/NN-NAME.toml`, an exercise a folder `exercises/NAME/` with
`exercise.toml`, `start.yaml` (what is broken or unfinished) and `solution.yaml` (one way to mend
it). Manifests name no namespace: who applies them chooses one. The grammar is in
`docs/adding-to-the-course.md`.
"""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from podwatch.core.question import Moment, Question, Table, mistakes
from podwatch.course.checks import ExerciseCheck
from podwatch.errors import PodwatchError, close_match

FOLDER = Path(str(files(__name__)))
"""Where the course is; the wheel has it too."""


class BrokenCourse(Exception):
    """A file of the course can't be used; the message names it and says what to mend."""


# ── the tour ──


class Quote(Table, frozen=True, kw_only=True):
    """An error that many texts make, quoted, and what is true."""

    often_read: str
    in_fact: str


class Link(Table, frozen=True, kw_only=True):
    """A page to go on with; `page` is its path at kubernetes.io."""

    text: str
    page: str


Picture = Literal["", "manifest", "box", "document box", "phases", "container pod deployment"]
"""What stands beside a page's text: the lesson's manifest, the box of the real Pod, the source
document's box beside it, the phases that were met so far, the three layers."""


BESIDE_THE_POINT = (
    "command",
    "labels",
    "readinessProbe",
    "resources",
    "terminationGracePeriodSeconds",
    "terminationMessagePolicy",
)
"""Keys of a manifest that a page leaves out unless it says something else."""


class Page(Table, frozen=True, kw_only=True, tag="page", tag_field="scene"):
    """Something to read, with pictures beside it or below.

    `scenario` is where the manifest and the Pod of the pictures come from, as it is at `moment`
    (its end if none); `marked` are the lines of the manifest that matter, as they stand there.
    `left_out` are keys of the manifest that are not shown, with all that is below them.
    `commands` stand below the text, each on a line of its own, to be typed; then the `links`.
    """

    title: str = ""
    text: str
    pictures: tuple[Picture, ...] = ()
    scenario: str = ""
    moment: Moment | None = None
    pod: str = ""
    marked: tuple[str, ...] = ()
    left_out: tuple[str, ...] = BESIDE_THE_POINT
    commands: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    quotes: tuple[Quote, ...] = ()


class Play(Table, frozen=True, kw_only=True, tag="play", tag_field="scene"):
    """A lesson, played from `since` (its beginning if none) until it is held at `until` (its end).

    `ask` names the questions of the lesson that are asked in it; `see` is said before it.
    """

    scenario: str
    see: str
    since: Moment | None = None
    until: Moment | None = None
    ask: tuple[str, ...] = ()


class Ask(Table, frozen=True, kw_only=True, tag="ask", tag_field="scene"):
    """A question that needs no Pod."""

    question: Question


Scene = Page | Play | Ask


class Chapter(Table, frozen=True, kw_only=True):
    """One chapter of the tour.

    `watch_for` is read first, `summary` last.
    """

    name: str
    number: int
    title: str
    minutes: float
    watch_for: str
    summary: tuple[str, ...]
    scenes: tuple[Scene, ...]


def chapters() -> list[Chapter]:
    """The chapters of the tour, in their order."""
    return [_chapter(path) for path in sorted((FOLDER / "chapters").glob("*.toml"))]


def _chapter(path: Path) -> Chapter:
    number, _, name = path.stem.partition("-")
    made = _read(path, Chapter, name=name, number=int(number))
    for scene in made.scenes:
        if isinstance(scene, Ask):
            _check(path, scene.question)
    return made


# ── questions ──


class _Questions(Table, frozen=True, kw_only=True):
    questions: tuple[Question, ...]


def questions(file: Path) -> tuple[Question, ...]:
    """The questions of a file, `questions.toml` of a lesson say; none if there is no such file."""
    if not file.is_file():
        return ()
    made = _read(file, _Questions).questions
    for one in made:
        _check(file, one)
    return made


# ── exercises ──


class Exercise(Table, frozen=True, kw_only=True):
    """One exercise: a workload of a small shop that is broken or unfinished.

    `task` says what shall be so, not how. `right` says what was right, and why, once it is solved.
    `hints` come one after the other. `needs` names what a class's set-up has to have made.
    `removes` names the objects that have to be deleted before the solution can be applied: a Pod
    that it does without, a Job, whose template nobody can change.
    """

    name: str
    title: str
    place: int
    level: Literal["easy", "middle", "hard"]
    minutes: int
    concepts: tuple[str, ...]
    task: str
    right: str
    hints: Annotated[tuple[str, ...], msgspec.Meta(min_length=2)]
    checks: Annotated[tuple[ExerciseCheck, ...], msgspec.Meta(min_length=1)]
    needs: str = ""
    removes: tuple[str, ...] = ()

    @property
    def start(self) -> Path:
        """The manifest that it begins with."""
        return FOLDER / "exercises" / self.name / "start.yaml"

    @property
    def solution(self) -> Path:
        """A manifest that solves it, applied over what it began with."""
        return FOLDER / "exercises" / self.name / "solution.yaml"


def exercises() -> list[Exercise]:
    """All exercises, from easy to hard."""
    found = [_exercise(path) for path in (FOLDER / "exercises").glob("*/exercise.toml")]
    return sorted(found, key=lambda one: (one.place, one.name))


def exercise(name: str) -> Exercise:
    """The exercise of this name; PodwatchError if there is none."""
    path = FOLDER / "exercises" / name / "exercise.toml"
    known = [one.parent.name for one in (FOLDER / "exercises").glob("*/exercise.toml")]
    if name not in known:
        raise PodwatchError(
            f'there is no exercise "{name}"',
            close_match(name, known).rstrip() or "podwatch exercise list names them all",
        )
    return _exercise(path)


def _exercise(path: Path) -> Exercise:
    return _read(path, Exercise, name=path.parent.name)


# ── reading ──

T = TypeVar("T")


def _read(path: Path, type_: type[T], **more: object) -> T:
    file = str(path.relative_to(path.parents[2]))
    try:
        return msgspec.convert({**tomllib.loads(path.read_text("utf-8")), **more}, type_)
    except tomllib.TOMLDecodeError as error:
        raise BrokenCourse(f"{file} is not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise BrokenCourse(f"{file} can't be used: {error}") from error


def _check(path: Path, question: Question) -> None:
    for wrong in mistakes(question):
        raise BrokenCourse(f"{path.name}: {wrong}")
