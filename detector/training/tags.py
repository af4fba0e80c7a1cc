"""Tags and a note: what a person writes on a run, kept in its about.json."""

from collections.abc import Iterable, Sequence

from detector.errors import UserError
from detector.training.runs import Run

LONGEST = 40
MOST = 20
LONGEST_NOTE = 2000


def tags_of(run: Run) -> tuple[str, ...]:
    """A run's tags, as they were added."""
    return tuple(str(tag) for tag in run.about().get("tags", ()))


def change_tags(runs: Sequence[Run], add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
    """Add tags to each run and remove others; raises UserError, before anything is written, for a tag that cannot be one."""
    wanted, unwanted = [checked_tag(tag) for tag in add], set(remove)
    after = {}
    for run in runs:
        after[run] = tuple(dict.fromkeys([tag for tag in tags_of(run) if tag not in unwanted] + wanted))
        if len(after[run]) > MOST:
            raise UserError(f"{run.name} would have {len(after[run])} tags: {MOST} are enough.")
    for run, tags in after.items():
        run.note(tags=tags)


def write_note(run: Run, text: str) -> None:
    """Replace the run's note; raises UserError when it is too long."""
    if len(text) > LONGEST_NOTE:
        raise UserError(f"The note has {len(text):,} characters: {LONGEST_NOTE:,} are allowed.")
    run.note(note=text.strip())


def checked_tag(tag: str) -> str:
    """The tag without the spaces around it; raises UserError for an empty, long or broken one."""
    tag = " ".join(tag.split())
    if not tag or len(tag) > LONGEST or not tag.isprintable() or "," in tag:
        raise UserError(f"{tag[:60]!r} cannot be a tag: use 1 to {LONGEST} characters and no comma.")
    return tag
