"""Bare `podwatch`: what to type next, by what is there."""

from podwatch.sources.cluster.kubeconfig import exists, kubeconfig_paths


def welcome(program: str) -> str:
    """A few lines for somebody who just typed the name."""
    lines = ["podwatch watches the real Pods of a cluster and explains what happens to them.", ""]
    demo = (f"{program} demo", "a lesson that was recorded on a real cluster; needs no cluster")
    live = (f"{program} ns", "the Pods of your current namespace, live")
    one = (f"{program} pod NAME", "one Pod, which may not exist yet")
    help_ = (f"{program} --help", "everything else")
    if any(map(exists, kubeconfig_paths(None))):
        rows = [live, one, demo, help_]
    else:
        lines.append("There is no kubeconfig here, so begin without a cluster:")
        rows = [demo, help_]
    lines += [f"  {command:28} {meaning}" for command, meaning in rows]
    return "\n".join(lines)
