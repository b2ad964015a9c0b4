"""The rules of who may import whom, which stand in pyproject.toml."""

import subprocess
import sys
from pathlib import Path


def test_imports_point_in_the_directions_of_the_architecture() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
