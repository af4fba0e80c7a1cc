"""What a person answered to proposals: the edits that were accepted, and which were declined, so that they do not come back."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from filelock import FileLock

from detector.data.cleaning.proposals import Proposal
from detector.data.edits import Edit, add_edits, read_edits
from detector.data.manifest import Manifest
from detector.files import read_json, write_json
from detector.home import notes_folder


def accept(root: Path, proposals: Iterable[Proposal]) -> None:
    """Put the proposals into the log of the set in this folder; the first of a picture counts, since a picture has one edit."""
    first: dict[str, Edit] = {}
    for proposal in proposals:
        first.setdefault(proposal.path, proposal.edit())
    add_edits(root, first.values())


def decline(root: Path, proposals: Iterable[Proposal]) -> None:
    """Remember that these are to be left as they are."""
    with _locked(root):
        _write(root, read_declined(root) | {key_of(proposal) for proposal in proposals})


def undo_declined(root: Path, keys: Iterable[str]) -> None:
    """Let these be proposed again."""
    with _locked(root):
        _write(root, read_declined(root) - set(keys))


def read_declined(root: Path) -> set[str]:
    """The keys of what was declined; raises UserError where the note of it is damaged."""
    file = _file(root)
    return {str(key) for key in read_json(file).get("declined", [])} if file.exists() else set()


def undecided(proposals: Sequence[Proposal], root: Path) -> list[Proposal]:
    """The proposals that still wait: not declined, and for pictures without an edit (unless the file has changed since)."""
    declined = read_declined(root)
    edited = {(edit.path, edit.sha256) for edit in read_edits(root)}
    return [one for one in proposals if (one.path, one.sha256) not in edited and key_of(one) not in declined]


def take_log(manifest: Manifest, edits: Sequence[Edit]) -> int:
    """Put a log from elsewhere into the set's own, where its pictures are in the set unchanged; returns how many are."""
    here = {(item.path, item.sha256) for item in manifest.items}
    fits = [edit for edit in edits if (edit.path, edit.sha256) in here]
    add_edits(manifest.root, fits)
    return len(fits)


def key_of(proposal: Proposal) -> str:
    """What tells a proposal from others, also after a reload: the kind, the picture's path and its content."""
    return f"{proposal.kind}|{proposal.sha256[:16]}|{proposal.path}"


def _file(root: Path) -> Path:
    return notes_folder() / "declined" / f"{sha256(str(root.resolve()).encode()).hexdigest()[:24]}.json"


def _write(root: Path, keys: set[str]) -> None:
    write_json(_file(root), {"declined": sorted(keys)})


def _locked(root: Path) -> FileLock:
    """Two tabs may decide at the same moment, and neither decision may be lost."""
    _file(root).parent.mkdir(parents=True, exist_ok=True)
    return FileLock(_file(root).with_suffix(".lock"))
