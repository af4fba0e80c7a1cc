"""Facts of a role's images: how many, by whom, how large, and what shortcuts the audit finds among them."""

from detector.data.audit import run_audit
from detector.data.audit_store import read_audit
from detector.data.audit_words import headline
from detector.data.manifest import Manifest
from detector.labels import AI, LABEL_NAMES, REAL
from detector.studies.result import RoleFacts

_GENERATORS = 12
_LOOKED_AT = 500  # of a class: enough for an interval of some five points, and done in half a minute


def role_facts(manifest: Manifest, given: str, left_out: int = 0) -> RoleFacts:
    """What the manifest of a role says; `left_out` files are in both classes."""
    counts = manifest.counts()["all"]
    makers = sorted({item.generator for item in manifest.items if item.generator and item.label == AI})
    more = (f"{len(makers) - _GENERATORS} more",) if len(makers) > _GENERATORS else ()
    return RoleFacts(
        given=given,
        images={LABEL_NAMES[label]: counts[label] for label in (REAL, AI)},
        generators=(*makers[:_GENERATORS], *more),
        sides=_sides(manifest),
        left_out=left_out,
        audit=headline(read_audit(manifest) or run_audit(manifest, most=_LOOKED_AT)),
    )


def _sides(manifest: Manifest) -> str:
    sides = [side for item in manifest.items for side in (item.width, item.height)]
    low, high = min(sides), max(sides)
    return f"{low} px" if low == high else f"{low} to {high} px"
