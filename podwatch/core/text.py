"""How a text is put in form.

Making a cluster's text harmless is `podwatch.renderers.sanitize`'s business.
"""


def capitalized(text: str) -> str:
    """A sentence that stands alone, which after a colon begins in lower case."""
    return text[:1].upper() + text[1:]


def one_line(text: str) -> str:
    """The text with every run of white space, line breaks too, as one blank."""
    return " ".join(text.split())
