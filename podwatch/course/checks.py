"""What has to be so on the cluster once an exercise is solved, as values.

Responsible for the shape of the `[[checks]]` of an `exercise.toml`. They are about effects, never
about a manifest's text, so that every right solution is one. What judges them is
`podwatch.app.exercise`.
"""

from typing import Annotated

import msgspec

from podwatch.core.question import Table

Text = Annotated[str, msgspec.Meta(min_length=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=300)]


class Reply(Table, frozen=True, kw_only=True):
    """A Service answers a GET, through the API server's proxy, so that a laptop reaches it.

    `port` is the Service's port, or its name. The answer has this status and this text in it.
    """

    service: Text
    port: int | str = 80
    path: Annotated[str, msgspec.Meta(pattern="^/")] = "/"
    status: int = 200
    contains: str = ""


class Survives(Table, frozen=True, kw_only=True):
    """podwatch deletes one Pod of the selector; then another takes its place and is ready.

    `same` is answered before and afterwards with the same text: what was written is still there.
    """

    selector: Text
    same: Reply | None = None


class Beside(Table, frozen=True, kw_only=True):
    """The Pods of `selector` run on the nodes on which the Pods of `other` run, and nowhere else.

    So a node is known without the right to read Nodes, which a learner does not have.
    """

    selector: Text
    other: Text


class Unbroken(Table, frozen=True, kw_only=True):
    """podwatch restarts a workload (`deploy/web`); none of the requests meanwhile fails.

    `visitors` is the page of a Pod of `start.yaml` which asks all the time. The page has to say
    `good N` and `bad N`: how many of its requests went well, and how many did not.
    """

    workload: Text
    visitors: Reply


class ExerciseCheck(Table, frozen=True, kw_only=True):
    """One thing that has to be so, and has to stay so for `stable` seconds.

    It is one of five: `target` and `expect` are what `podwatch expect` takes (`deploy/cart` or
    `-l app=cart`; `ready`, or several words with commas between them: all hold); `reply`,
    `beside`, `survives` and `unbroken` are what a state does not show.
    `still` says in words what is wrong while it is not so. `within` is how many seconds it may
    take until it is so: what was mended has to start first.
    """

    still: Text
    target: str = ""
    expect: str = ""
    reply: Reply | None = None
    beside: Beside | None = None
    survives: Survives | None = None
    unbroken: Unbroken | None = None
    stable: Seconds = 5.0
    within: Seconds = 40.0

    def __post_init__(self) -> None:
        kinds = (self.target, self.reply, self.beside, self.survives, self.unbroken)
        if sum(map(bool, kinds)) != 1 or bool(self.target) != bool(self.expect):
            raise ValueError(
                "a check is `target` with `expect`, or one of `reply`, `beside`, "
                "`survives`, `unbroken`"
            )

    @property
    def effect(self) -> Reply | Beside | Survives | Unbroken | None:
        """What it is about if not a state."""
        return self.reply or self.beside or self.survives or self.unbroken
