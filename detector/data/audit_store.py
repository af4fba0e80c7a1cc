"""Where audits are kept: beside the other notes on data sets, under the content of the set and the equalise rule."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from detector.data.audit import Audit
from detector.data.manifest import Manifest
from detector.errors import UserError
from detector.files import read_json, write_json
from detector.home import notes_folder

if TYPE_CHECKING:
    from detector.data.equalise import Equalise

logger = logging.getLogger(__name__)


def audit_file(manifest: Manifest, equalise: "Equalise | None" = None) -> Path:
    """The audit's place; it changes with the pictures, their labels and the rule."""
    rule = f"-{equalise.key()}" if equalise else ""
    return notes_folder() / "audits" / f"{manifest.fingerprint}{rule}.json"


def read_audit(manifest: Manifest, equalise: "Equalise | None" = None) -> Audit | None:
    """The audit of this very content, or None when there is none, or a damaged one, which is then made anew."""
    file = audit_file(manifest, equalise)
    if not file.exists():
        return None
    try:
        return Audit.from_dict(read_json(file))
    except (UserError, KeyError, TypeError, ValueError) as error:
        logger.warning("a damaged audit is made anew: %s", error)
        return None


def write_audit(manifest: Manifest, audit: Audit, equalise: "Equalise | None" = None) -> None:
    """Keep the audit of this content in place of an earlier one; raises OSError when the disk is full."""
    write_json(audit_file(manifest, equalise), audit.to_dict())
