"""GitHub's runner, as far as an Action of shell steps needs it: inputs, files of the step, outputs.

Source: github.com/actions/runner, src/Runner.Worker/FileCommandManager.cs (how its files are read)
and Handlers/ScriptHandler.cs (how a shell is called).
"""

import re


def outputs(text: str) -> dict[str, str]:
    """What a step wrote to $GITHUB_OUTPUT, read as the runner does; ValueError if it can't be."""
    found: dict[str, str] = {}
    lines = iter(re.split(r"\r\n|\r|\n", text))
    for line in lines:
        if not line:
            continue
        equals, here = line.find("="), line.find("<<")
        if equals >= 0 and (here < 0 or equals < here):
            name, value = line.split("=", 1)
        elif here >= 0:
            name, end = line.split("<<", 1)
            taken: list[str] = []
            for one in lines:
                if one == end:
                    break
                taken.append(one)
            else:
                raise ValueError(f'no line "{end}" ends the value of {name}')
            value = "\n".join(taken)
        else:
            raise ValueError(f'"{line}" is no output')
        if not name:
            raise ValueError(f'"{line}" names no output')
        found[name] = value
    return found
