"""Where things are kept: the workspace, its folders, and the names allowed in them."""

import os
import re
from pathlib import Path

from detector.errors import UserError

REPOSITORY = Path(__file__).resolve().parent.parent
SHIPPED_WEIGHTS = REPOSITORY / "weights"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def home() -> Path:
    """The workspace: `DETECTOR_HOME`, or `workspace/` beside the app."""
    return Path(os.environ.get("DETECTOR_HOME") or REPOSITORY / "workspace").expanduser().resolve()


def runs_folder() -> Path:
    """One folder a training run."""
    return home() / "runs"


def weights_folder() -> Path:
    """Weights saved or imported by the user; those that ship are in `SHIPPED_WEIGHTS`."""
    return home() / "weights"


def data_folder() -> Path:
    """Data sets made or unpacked by the app."""
    return home() / "data"


def notes_folder() -> Path:
    """What people decided and the app found out about data sets: edits, audits. The sets themselves are never written to."""
    return home() / "notes"


def cache_folder() -> Path:
    """Whatever can be computed again: decoded pixels, features, manifests."""
    return home() / "cache"


def pretrained_folder() -> Path:
    """Backbones put there by the user: `DETECTOR_PRETRAINED`, or `pretrained/` in the workspace."""
    given = os.environ.get("DETECTOR_PRETRAINED")
    return Path(given).expanduser().resolve() if given else home() / "pretrained"


def checked_name(name: str) -> str:
    """The name itself if it can safely be a folder's; raises UserError otherwise.

    Letters, digits, dot, dash and underscore, 80 at most, starting with a letter or digit: no path can leave its folder.
    """
    if not _NAME.fullmatch(name) or name.endswith("."):
        raise UserError(
            f"{name[:80]!r} cannot be a name: use letters, digits, dots, dashes and underscores, 80 at most, "
            "starting with a letter or a digit."
        )
    return name
