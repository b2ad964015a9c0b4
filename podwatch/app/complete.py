"""What the shell completes. Responsible for names only; a failure completes nothing."""

from podwatch.core.concepts import catalog


def names(kind: str, namespace: str, kubeconfig: str | None, context: str | None) -> list[str]:
    """The names of objects in the cluster, by default in the context's namespace, if it answers."""
    try:
        from podwatch.sources.cluster import connect

        cluster = connect(kubeconfig, context)
        return cluster.questions.names(kind, namespace or cluster.namespace)
    except Exception:  # a shell's completion has nowhere to show an error
        return []


def contexts(kubeconfig: str | None) -> list[str]:
    """The contexts of the kubeconfig; empty if there is none."""
    try:
        from podwatch.sources.cluster import context_names

        return context_names(kubeconfig)
    except Exception:
        return []


def terms() -> list[str]:
    """What can be explained and is one word: lessons, then reasons, exit codes and signals."""
    return [term for term in catalog().terms() if not set(" *:()") & set(term)]


def words() -> list[str]:
    """What `--for` and `--never` know; those that end in "=" want a value."""
    from podwatch.core.expectations.grammar import KEYED_WORDS, PLAIN_WORDS

    return [*PLAIN_WORDS, *(f"{key}=" for key in KEYED_WORDS), *sorted(catalog().by_id)]
