"""Rules of the house that no linter knows: imports, names, what a start loads, ^C in a loop."""

import ast
import sys
from collections import Counter
from pathlib import Path

import pytest

from podwatch.scenarios import scenario
from tests.command import loaded, loaded_by, run_program

ROOT = Path(__file__).parent.parent


def test_imports_point_in_the_directions_of_the_architecture() -> None:
    done = run_program(Path(sys.executable).with_name("lint-imports"), "--no-cache", cwd=str(ROOT))
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_two_classes_have_one_name() -> None:
    classes = Counter(
        node.name
        for path in (ROOT / "podwatch").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, number in classes.items() if number > 1] == []


def test_a_watch_that_draws_and_expects_nothing_loads_no_dashboard_and_no_judge() -> None:
    heavy = {
        "rich",
        "kubernetes",
        "podwatch.core.expectations.judge",
        "podwatch.core.concepts.words",
    }
    assert loaded("import podwatch.app.watch") & heavy == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ("demo", "-o", "lines"),
        ("demo", "--list"),
        ("tour", "1"),
        ("tour", "--list"),
        ("scenario", "list"),
        ("scenario", "show", "scaling"),
        ("explain", "ready"),
        ("explain", "pod/api", "--recording", str(scenario("crash-loop").recording)),
    ],
    ids=[
        "a demo",
        "all demos",
        "a chapter",
        "all chapters",
        "all scenarios",
        "a scenario",
        "a term",
        "a Pod of a recording",
    ],
)
def test_nothing_offline_loads_the_client(arguments: tuple[str, ...]) -> None:
    assert "kubernetes" not in loaded_by(*arguments)


def test_no_try_of_the_main_thread_begins_with_a_loop_from_which_an_interrupt_escapes() -> None:
    # Python 3.11 and 3.12 look for the handler of ^C just before the loop that they jump back to.
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in ("app", "cli", "renderers")
        for path in (ROOT / "podwatch" / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Try) and isinstance(node.body[0], ast.While)
    ]
    assert found == []
