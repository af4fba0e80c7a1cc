"""What a C2PA manifest in a file says: who signed that it was made how, and whether picture and signature still fit.

The C2PA project's own library reads it. It goes to no network here, and knows no list of trusted signers: anyone can sign.
"""

import io
import json
from typing import Any

from detector.evidence.blocks import Blocks
from detector.evidence.claim import Claim, PointsTo, pairs, short
from detector.evidence.iptc import SOURCE_TYPES

SOURCE = "C2PA manifest"
LARGEST = 8 << 20  # characters of a manifest as JSON
MOST_ACTIONS = 200
SETTINGS = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}


def c2pa_claims(found: Blocks, data: bytes) -> list[Claim]:
    """The claim of the manifest in the file, if there is one."""
    if not found.c2pa:
        return []
    try:
        import c2pa  # type: ignore[import-untyped]
    except (ImportError, OSError):  # the library is not there for every system
        return [Claim(SOURCE, "has one, which cannot be read on this computer, so nothing about it is checked.")]
    try:
        context = c2pa.Context(c2pa.Settings.from_dict(SETTINGS))
        with c2pa.Reader(found.format, io.BytesIO(data), context=context) as reader:
            state, text = str(reader.get_validation_state()), reader.json()
        values = json.loads(text) if len(text) <= LARGEST else {}
    except (c2pa.C2paError, ValueError, RecursionError) as error:
        return [Claim(SOURCE, "has one that is damaged, so nothing about it is checked.", "", pairs(("Error", error)))]
    return [_claim(values, state)]


def _claim(values: dict[str, Any], state: str) -> Claim:
    manifests = values.get("manifests")
    active = manifests.get(values.get("active_manifest")) if isinstance(manifests, dict) else None
    manifest: dict[str, Any] = active if isinstance(active, dict) else {}
    actions = _actions(manifest)
    kinds = [kind for _, kind in actions if kind in SOURCE_TYPES]
    says, points_to = _said(kinds)
    whole = state in ("Valid", "Trusted")
    seal = (
        "The signature fits the picture; who stands behind it is not checked."
        if whole
        else "The signature does not fit the picture: one of them was changed."
    )
    makers = manifest.get("claim_generator_info")
    maker = makers[0] if isinstance(makers, list) and makers and isinstance(makers[0], dict) else {}
    signature = manifest.get("signature_info")
    signed: dict[str, Any] = signature if isinstance(signature, dict) else {}
    details = pairs(
        ("Made with", " ".join(str(maker.get(name, "")) for name in ("name", "version")).strip()),
        ("Signed in the name of", ", ".join(str(signed[name]) for name in ("issuer", "common_name") if signed.get(name))),
        ("Signed at", signed.get("time")),
        ("Actions", ", ".join(dict.fromkeys(f"{name} ({kind})" if kind else name for name, kind in actions))),
        ("Digital source type", ", ".join(dict.fromkeys(kinds))),
    )
    return Claim(SOURCE, f"{says} {seal}", points_to if whole else "", details)


def _said(kinds: list[str]) -> tuple[str, PointsTo]:
    """A sentence on the origin, and where it points: one made by AI outweighs what came after."""
    for wanted in ("ai", "camera", "edited"):
        for kind in kinds:
            if SOURCE_TYPES[kind][1] == wanted:
                return SOURCE_TYPES[kind]
    return ("tells how it was made and changed, and names no AI." if not kinds else SOURCE_TYPES[kinds[0]][0]), ""


def _actions(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    """Name and digital source type ("" without one) of each action, in order."""
    found: list[tuple[str, str]] = []
    assertions = manifest.get("assertions")
    for assertion in assertions if isinstance(assertions, list) else []:
        if isinstance(assertion, dict) and str(assertion.get("label", "")).startswith("c2pa.actions"):
            data = assertion.get("data")
            listed = data.get("actions") if isinstance(data, dict) else None
            for action in (listed if isinstance(listed, list) else [])[:MOST_ACTIONS]:
                if isinstance(action, dict):
                    kind = str(action.get("digitalSourceType", "")).rpartition("/")[2]
                    found.append((short(action.get("action", "")).removeprefix("c2pa."), kind))
    return found
