"""Overlays: what is laid over whatever scene there is, the keys or the pages.

Responsible for which of them it is.
"""

from podwatch.renderers.dashboard.laid import Laid
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.pages import pages
from podwatch.renderers.dashboard.palette import palette
from podwatch.renderers.dashboard.view_state import Overlay, ViewState


def overlay(look: ViewState, width: int, height: int, pen: Layout) -> Laid:
    """What is laid over the screen."""
    if look.overlay is Overlay.HELP:
        return palette(look, width, height, pen)
    return pages(look, width, height, pen)
