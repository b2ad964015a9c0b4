"""Effects: what is so, what is not, and what could not be asked are three things."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from podwatch.app.exercise.asking import EffectAsking
from podwatch.app.exercise.effects import Effects
from podwatch.core.kube import Pod
from podwatch.course.checks import Beside, ExerciseCheck, Reply, Survives, Unbroken
from podwatch.course.judged import Judged, Standing
from podwatch.sources.api import ApiError, Unreachable
from podwatch.sources.kubectl import Refused
from tests.build import condition, owned_by, pod
from tests.cases import cases

Answer = str | Exception

CART = Reply(service="cart", contains="your cart")
NO_ENDPOINTS = ApiError(503, "ServiceUnavailable", 'no endpoints available for service "cart"')
REFUSED = ApiError(
    503,
    "ServiceUnavailable",
    "error trying to reach service: dial tcp 10.244.1.3:8081: connect: connection refused",
)
FORBIDDEN = ApiError(403, "Forbidden", 'services "cart" is forbidden: cannot get services/proxy')


@dataclass
class Stage:
    """A namespace whose Services say what a test says, the last thing for ever; the visitors say
    the next thing after a restart.
    """

    replies: dict[str, list[Answer]] = field(default_factory=dict)
    pods_: list[list[Pod]] = field(default_factory=list)
    refuses: Callable[[str], None] = lambda _: None
    of: dict[str, list[Pod]] = field(default_factory=dict)
    t: float = 0.0
    done: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def reply(self, namespace: str, service: str, port: str, path: str) -> tuple[int, str]:
        assert namespace == "anna"
        answers = self.replies[f"{service}:{port}{path}"]
        if service == "visitors":
            restarts = sum(line.startswith("rollout restart") for line in self.done)
            answers = answers[min(restarts, len(answers) - 1) :][:1]
        found = _next(answers)
        if isinstance(found, Exception):
            raise found
        return 200, found

    def pods(self, namespace: str, selector: str) -> list[Pod]:
        assert namespace == "anna"
        if selector in self.of:
            return self.of[selector]
        assert selector == "app=cart"
        return _next(self.pods_)

    def run(self, *arguments: str, namespace: str = "", patience: float = 0.0) -> str:
        assert namespace == "anna"
        assert patience >= 0
        self.done.append(" ".join(arguments))
        self.refuses(self.done[-1])
        return ""

    def judged(self, check: ExerciseCheck) -> Judged:
        def sleep(seconds: float) -> None:
            self.t += seconds

        asking = EffectAsking(self, "anna", lambda _: None, lambda: self.t, sleep)
        effects = Effects(asking, self, self.told.append)
        return effects.judged(check)


T = TypeVar("T")


def _next(answers: list[T]) -> T:
    return answers.pop(0) if len(answers) > 1 else answers[0]


def check(
    *,
    reply: Reply | None = None,
    beside: Beside | None = None,
    survives: Survives | None = None,
    unbroken: Unbroken | None = None,
) -> ExerciseCheck:
    return ExerciseCheck(
        still="It is not so.",
        stable=3.0,
        within=10.0,
        reply=reply,
        beside=beside,
        survives=survives,
        unbroken=unbroken,
    )


def replying(*answers: Answer) -> Stage:
    return Stage({"cart:80/": list(answers)})


# ── a Service answers ──


def test_an_answer_has_to_come_for_as_long_as_it_says() -> None:
    stage = replying("your cart is empty")
    assert stage.judged(check(reply=CART)).standing is Standing.SOLVED
    assert stage.t == 3.0


def test_an_answer_that_comes_in_time_is_enough() -> None:
    stage = replying(NO_ENDPOINTS, NO_ENDPOINTS, "your cart is empty")
    assert stage.judged(check(reply=CART)).standing is Standing.SOLVED
    assert stage.t == 5.0


@cases(
    "answers said",
    {
        "no Pod behind it": ([NO_ENDPOINTS], "no Pod that is ready stands behind it"),
        "a port that nobody listens on": ([REFUSED], "connection refused"),
        "no such Service": (
            [ApiError(404, "NotFound", 'services "cart" not found')],
            "there is no Service cart",
        ),
        "another status": ([ApiError(500, "", "oh no")], "with status 500"),
        "another text": (["hello"], 'without "your cart": "hello"'),
        "now and then": (["your cart", NO_ENDPOINTS] * 20, "not all the time"),
    },
)
def test_it_is_not_so_yet_with(answers: list[Answer], said: str) -> None:
    judged = replying(*answers).judged(check(reply=CART))
    assert judged.standing is Standing.NOT_YET
    assert said in judged.said[0]


@cases(
    "failure said",
    {
        "no permission": (FORBIDDEN, "you may not do that"),
        "no cluster": (Unreachable("no answer for 5 s"), "can't be reached: no answer"),
        "a server that fails": (ApiError(500, "InternalError", "etcd"), "refuses (500: etcd)"),
    },
)
def test_it_could_not_be_asked_with(failure: Exception, said: str) -> None:
    judged = replying(failure).judged(check(reply=CART))
    assert judged.standing is Standing.UNKNOWN
    assert said in judged.said[0]


def test_a_failure_that_passes_is_no_failure() -> None:
    stage = replying(Unreachable("the connection broke"), "your cart")
    assert stage.judged(check(reply=CART)).standing is Standing.SOLVED


# ── Pods share a node ──


BESIDE = Beside(selector="app=cart", other="app=vault")


def ready(name: str, node: str) -> Pod:
    return pod(name=name, node=node, conditions=[condition("Ready")])


@cases(
    "carts standing said",
    {
        "on the same node": (["blue", "blue"], Standing.SOLVED, "app=cart: on node blue"),
        "one of them elsewhere": (["blue", "red"], Standing.NOT_YET, "cart-1 runs on node red"),
        "nowhere": ([], Standing.NOT_YET, "no Pod that is ready with app=cart"),
    },
)
def test_pods_are_on_the_node_of_the_others(
    carts: list[str], standing: Standing, said: str
) -> None:
    stage = Stage()
    stage.of["app=cart"] = [ready(f"cart-{n}", node) for n, node in enumerate(carts)]
    stage.of["app=vault"] = [ready("vault", "blue")]
    judged = stage.judged(check(beside=BESIDE))
    assert judged.standing is standing
    assert said in "".join(judged.said)


def test_without_the_others_it_is_said_that_they_are_not_there() -> None:
    stage = Stage()
    stage.of.update({"app=cart": [ready("cart", "blue")], "app=vault": []})
    judged = stage.judged(check(beside=BESIDE))
    assert judged.standing is Standing.NOT_YET
    assert "no Pod that is ready with app=vault" in judged.said[0]


# ── a Pod is deleted ──


OWNER = owned_by("ReplicaSet", "cart-1")
OLD, NEW = (
    pod(name=f"cart-{uid}", uid=uid, owner=OWNER, conditions=[condition("Ready")])
    for uid in ("old", "new")
)
STARTS = pod(name="cart-new", uid="new", owner=OWNER)
SURVIVES = Survives(selector="app=cart")
SAME = Survives(selector="app=cart", same=Reply(service="cart"))


def test_another_pod_takes_the_place_of_one_that_is_deleted() -> None:
    stage = Stage(pods_=[[OLD], [OLD, STARTS], [STARTS], [NEW]])
    assert stage.judged(check(survives=SURVIVES)).standing is Standing.SOLVED
    assert stage.done == ["delete pod cart-old --wait=false"]
    assert "kubectl delete pod cart-old" in stage.told[0]


def test_a_pod_that_nothing_owns_is_not_deleted_to_know_that_it_is_gone_for_good() -> None:
    bare = pod(name="cart", uid="old", conditions=[condition("Ready")])
    stage = Stage(pods_=[[bare]])
    judged = stage.judged(check(survives=SURVIVES))
    assert (judged.standing, stage.done) == (Standing.NOT_YET, [])
    assert "nothing owns Pod cart" in judged.said[0]


def test_a_bare_pod_beside_a_workloads_would_be_gone_for_good_all_the_same() -> None:
    bare = pod(name="cart-z", uid="bare", conditions=[condition("Ready")])
    stage = Stage(pods_=[[OLD, bare]])
    judged = stage.judged(check(survives=SURVIVES))
    assert (judged.standing, stage.done) == (Standing.NOT_YET, [])
    assert "nothing owns Pod cart-z" in judged.said[0]


def test_no_pod_is_deleted_where_none_is_ready() -> None:
    stage = Stage(pods_=[[STARTS]])
    assert stage.judged(check(survives=SURVIVES)).standing is Standing.NOT_YET
    assert stage.done == []


def test_a_cluster_that_is_away_for_a_moment_is_asked_again() -> None:
    stage = Stage(pods_=[[OLD], [NEW]])
    asked, away = stage.pods, [Unreachable("the connection broke")] * 2

    def pods(namespace: str, selector: str) -> list[Pod]:
        if stage.done and away:
            raise away.pop()
        return asked(namespace, selector)

    stage.pods = pods  # type: ignore[method-assign]
    assert stage.judged(check(survives=SURVIVES)).standing is Standing.SOLVED
    assert away == []


def test_a_pod_that_does_not_get_ready_takes_no_place() -> None:
    stage = Stage(pods_=[[OLD], [STARTS]])
    judged = stage.judged(check(survives=SURVIVES))
    assert judged.standing is Standing.NOT_YET
    assert "0 Pods of 1 are ready" in judged.said[0]


@cases(
    "after standing",
    {
        "what was written is there": ("order 7", Standing.SOLVED),
        "it is gone": ("order 1", Standing.NOT_YET),
    },
)
def test_the_new_pod_says_whether(after: str, standing: Standing) -> None:
    stage = Stage({"cart:80/": ["order 7", after]}, [[OLD], [NEW]])
    judged = stage.judged(check(survives=SAME))
    assert judged.standing is standing
    assert standing is Standing.SOLVED or '"order 7"; the new one says "order 1"' in judged.said[0]


def test_who_may_not_delete_could_not_check() -> None:
    def refuses(_: str) -> None:
        raise Refused("you may not delete pods", "", "Forbidden")

    stage = Stage(pods_=[[OLD]], refuses=refuses)
    judged = stage.judged(check(survives=SURVIVES))
    assert judged.standing is Standing.UNKNOWN
    assert judged.said == ("you may not delete pods",)


# ── a workload is restarted ──


UNBROKEN = Unbroken(workload="deploy/cart", visitors=Reply(service="visitors"))


def visited(*answers: Answer) -> Stage:
    return Stage({"visitors:80/": list(answers)})


def test_a_restart_without_a_failed_request_is_unbroken() -> None:
    stage = visited("good 10\nbad 2\n", "good 90\nbad 2\n")
    assert stage.judged(check(unbroken=UNBROKEN)).standing is Standing.SOLVED
    assert stage.done[0] == "rollout restart deploy/cart"
    assert stage.done[1].startswith("rollout status deploy/cart")


def test_a_failed_request_is_told_with_how_many_there_were() -> None:
    judged = visited("good 10 bad 2", "good 85 bad 7").judged(check(unbroken=UNBROKEN))
    assert judged.standing is Standing.NOT_YET
    assert "5 of 80 requests failed" in judged.said[0]


def test_who_began_to_count_anew_is_asked_once_more() -> None:
    stage = visited("good 10 bad 0", "good 3 bad 0", "good 50 bad 0")
    assert stage.judged(check(unbroken=UNBROKEN)).standing is Standing.SOLVED
    assert stage.done.count("rollout restart deploy/cart") == 2


def test_what_fails_without_a_restart_is_told_so() -> None:
    stage = Stage({"visitors:80/": []})
    stage.reply = lambda *_: (200, f"good 10 bad {stage.t:.0f}")  # type: ignore[method-assign]
    judged = stage.judged(check(unbroken=UNBROKEN))
    assert (judged.standing, stage.done) == (Standing.NOT_YET, [])
    assert "even while nothing is restarted" in judged.said[0]


def test_what_failed_before_is_not_taken_for_what_fails_then() -> None:
    stage = Stage({"visitors:80/": []})

    def reply(*_: object) -> tuple[int, str]:
        return 200, f"good {10 + stage.t:.0f} bad {min(stage.t, 4):.0f}"

    stage.reply = reply  # type: ignore[assignment,method-assign]
    assert stage.judged(check(unbroken=UNBROKEN)).standing is Standing.SOLVED


@cases(
    "answers",
    {
        "nobody visits": ["good 10 bad 0"],
        "who can't be asked": [NO_ENDPOINTS],
        "who says something else": ["hello"],
        "who counts no end": [f"good {'9' * 5000} bad 0"],
    },
)
def test_it_could_not_be_checked_with(answers: list[Answer]) -> None:
    assert visited(*answers).judged(check(unbroken=UNBROKEN)).standing is Standing.UNKNOWN


def test_a_workload_that_does_not_come_up_again_is_not_solved() -> None:
    def refuses(line: str) -> None:
        if "status" in line:
            raise Refused("timed out waiting for the condition", "", "")

    stage = visited("good 10 bad 0")
    stage.refuses = refuses
    judged = stage.judged(check(unbroken=UNBROKEN))
    assert judged.standing is Standing.NOT_YET
    assert "did not come up again" in judged.said[0]
