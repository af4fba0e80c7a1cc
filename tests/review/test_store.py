import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from detector.review import backup, store
from detector.review.desk import ReviewError, add_images, answer, history, items, list_queues, next_items, progress, stats
from detector.review.migrations import VERSION, migrate
from tests.review.conftest import filled, image


def old_database(file: Path) -> None:
    """A file as the first version wrote it: two people on one image, and an answer that was taken back."""
    file.parent.mkdir(parents=True)
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        migrate(db, to=1)
        db.execute("INSERT INTO queues VALUES (1, 'old', 'uncertain', 2, 0, '', 0, '[\"bright\"]', 1.0, NULL)")
        db.execute("INSERT INTO items VALUES (1, 1, 'aa', 'a.png', 'data/a.png', 1, '', '', 0, 0)")
        db.execute("INSERT INTO items VALUES (2, 1, 'bb', 'b.png', 'data/b.png', NULL, '', '', 0, 1)")
        db.execute("INSERT INTO scores VALUES (1, 'bright', 'abc', 0.1, 0.5, 'real')")
        for number, (item, who, said) in enumerate([(1, "Ann", "real"), (1, "Ann", "ai"), (1, "Bo", "ai"), (2, "Bo", "real")]):
            db.execute(
                "INSERT INTO answers VALUES (?, ?, ?, ?, 1, ?, 1, 500, ?, 0, '')", (number, f"t{number}", item, who, said, number)
            )
        db.execute("INSERT INTO undos VALUES (3, 9.0)")


def test_a_file_of_the_first_version_opens_with_every_answer(home: Path):
    old_database(home / "reviews.sqlite")
    ((found, done),) = list_queues()
    assert (found.name, done.images, done.done, done.answers) == ("old", 2, 1, 2)
    first, second = items("old", "Ann")[0]
    assert (first.final, first.consensus, first.answered) == ("ai", "ai", 2) and second.answered == 0
    assert items("old", show="against")[1] == 1 and len(history("old")) == 4
    answer(2, "Ann", "ai")
    assert stats("old").right.n == 2
    with closing(sqlite3.connect(home / "reviews.sqlite")) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,) and db.execute("PRAGMA journal_mode").fetchone() == (
            "wal",
        )


def test_a_migration_that_breaks_off_leaves_the_old_version(home: Path, monkeypatch: pytest.MonkeyPatch):
    file = home / "reviews.sqlite"
    old_database(file)
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE standing (anything)")  # in the way of version 2, at its first statement
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        with pytest.raises(sqlite3.OperationalError):
            migrate(db)
        assert db.execute("PRAGMA user_version").fetchone() == (1,) and not db.in_transaction


def test_a_database_of_a_newer_program_is_left_alone(home: Path):
    filled()
    with closing(sqlite3.connect(store.database())) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(ReviewError, match="newer Telltale"):
        list_queues()


def test_a_locked_database_says_so_after_a_while_and_the_answer_can_be_given_again(monkeypatch: pytest.MonkeyPatch):
    name = filled()
    number = next_items(name, "Ann", 1)[0].id
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.2)
    with closing(sqlite3.connect(store.database(), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ReviewError, match=r"locked for .* try again"):
            answer(number, "Ann", "ai", token="once")
        assert list_queues()[0][1].images == 6  # who only reads is not kept waiting
        other.execute("ROLLBACK")
    assert answer(number, "Ann", "ai", token="once").final == "ai" and len(history(name)) == 1


@contextmanager
def full_disk(file: Path) -> Iterator[None]:
    """No file of this process may grow beyond what this one has now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_and_leaves_nothing_half_written(home: Path):
    name = filled(count=2)
    one, two = next_items(name, "Ann", 2)
    answer(one.id, "Ann", "ai")
    before = history(name)
    with full_disk(home / "reviews" / "images" / one.sha256):  # some hundred bytes: too few for any page
        with pytest.raises(ReviewError, match="disk is probably full"):
            answer(two.id, "Ann", "real", note="a long thought", token="once")
        with pytest.raises(ReviewError, match=r"(?i)make room"):
            add_images(name, [image(number) for number in range(50, 53)])
    assert history(name) == before and progress(name).images == 2
    assert answer(two.id, "Ann", "real", token="once").final == "real"


def closed() -> Path:
    """The database after the program has ended."""
    store.let_go()
    return store.database()


def spoil(file: Path) -> None:
    """Zeros over all but the first page."""
    with file.open("r+b") as bytes_:
        size = file.stat().st_size
        bytes_.seek(4096)
        bytes_.write(b"\0" * (size - 4096))


def test_a_damaged_database_is_kept_aside_and_work_goes_on_from_the_last_copy(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store, "EVERY_SECONDS", 0.0)
    name = filled()
    number = next_items(name, "Ann", 1)[0].id
    answer(number, "Ann", "ai")
    spoil(closed())
    with pytest.raises(ReviewError, match=r"kept as reviews-damaged-\d{8}-\d{6}\.sqlite.*go on from the copy of"):
        progress(name)
    assert progress(name, "Ann").mine == 1 and history(name)[0]["said"] == "ai"
    assert len(list(home.glob("reviews-damaged-*.sqlite"))) == 1


def test_a_file_that_is_no_database_at_all_is_kept_aside_as_well(home: Path):
    name = filled()
    closed().write_bytes(b"this was once a database" * 400)
    with pytest.raises(ReviewError, match="damaged"):
        progress(name)
    (aside,) = home.glob("reviews-damaged-*.sqlite")
    assert aside.read_bytes().startswith(b"this was once")
    answer(next_items(name, "Ann", 1)[0].id, "Ann", "ai")  # the copy was made with the queue's images


def test_answers_given_since_the_last_copy_are_read_from_the_damaged_file_as_far_as_it_goes(home: Path):
    name = filled()
    for item in next_items(name, "Ann", 4):
        answer(item.id, "Ann", "ai")  # none of them in the copy, which is some seconds old
    file = closed()
    with closing(sqlite3.connect(file)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'leases_by_annotator'").fetchone()
    with file.open("r+b") as bytes_:
        bytes_.seek((page - 1) * 4096)
        bytes_.write(b"\xff" * 4096)
    with pytest.raises(ReviewError, match="4 answers were read from the damaged file"):
        next_items(name, "Bo", 1)
    assert progress(name, "Ann").mine == 4


def test_without_a_copy_the_reviews_start_anew_with_what_can_be_read(home: Path):
    name = filled()
    backup.backup_file(store.database()).unlink()
    closed().write_bytes(b"x" * 8192)
    with pytest.raises(ReviewError, match="no good copy"):
        progress(name)
    assert list_queues() == [] and filled(name)


def test_damage_never_gets_into_the_copy(home: Path):
    filled()
    copy = backup.backup_file(store.database())
    before = copy.read_bytes()
    with closing(sqlite3.connect(":memory:")) as source:
        source.execute("CREATE TABLE t (x UNIQUE)")
        source.execute("PRAGMA writable_schema = ON")
        source.execute("UPDATE sqlite_master SET rootpage = 99 WHERE name = 't'")
        source.commit()
        backup.back_up(source, store.database(), 0.0)
    assert copy.read_bytes() == before
