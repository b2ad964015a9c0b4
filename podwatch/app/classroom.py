"""`podwatch class`: the teacher's board.

Responsible for what is followed of a class, for what of the course its board judges and asks, and
for saying what role is missing. How learners stand is `podwatch.core.classroom`'s. It only reads.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from podwatch.app import Output
from podwatch.app.feeds import Following
from podwatch.app.output import chosen
from podwatch.app.run import run
from podwatch.core.classroom.room import LABEL, Classroom
from podwatch.core.classroom.tasks import Required, Task
from podwatch.core.concepts import catalog
from podwatch.core.expectations import grammar
from podwatch.core.expectations.expectation import Target
from podwatch.core.kube import OWNER_KINDS
from podwatch.core.kube.selectors import requirements
from podwatch.core.learning import CONFIG_MAP
from podwatch.core.question import Question
from podwatch.core.session import Session
from podwatch.core.stream import Connection, ConnectionState, KeptItem, Scope
from podwatch.course import FOLDER, Ask, Exercise, chapters, exercises, questions
from podwatch.errors import ExitCode, PodwatchError
from podwatch.scenarios import FOLDER as SCENARIOS
from podwatch.sources.cluster.access import Access
from podwatch.sources.cluster.kubeconfig import may_log_in

MOST = 20
"""How many namespaces can be named: each is followed by connections of its own."""
LISTED_WITHIN = 30.0
"""After how many seconds it is given up to print a class that is not listed yet."""
_KINDS = (*OWNER_KINDS, "PersistentVolumeClaim")
_TEACHER = (
    "docs/rbac/teacher.yaml is the ClusterRole for it; or name the namespaces: "
    "podwatch class -n anna,ben"
)


@dataclass(frozen=True, slots=True)
class WhichClass:
    """Which class: of namespaces by their labels, or by name. `projector` begins without names."""

    selector: str = ""
    namespaces: tuple[str, ...] = ()
    output: Output | None = None
    projector: bool = False
    access: Access = field(default_factory=Access)


def scopes(options: WhichClass) -> tuple[Scope, ...]:
    """What to list and watch: each kind once for the whole class, unless namespaces are named."""
    own = f"metadata.name={CONFIG_MAP}"
    followed: list[Scope] = []
    if not options.namespaces:
        followed.append(Scope("Namespace", label_selector=options.selector or LABEL))
    for namespace in options.namespaces or ("",):
        followed += [Scope("Pod", namespace), Scope("Event", namespace)]
        followed.append(Scope("ConfigMap", namespace, field_selector=own))
        followed += [Scope(kind, namespace) for kind in _KINDS]
    followed += [Scope("Node"), Scope("StorageClass")]
    return tuple(followed)


def class_(options: WhichClass) -> None:
    """Show the class until q or ^C; as lines or JSON: how it stands now."""
    if options.selector:
        requirements(options.selector)
    output = chosen(options.output, projector=options.projector, unfolded=False)
    following = Following()
    session = Session(catalog())
    room = Classroom(
        session.store,
        catalog(),
        tasks=map(task, exercises()),
        questions={one.id: one for one in all_questions()},
        named=options.namespaces,
    )
    logs_in = may_log_in(options.access)

    def open_(*, login_may_print: bool = False) -> None:
        from podwatch.sources.cluster import connect

        cluster = connect(options.access, login_may_print=login_may_print)
        following.open(cluster, scopes(options))

    if logs_in:  # before the screen is taken: the login may have something to say
        open_(login_may_print=True)
    takers = (_refused_to_list, room.take)
    try:
        if output is Output.DASHBOARD:
            from podwatch.renderers.dashboard.class_screen import ClassScreen

            with ClassScreen(room.board, following.inbox, wall=options.projector) as screen:
                screen.frame()
                if not logs_in:
                    following.on_a_thread(open_)
                run(following, session, screen, takers=takers)
            return
        from podwatch.renderers.class_lines import ClassLines

        printed = ClassLines(room.board, as_json=output is Output.JSON)
        if not logs_in:
            open_()
        run(following, session, printed, timeout=LISTED_WITHIN, takers=takers)
    except PodwatchError as error:
        raise _of_the_class(error, options) from error
    if not printed.board.known:
        raise PodwatchError(
            f"the cluster did not list all of it within {LISTED_WITHIN:.0f} s",
            "try it again, or check that the cluster is well: kubectl get nodes",
            ExitCode.UNAVAILABLE,
        )
    sys.stdout.write(printed.text)
    sys.stdout.flush()
    sys.stderr.write("".join(f"{line}\n" for line in printed.notes))


def _refused_to_list(item: KeptItem) -> None:
    """PodwatchError where it can't be known who the learners are."""
    if not isinstance(item, Connection) or item.state != ConnectionState.FORBIDDEN:
        return
    if item.scope.kind == "Namespace" and not item.scope.namespace:
        why = item.cause.partition(";")[0]
        raise PodwatchError(
            f"it is not known who the learners are: {why}", _TEACHER, ExitCode.UNAVAILABLE
        )


def _of_the_class(error: PodwatchError, options: WhichClass) -> PodwatchError:
    """The error, with what a teacher can do about it."""
    if "you may not" not in error.message or options.namespaces:
        return error
    return PodwatchError(error.message, _TEACHER, error.exit_code)


# ── the course ──


def task(one: Exercise) -> Task:
    """An exercise as a board judges it: by what needs no action."""
    required = []
    known = catalog().by_id
    for check in one.checks:
        if check.target:
            words = [grammar.word(word.strip(), known) for word in check.expect.split(",")]
            required.append(
                Required(target=_target(check.target), words=tuple(words), still=check.still)
            )
    return Task(name=one.name, title=one.title, required=tuple(required))


def _target(text: str) -> Target:
    if text.startswith("-l "):
        return Target("Pod", "", selector=text.removeprefix("-l "))
    return grammar.wanted_target(text, "")


def all_questions() -> Iterator[Question]:
    """Every question that there is: of the lessons, about any Pod, of the tour."""
    for path in sorted(SCENARIOS.glob("*/questions.toml")):
        yield from questions(path)
    yield from questions(FOLDER / "live.toml")
    for chapter in chapters():
        yield from (scene.question for scene in chapter.scenes if isinstance(scene, Ask))
