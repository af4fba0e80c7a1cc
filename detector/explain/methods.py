"""The ways to draw a heat map, in words: enough to list and choose them. Imports no torch; the sums are in `formulas`."""

import re
from dataclasses import dataclass
from typing import Literal

Needs = Literal["gradients", "features", "passes", "attention"]

_TRANSFORMER = re.compile(r"(test_)?(vit\d?|vitamin|deit3?|flexivit|beit3)_")
_OTHER_ATTENTION = re.compile(r"relpos|rope|rpn|dinov3|lingbot|sapiens|parallel|18x2|_xp_|_pe_|wee_|dlittle")


@dataclass(frozen=True)
class Method:
    """A method's name for people, one line on what it does, what it costs, and whether its map can tell for from against.

    `needs` is gradients (one pass and the head's backward), features (one pass, the same map for every label), passes (tens or
    hundreds of passes) or attention (as gradients, but of a vision transformer's attention). `layered` methods let one choose
    the layer whose features are read.
    """

    title: str
    help: str
    needs: Needs
    signed: bool = False

    @property
    def layered(self) -> bool:
        """Whether the method reads a feature map, so that `layer` means something to it."""
        return self.needs != "attention" and self.title != "Occlusion"


METHODS = {
    "gradcam": Method("Grad-CAM", "Weighs each feature by its average effect on the score: the usual choice.", "gradients", True),
    "hirescam": Method(
        "HiResCAM", "Weighs each feature place by place: shows only what this score was computed from.", "gradients", True
    ),
    "gradcam++": Method(
        "Grad-CAM++", "Grad-CAM with more weight on places that raise the score: for several marks at once.", "gradients"
    ),
    "layercam": Method(
        "LayerCAM", "Features weighed place by place where they raise the score: finer, and fit for earlier layers.", "gradients"
    ),
    "eigencam": Method("EigenCAM", "What stands out to the network, whatever its verdict: it knows no label.", "features"),
    "scorecam": Method("Score-CAM", "Shows the network the picture through each feature and compares the scores.", "passes"),
    "ablationcam": Method("Ablation-CAM", "Switches each feature off and weighs it by how far the score falls.", "passes", True),
    "occlusion": Method(
        "Occlusion",
        "Greys out one part of the picture after another and shows how far the score falls: slow and direct.",
        "passes",
        True,
    ),
    "attention": Method(
        "Attention", "Which patches the last attention read, weighed by their effect: vision transformers only.", "attention"
    ),
    "randomcam": Method("Random weights", "Weighs the features by chance: the control that a good method must beat.", "features"),
}


def methods_for(architecture: str, backbone: str = "") -> tuple[str, ...]:
    """The methods that a network can be asked for, the usual one first; `backbone` is the frozen network of an svm."""
    name = backbone if architecture == "svm" else architecture
    readable = bool(_TRANSFORMER.match(name + "_")) and not _OTHER_ATTENTION.search(name)
    return tuple(key for key, method in METHODS.items() if readable or method.needs != "attention")
