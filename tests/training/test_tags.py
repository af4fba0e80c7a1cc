import threading
from pathlib import Path

import pytest

from detector.errors import UserError
from detector.training.config import TrainConfig
from detector.training.runs import create_run, find_run
from detector.training.status import RunStatus
from detector.training.tags import change_tags, tags_of, write_note


def test_tags_are_added_to_each_run_once_and_removed_from_each(workspace: Path, small: TrainConfig) -> None:
    runs = [create_run(small, name) for name in ("one", "two")]
    change_tags(runs[:1], ["baseline", " final  run "])
    change_tags(runs, ["baseline"], remove=["final run"])
    assert [tags_of(run) for run in runs] == [("baseline",), ("baseline",)]
    runs[0].write_status(RunStatus(state="finished"))
    assert tags_of(runs[0].rename("renamed")) == ("baseline",)


@pytest.mark.parametrize("tag", ["", "  ", "x" * 41, "a,b", "a\x00b"])
def test_a_tag_that_cannot_be_one_changes_nothing(workspace: Path, small: TrainConfig, tag: str) -> None:
    runs = [create_run(small, name) for name in ("one", "two")]
    with pytest.raises(UserError, match="cannot be a tag"):
        change_tags(runs, ["good", tag])
    assert tags_of(runs[0]) == () == tags_of(runs[1])


def test_too_many_tags_are_refused_for_all_runs_alike(workspace: Path, small: TrainConfig) -> None:
    full, empty = create_run(small, "full"), create_run(small, "empty")
    change_tags([full], [str(number) for number in range(20)])
    with pytest.raises(UserError, match="21 tags"):
        change_tags([empty, full], ["more"])
    assert tags_of(empty) == ()


def test_a_note_is_kept_beside_the_facts(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small, "one")
    write_note(run, " tried again with less noise\n")
    assert run.about()["note"] == "tried again with less noise" and "created" in run.about()
    with pytest.raises(UserError, match="2,001 characters"):
        write_note(run, "x" * 2001)


def test_a_tag_written_while_the_worker_writes_facts_loses_neither(workspace: Path, small: TrainConfig) -> None:
    create_run(small, "busy")

    def facts() -> None:
        for number in range(60):
            find_run("busy").note(**{f"fact{number}": number})

    worker = threading.Thread(target=facts)
    worker.start()
    for number in range(20):
        change_tags([find_run("busy")], [f"tag{number}"])
    worker.join()
    assert len(tags_of(find_run("busy"))) == 20
    assert all(find_run("busy").about()[f"fact{number}"] == number for number in range(60))
