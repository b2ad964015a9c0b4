"""How a run of a container ended, and what stopped it: the facts that start with `run.`.

Responsible for what an ended run proves, together with the Events about it; the words are those of
the states of the part `run`. Why the kubelet stopped it is `podwatch.core.stops`' to say.
"""

from podwatch.core.concepts.patterns import Facts, filled
from podwatch.core.durations import in_seconds
from podwatch.core.exit_codes import ending_signal, exit_means
from podwatch.core.kube import Container, Terminated
from podwatch.core.kubelet import run_time
from podwatch.core.messages import Decoded, cause
from podwatch.core.messages.last_words import last_words
from podwatch.core.ports import contested_port
from podwatch.core.present.facts import PartFacts, Seen, Symptom
from podwatch.core.present.probes import LEFT_TO_THE_STATE, PROBES, stopping_probe
from podwatch.core.present.states import present_states
from podwatch.core.stops import ended_before_deletion, killed_after_grace, stopped_for

_ITS_OWN_WORDS = frozenset({"Completed", "Error", "OOMKilled", ""})
"""Reasons of an end with which the message is the program's; else it is the runtime's."""
_BY_RUNTIME = ("exec ", "exec: ", "standard_init_linux.go:")
"""How begins what runc says in place of a program that it could not execute after all."""


def run_facts(seen: Seen, spec: Container, ended: Terminated) -> Facts:
    """What is known of a run that is over, and the texts of its state of the part `run`."""
    facts: Facts = {
        "run.container": spec.name,
        "run.exit_code": ended.exit_code,
        "run.reason": ended.reason,
        "run.means": (means := exit_means(ended.exit_code)),
        "run.symbol": means.partition(", ")[0],
        "run.meaning": means.partition(", ")[2],
        "run.signal": ending_signal(ended.exit_code),
        "run.before_deletion": ended_before_deletion(seen.pod, ended),
        "run.since_deletion": bool(seen.pod.metadata.deletion_grace_period_seconds),
        "run.after_grace": killed_after_grace(seen.pod, ended),
        "run.stopped_for": (why := stopped_for(seen.pod, spec.name, ended, seen.stops)),
    }
    if (ran := run_time(ended)) is not None:
        facts["run.took"] = f" after {in_seconds(ran)}"
    if limit := _memory_limit(seen, spec):
        facts["run.limit"] = f"; {limit}"
    if (contested := contested_port(seen.pod, spec.name)) is not None:
        facts["run.port"], facts["run.port_rival"] = contested
    probe = stopping_probe(seen, spec, why) if why in PROBES else {}
    facts["run.answer"] = probe.get("probe.told", "")
    for name in ("parts", "allows", "correct"):
        if (fact := probe.get(f"probe.{name}")) is not None:
            facts[f"run.{name}"] = fact
    if ended.reason not in {"Completed", "Error", ""}:
        facts["run.other"] = ended.reason
    by_program = ended.reason in _ITS_OWN_WORDS
    words, blames = last_words(ended.message) if by_program and ended.message else ("", "")
    known = cause(words if by_program else ended.message)
    if by_program and not (known.id and words.startswith(_BY_RUNTIME)):
        known = Decoded()
        facts["run.words"] = f', and left the message "{words}"' if words else ""
        facts["run.blames"] = blames
    elif ended.message:
        facts["run.cause"], facts["run.detail"] = known.id, known.detail
        facts["run.short"] = known.short
        paths = (one.mount_path for one in spec.volume_mounts if len(one.mount_path) > 1)
        facts["run.in_volume"] = any(path in ended.message for path in paths)
        facts["run.says"] = f": {known.detail}" if known.detail else ""
        facts["run.odd"] = "" if known.id else facts["run.says"]
    run = PartFacts(seen, facts)
    state = present_states().waiting(Symptom("run", run))
    if state is not None:
        texts = {"how": state.sentence, "fact": state.fact, "who": state.who, "cure": state.cure}
        facts["run.state"] = state.id
        facts |= {f"run.{name}": filled(text, run) for name, text in texts.items()}
    # The class of error knows better.
    own: Facts = {"run.who": known.who, "run.cure": known.cure}
    if probe and probe.get("probe.cause") not in LEFT_TO_THE_STATE[why]:
        own = {"run.who": probe["message.who"], "run.cure": probe["message.cure"]}
    return facts | {name: text for name, text in own.items() if text}


def _memory_limit(seen: Seen, spec: Container) -> str:
    """The limit that its memory is bound to, its own or the Pod's, in words."""
    of_the_pod = seen.pod.spec.resources
    if limit := spec.resources.limits.get("memory", ""):
        return f"its limit is {limit}"
    if of_the_pod is not None and (limit := of_the_pod.limits.get("memory", "")):
        return f"the Pod's limit is {limit}"
    return ""
