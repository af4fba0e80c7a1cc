"""torchvision beside a torch it was not compiled for: declares the two operators without which it cannot be imported.

Where a CPU-only torch meets the torchvision of the package index, torchvision's compiled extension does not load, and
`import torchvision` (so timm too) stops at "operator torchvision::nms does not exist". It only wants the schemas: no network here
calls these operators.
Import this module before torchvision or timm. Where the compiled extension loads it declares nothing.
"""

import importlib.util
from pathlib import Path

import torch

_SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


def torchvision_folder() -> Path | None:
    """Where torchvision is installed, found without importing it; None when it is not."""
    spec = importlib.util.find_spec("torchvision")
    return Path(spec.origin).parent if spec and spec.origin else None


def extension_loads(folder: Path) -> bool:
    """Whether the compiled extension `_C` in torchvision's folder can be loaded by this torch."""
    for library in (*folder.glob("_C*.so"), *folder.glob("_C*.pyd")):
        try:
            torch.ops.load_library(str(library))
        except OSError:
            continue
        return True
    return False


def declare_missing_operators(folder: Path) -> torch.library.Library | None:
    """Declare `nms` and `qnms` where the extension does not; None when there was nothing to do.

    The declarations live as long as the returned library.
    """
    if extension_loads(folder) or hasattr(torch.ops.torchvision, "nms"):
        return None
    library = torch.library.Library("torchvision", "FRAGMENT")
    for operator in ("nms", "qnms"):
        library.define(operator + _SIGNATURE)
    return library


_FOLDER = torchvision_folder()
_LIBRARY = declare_missing_operators(_FOLDER) if _FOLDER else None
