"""Regions: named parts of a face as masks, placed by its five points. They are ellipses and know no single face's outline."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.explain.faces import Face

Mask = NDArray[np.bool_]
Ellipse = tuple[float, float, float, float]
"""Centre and half axes (u, v, along u, along v) in the face's own frame: the eyes at (±½, 0), the mouth's middle at (0, 1)."""


@dataclass(frozen=True)
class Region:
    """A region's words within a sentence ("the mouth carries …"), what lies in it, and its ellipses."""

    words: str
    help: str
    ellipses: tuple[Ellipse, ...] = ()
    plural: bool = False


def _both(u: float, v: float, along_u: float, along_v: float) -> tuple[Ellipse, Ellipse]:
    return (-u, v, along_u, along_v), (u, v, along_u, along_v)


REGIONS = {
    "mouth": Region("mouth", "Lips, and the lines of a smile at their corners.", ((0, 1.02, 0.62, 0.32),)),
    "eye_corners": Region(
        "eye corners", "Outer corners of the eyes, where laughing wrinkles skin.", _both(0.88, 0.0, 0.22, 0.26), True
    ),
    "under_eyes": Region("parts under the eyes", "Lower lids and the skin below them.", _both(0.48, 0.28, 0.32, 0.15), True),
    "forehead": Region("forehead", "From the brows to where hair usually begins.", ((0, -0.78, 0.82, 0.4),)),
    "nose_cheeks": Region("nose and cheek folds", "The nose, and the folds from it to the mouth.", ((0, 0.5, 0.52, 0.36),), True),
    "rest": Region("rest of the face", "Eyes, brows, outer cheeks and chin.", ((0, 0.27, 1.2, 1.55),)),
    "hair": Region("hair and outline", "A ring around the face: hair, ears, jaw.", ((0, 0.05, 1.6, 2.1),), True),
    "background": Region("background", "Everything outside the head, clothes and neck too."),
}
"""In order of precedence: a pixel belongs to the first region that holds it, so that the shares of all regions sum to one."""

_NO_SKIN: tuple[Ellipse, ...] = (*_both(0.5, -0.06, 0.36, 0.26), (0, 1.02, 0.5, 0.24))
"""Eyes with brows, and lips."""
_BARE: Ellipse = (0, 0.3, 1.02, 1.4)


def face_regions(face: Face, size: tuple[int, int]) -> dict[str, Mask]:
    """A mask (height, width) for each of REGIONS, size = (width, height): disjoint, together the whole picture."""
    u, v = _frame(face, size)
    free, masks = np.ones(u.shape, bool), {}
    for name, region in REGIONS.items():
        masks[name] = free & _inside(region.ellipses, u, v) if region.ellipses else free.copy()
        free &= ~masks[name]
    return masks


def skin(face: Face, size: tuple[int, int]) -> Mask:
    """The mask (height, width) of the bare skin of the face: without eyes, brows, lips, hair and outline."""
    u, v = _frame(face, size)
    return _inside((_BARE,), u, v) & ~_inside(_NO_SKIN, u, v)


def _inside(ellipses: tuple[Ellipse, ...], u: NDArray[np.float64], v: NDArray[np.float64]) -> Mask:
    inside = np.zeros(u.shape, bool)
    for centre_u, centre_v, along_u, along_v in ellipses:
        inside |= ((u - centre_u) / along_u) ** 2 + ((v - centre_v) / along_v) ** 2 <= 1
    return inside


def _frame(face: Face, size: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The coordinates u, v of every pixel's centre. The frame is affine, so it follows a tilted, turned or squashed face."""
    to_frame = np.linalg.inv(np.stack([face.across, face.down], axis=1))
    y, x = np.mgrid[: size[1], : size[0]] + 0.5
    u, v = np.einsum("ij,jhw->ihw", to_frame, np.stack([x - face.eyes[0], y - face.eyes[1]]))
    return u, v
