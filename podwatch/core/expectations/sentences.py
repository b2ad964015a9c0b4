"""What is said of an expectation: the verdict, its cause, what is still waited for.

Responsible for wording that looks at Pods and results; nothing is decided here. What a Pod's
permanent state is called is data, why the cluster's state is not known is said by `scopes`.
"""

from collections.abc import Collection, Iterator, Sequence

from podwatch.core.durations import tenths
from podwatch.core.expectations import causes, claims, hindrance, rollout, stability
from podwatch.core.expectations.expectation import STABLE, About, Budget, Target, Word
from podwatch.core.expectations.holds import pod_holds
from podwatch.core.expectations.instead import instead
from podwatch.core.expectations.tracked_pod import TrackedPod
from podwatch.core.expectations.verdict import Cause, Outcome, Result, Role
from podwatch.core.expectations.view import View
from podwatch.core.kube import Pod, Terminated
from podwatch.core.present.waits import missing
from podwatch.core.text import counted, listed

PODS_NAMED = 5
"""How many Pods of a target are named when it is said what they wait for."""
_TO_STAY = "to stay so for"
_DID_NOT = {
    "ready": "get ready",
    "ready or succeeded": "get ready or succeed",
    "succeeded": "succeed",
    "failed": "fail",
    "gone": "go away",
    "delete": "go away",
}
"""What a target did not do in time, by the word that was expected."""


# ── causes ──


def late(view: View, budget: Budget, tracked: TrackedPod) -> str:
    """Why a Pod exceeds its budget."""
    waits = _missing(view, tracked, About.READY)
    still = f"; it waits for {waits}" if waits else ""
    name = tracked.pod.metadata.name
    return f"Pod {name} is not {budget.stage} after {budget.seconds:g} s{still}"


def went(tracked: TrackedPod, wanted: Sequence[str]) -> str:
    """Why a Pod that has ended does not fulfil a sequence."""
    return (
        f"Pod {tracked.pod.metadata.name} went {', '.join(tracked.phases)}, which does not have "
        f"{', '.join(wanted)} in it in this order"
    )


def worn_out(container: str, ended: Terminated, after: int) -> str:
    """Why a container that ended is given up after so many restarts."""
    why = f", {ended.reason}" if ended.reason not in {"", "Error"} else ""
    did = "ended" if ended.exit_code == 0 else "failed"
    times = "once" if after == 1 else f"{after} times"
    again = f" again after it was restarted {times}" if after else ""
    return f'container "{container}" {did}{again} (exit code {ended.exit_code}{why})'


def restarts(number: int) -> str:
    """So many restarts, in words."""
    return counted(number, "restart")


# ── the verdict ──


def violated(target: Target, role: Role, word: Word | None, cause: Cause | None) -> str:
    """The verdict where one thing expected can't come true any more."""
    why = cause.sentence if cause is not None else ""
    if cause is not None and not cause.certain:
        after = f" after {cause.after}" if cause.after else ""
        return f"gave up on {target}{after}: {why}"
    if role is not Role.FOR or word is None:
        return f"{target}: {why}"
    reach = {
        About.READY: "get ready",
        About.WELL: "get ready or succeed",
        About.SUCCEEDED: "succeed",
        About.FAILED: "fail",
        About.CONDITION: f"have {word.text}",
    }.get(word.about, f"reach {word.text}")
    return f"{target} will not {reach}: {why}"


def met(results: Sequence[Result]) -> str:
    """The verdict where everything is as expected."""
    words: dict[Target, list[str]] = {}
    for result in results:
        texts = words.setdefault(result.target, [])
        if result.role in {Role.FOR, Role.SEQUENCE} and result.outcome is Outcome.MET:
            texts.append(f"{result.text} ({result.note})" if result.note else result.text)
    return "; ".join(f"{target}: {', '.join(texts)}" for target, texts in words.items())


def timed_out(results: Sequence[Result], absent: Collection[Target]) -> str:
    """The verdict where time is up, with the first cause that is known. `absent`: the targets of
    which nothing ever came.
    """
    open_ = [result for result in results if result.outcome is Outcome.TIMED_OUT]
    missing = list(dict.fromkeys(result.target for result in open_))
    names = ", ".join(map(str, missing))
    if missing and all(target in absent for target in missing):
        selected = all(target.selector for target in missing)
        said = f"{names} never came into being"
        said = f"no Pod was ever selected by {names}" if selected else said
    else:
        texts = list(dict.fromkeys(result.text for result in open_))
        did = _DID_NOT.get(texts[0], "") if len(texts) == 1 else ""
        held = any(wait.startswith(_TO_STAY) for result in open_ for wait in result.waits)
        said = f"{names}: {', '.join(texts)} not met in time"
        said = f"{names} did not {did} in time" if did and not held else said
    told = next((one for one in open_ if one.cause is not None), None)
    if told is None or told.cause is None:
        has = _after(open_[0]) if len(open_) == 1 else ""
        return f"{said}: {has}" if has else said
    whose = f"; {told.target}" if len(missing) > 1 else ""
    return f"{said}{whose}: {told.cause.sentence}"


def _after(result: Result) -> str:
    """What there is instead of what was expected, as `waits` has put it beside that."""
    begin = f"{result.text}; "
    return next((one.removeprefix(begin) for one in result.waits if one.startswith(begin)), "")


def others_missed(results: Sequence[Result], told: Target) -> str:
    """What is added to the verdict about one target where others are not met either."""
    missed = {Outcome.VIOLATED, Outcome.TIMED_OUT, Outcome.UNAVAILABLE}
    others = dict.fromkeys(one.target for one in results if one.outcome in missed)
    names = ", ".join(str(target) for target in others if target != told)
    return f"; not met either: {names}" if names else ""


# ── what is still waited for ──


def to_stay(view: View) -> str:
    """What is missing of a word that holds: it has to stay so."""
    if (stable := view.wanted.stable) is not None:
        return f"{_TO_STAY} {stable:g} s"
    names = [one.name for tracked in view.pods for one in stability.unprobed(tracked.pod)]
    unproven = [one for tracked in view.pods for one in stability.unproven(tracked.pod).items()]
    lacks = "no readiness probe"
    if not names:
        names, lacks = [name for name, _ in unproven], "just failed"
    hold = STABLE + max((ran for _, ran in unproven), default=0.0)
    found = [f'"{name}"' for name in dict.fromkeys(names)][:3]
    who = f"containers {listed(found)} have" if len(found) > 1 else f"container {listed(found)} has"
    return f"{_TO_STAY} {hold:g} s, because {who} {lacks}"


def waits(view: View, text: str, word: Word | None) -> Iterator[str]:
    """What is missing of one thing expected, as written in `text`; each after "waits for"."""
    about = word.about if word is not None else About.READY
    target, owner = view.target, view.owner
    if view.never_came:
        why = f"; {why}" if (why := hindrance.absence(view)) else ""
        somebody = f"somebody to create {target.local} in namespace {target.namespace}"
        yield ("any Pod with these labels" if target.selector else somebody) + why
        return
    if (gone_t := view.state.presence.gone_t) is not None:
        yield f"another one of that name: it was deleted at +{tenths(gone_t)}"
        return
    if about is About.GONE:
        for tracked in view.state.pods.values():
            if not tracked.gone:
                yield _waits_for(tracked.pod, _missing(view, tracked, about))
        if target.kind != "Pod":
            yield f"somebody to delete {target}, or its finalizers to be removed"
        return
    if target.is_claim:
        yield claims.missing(view) or _beside(view, text, word)
        return
    lacks = ""
    if owner is not None and (about is About.READY or owner.spec.suspend):
        lacks = rollout.missing(owner)
    elif owner is not None and about is About.SUCCEEDED:
        lacks = f"Pods that end well: {owner.status.succeeded} of {owner.spec.completions or 1}"
    if lacks:
        why = causes.refusal(view)
        yield f"{lacks}, because {why}" if why else lacks
    if not view.pods and target.kind == "Pod":
        yield "a Pod that is not ending" if view.state.pods else "its Pod"
    named = 0
    for tracked in view.pods:
        if word is not None and pod_holds(tracked, word):
            continue
        phrase = _missing(view, tracked, about)
        if phrase and named < PODS_NAMED:
            named += 1
            yield _waits_for(tracked.pod, phrase)
    if not named and about not in {About.READY, About.SUCCEEDED, About.FAILED, About.WELL}:
        yield _beside(view, text, word)


def _beside(view: View, text: str, word: Word | None) -> str:
    """What is expected, as written in `text`, with what there is instead."""
    has = instead(view, word) if word is not None else ""
    return f"{text}; {has}" if has else text


def _missing(view: View, tracked: TrackedPod, about: About) -> str:
    """What a Pod waits for if a word is to hold that is about this; empty if for nothing."""
    pod = tracked.pod
    if about is About.GONE and pod.metadata.deletion_timestamp is None:
        return "somebody to delete it"
    phrase = missing(pod, view.around(pod), to_be_ready=about is not About.SUCCEEDED)
    running = [f'"{one.name}"' for one in pod.status.container_statuses if one.state.running]
    if about is About.SUCCEEDED and running and not phrase:
        return f"its program to end: container {', '.join(running)}"
    return phrase


def _waits_for(pod: Pod, phrase: str) -> str:
    return f"Pod {pod.metadata.name} waits for {phrase}"
