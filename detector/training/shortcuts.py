"""Shortcuts: the audit of a run's data, read from where audits are kept or made by the worker before it trains."""

import logging
from collections.abc import Callable

from detector.data.audit import Audit, run_audit
from detector.data.audit_store import read_audit, write_audit
from detector.training.images import TrainingImages
from detector.training.runs import Run

PHASE = "Auditing the data"
MOST = 500
"""Pictures of a class that a worker looks at: enough for an interval of ± 0.04, in seconds and not minutes."""

log = logging.getLogger(__name__)


def note_audit(run: Run, images: TrainingImages, phase: Callable[[str, int, int], None]) -> None:
    """Put the audit of the data, as the run equalises it, into about.json; one that is there already stays."""
    manifest, equalise = images.manifest, images.preprocess.equalise
    known = run.about().get("audit") or {}
    if (known.get("fingerprint"), known.get("equalise")) == (manifest.fingerprint, equalise.key() if equalise else ""):
        return
    audit: Audit | None = read_audit(manifest, equalise)
    if audit is None:
        phase(PHASE, 0, 0)
        audit = run_audit(manifest, equalise, lambda done, total: phase(PHASE, done, total), MOST)
        try:
            write_audit(manifest, audit, equalise)
        except OSError as error:
            log.warning("the audit cannot be kept for the data set: %s", error)
    run.note(audit=audit.to_dict())
