"""Palettes: the colours of a map. Perceptually even, so that equal steps look equally large, in greyscale and to any eyes."""

from functools import cache

import numpy as np
from PIL import ImageColor

PALETTES = ("inferno", "viridis", "cividis")
"""For maps ≥ 0: they grow steadily lighter. Cividis looks nearly the same to colour-blind eyes."""

SIGNED = "blue–white–orange"
"""For signed maps: blue speaks for real, orange for AI-generated, and what speaks for neither is white."""

# Straight lines in CIELAB from L* 46 to 97 and back: steps of a half differ alike, and both ends are equally dark. The hues are
# those of the two classes.
_BLUES = ("#0072B3", "#3E81BC", "#6091C4", "#7CA1CD", "#95B2D5", "#AEC2DD", "#C6D3E6", "#DEE5EE")
_ORANGES = ("#B54E00", "#C16327", "#CD7844", "#D78C60", "#E0A17D", "#E8B69A", "#EFCBB8", "#F3E1D7")
_WHITE = "#F6F6F6"


def stops(palette: str) -> tuple[str, ...]:
    """The palette's colours at even distances, as #RRGGBB: from zero to the peak, or from real to AI-generated when signed."""
    if palette == SIGNED:
        return (*_BLUES, _WHITE, *_ORANGES[::-1])
    from plotly.colors import sequential  # only drawing needs it, and it is not needed to list the palettes

    return tuple(getattr(sequential, palette.title()))


@cache
def lookup(palette: str) -> bytes:
    """256 RGB triples, interpolated between the stops."""
    colours = np.array([ImageColor.getrgb(colour) for colour in stops(palette)])
    places = np.linspace(0, len(colours) - 1, 256)
    channels = [np.interp(places, np.arange(len(colours)), colours[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8).tobytes()
