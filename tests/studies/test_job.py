"""A study as a job on disk: launched as a process of its own, watched, stopped and taken up again."""

import time
from pathlib import Path

import pytest

from detector.errors import RunError
from detector.studies.job import Job, jobs_of, results_of
from detector.studies.result import SHIPPED
from detector.training.status import RunStatus
from tests.studies.toys import make_pictures


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    return make_pictures(tmp_path / "pictures", 24)


def wait(job: Job, *states: str, seconds: float = 120) -> RunStatus:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (status := job.status()).state in states:
            return status
        time.sleep(0.1)
    raise AssertionError(f"still {job.status()}: {job.log_tail()}")


def test_a_launched_study_can_be_stopped_and_its_folders_are_remembered(pictures: Path) -> None:
    job = Job("boston", "full")
    job.launch([f"faces={pictures}"])
    with pytest.raises(RunError, match="already running"):
        job.launch([f"faces={pictures}"])
    while job.status().phase in ("Starting", "Loading libraries"):
        time.sleep(0.1)
    job.stop()
    status = wait(job, "stopped", "failed", "finished")
    assert status.state == "stopped", job.log_tail()
    assert job.roles() == (f"faces={pictures}",)
    assert [each.scale for each in jobs_of("boston")] == ["full"]
    assert not job.result_file.exists(), "a study that did not end has no result to show"


def test_a_study_that_goes_wrong_says_why(pictures: Path) -> None:
    job = Job("boston", "small")
    (pictures / "ai").rename(pictures / "elsewhere")
    job.launch([f"faces={pictures}"])
    status = wait(job, "failed", "finished")
    assert status.state == "failed"
    assert "AI-generated" in status.message


def test_a_killed_worker_reads_as_interrupted(pictures: Path) -> None:
    job = Job("boston", "small")
    job.write_settings(["faces=x"])
    job.write_status(RunStatus(state="running", epoch=3, epochs=12))
    assert job.status().state == "interrupted"
    with job.lock():
        assert job.status().state == "running"


def test_only_a_running_study_can_be_stopped(pictures: Path) -> None:
    with pytest.raises(RunError, match="not running"):
        Job("boston", "small").stop()


def test_results_are_those_that_ship_and_those_of_ones_own(pictures: Path) -> None:
    job = Job("boston", "small")
    assert list(results_of("boston", SHIPPED / "nowhere")) == []
    job.write_settings(["faces=x"])
    job.result_file.write_text("{}")
    assert results_of("boston", SHIPPED / "nowhere") == {"small": job.result_file}
