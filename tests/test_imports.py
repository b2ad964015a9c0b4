"""Rules of the house that no linter knows: imports, names, what a start loads, ^C in a loop."""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_imports_point_in_the_directions_of_the_architecture() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
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
    code = "import sys, podwatch.app.watch; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = ("rich", "kubernetes", "podwatch.core.expectations.judge")
    assert [name for name in done.stdout.split() if name in heavy] == []


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
