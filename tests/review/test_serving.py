import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from detector.errors import ImageError
from detector.review import serve
from detector.review.copies import copies_folder
from detector.review.desk import (
    NewImage,
    ReviewError,
    add_images,
    answer,
    answer_many,
    create_queue,
    delete_queue,
    deleted_queues,
    erase_queue,
    item_bytes,
    items,
    list_queues,
    next_items,
    progress,
    queue,
    restore_queue,
)
from tests.review.conftest import filled, image
from tests.workspaces import picture


def test_an_image_goes_to_as_many_people_as_it_needs_and_to_no_more():
    name = filled(count=4, answers=2)
    for who in ("Ann", "Bo"):
        for item in next_items(name, who, 10):
            answer(item.id, who, "real")
    assert next_items(name, "Cy", 10) == []
    assert progress(name).done == 4 and progress(name, "Cy").left == 0


def test_two_people_at_work_do_not_get_the_same_image_unless_it_needs_both():
    name = filled(count=6)
    ann, bo = next_items(name, "Ann", 3), next_items(name, "Bo", 3)
    assert not {item.id for item in ann} & {item.id for item in bo}
    assert next_items(name, "Cy", 3) == [] and progress(name, "Cy").leased == 6
    both = filled("both", 3, answers=2)
    assert [item.id for item in next_items(both, "Ann", 3)] == [item.id for item in next_items(both, "Bo", 3)]


def test_who_walks_away_does_not_keep_images_from_others(monkeypatch: pytest.MonkeyPatch):
    name = filled(count=3)
    monkeypatch.setattr(serve, "LEASE_SECONDS", 0.05)
    next_items(name, "Ann", 3)
    time.sleep(0.1)
    assert len(next_items(name, "Bo", 3)) == 3


def test_the_browser_says_what_it_holds_and_gets_the_ones_after_them():
    name = filled(count=5)
    first = [item.id for item in next_items(name, "Ann", 2)]
    more = [item.id for item in next_items(name, "Ann", 2, besides=first)]
    assert len({*first, *more}) == 4 and next_items(name, "Bo", 5)[0].id not in {*first, *more}


def test_many_people_asking_at_once_never_share_an_image():
    name = filled(count=24)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda who: [item.id for item in next_items(name, f"person {who}", 3)], range(8)))
    flat = [number for own in found for number in own]
    assert len(flat) == len(set(flat)) == 24


def test_everybody_sees_every_sentinel():
    name = filled(count=3)
    add_images(name, [image(90, label=1), image(91, label=0)], sentinels=True)
    for who in ("Ann", "Bo", "Cy"):
        mine = next_items(name, who, 10)
        assert sum(item.sentinel for item in mine) == 2
        for item in mine:
            answer(item.id, who, "ai")
    with pytest.raises(ReviewError, match="true class"):
        add_images(name, [image(92)], sentinels=True)


def test_the_same_picture_is_in_a_queue_once_and_an_upload_is_copied_once(home):
    name = filled(count=3)
    assert add_images(name, [image(0, 0.1), image(77, 0.2)]) == 1
    other = filled("other", 3)
    assert len(list(copies_folder().iterdir())) == 4 and item_bytes(items(other)[0][0])


def test_a_file_in_the_workspace_is_found_again_after_the_workspace_moved(home, monkeypatch: pytest.MonkeyPatch):
    file = home / "data" / "set" / "a <i>b<i>.png"
    file.parent.mkdir(parents=True)
    file.write_bytes(picture(5))
    create_queue("a")
    add_images("a", [NewImage(file.name, str(file))])
    home.rename(home.with_name("elsewhere"))
    monkeypatch.setenv("DETECTOR_HOME", str(home.with_name("elsewhere")))
    (item,), _ = items("a")
    assert item.name == "a <i>b<i>.png" and item_bytes(item) == picture(5)
    item.file.write_bytes(picture(6))
    with pytest.raises(ImageError, match="has changed"):
        item_bytes(item)
    item.file.unlink()
    with pytest.raises(ImageError, match="cannot be read"):
        item_bytes(item)


def test_lists_show_what_was_asked_for_page_by_page():
    name = filled(count=10, answers=2)
    numbers = {item.name: item.id for item in items(name)[0]}
    answer_many([numbers["000.png"], numbers["001.png"]], "Ann", "ai")
    answer(numbers["000.png"], "Bo", "real")
    answer(numbers["005.png"], "Ann", "skip")

    def shown(show: str, **more) -> list[str]:
        found, total = items(name, "Ann", show, **more)
        assert total == len(found)
        return sorted(item.name for item in found)

    assert shown("mine") == ["000.png", "001.png"] and shown("skipped") == ["005.png"]
    assert shown("disputed") == ["000.png"] and shown("against") == ["001.png"]
    assert len(shown("unanswered")) == 8 and shown("all", verdict="ai") == [f"00{n}.png" for n in range(5, 10)]
    assert shown("all", search="3.PNG") == ["003.png"] and shown("all", search="%") == []
    pages = [items(name, page=page, per=4) for page in range(3)]
    assert [len(found) for found, _ in pages] == [4, 4, 2] and {total for _, total in pages} == {10}
    with pytest.raises(ReviewError, match="cannot be shown"):
        items(name, show="everything")


def test_a_deleted_queue_comes_back_with_its_answers_and_an_erased_one_does_not():
    name = filled(count=2)
    answer(next_items(name, "Ann", 1)[0].id, "Ann", "ai")
    delete_queue(name)
    assert list_queues() == [] and deleted_queues() == [name]
    with pytest.raises(ReviewError, match="no queue named"):
        queue(name)
    assert restore_queue(name).name == name and progress(name, "Ann").mine == 1
    delete_queue(name)
    filled(name, 1)
    with pytest.raises(ReviewError, match="already"):
        restore_queue(name)
    erase_queue(name)
    assert deleted_queues() == [] and len(list_queues()) == 1 and len(list(copies_folder().iterdir())) == 1


@pytest.mark.parametrize(
    "settings", [{"name": " "}, {"name": "x" * 121}, {"name": "a", "order": "best"}, {"name": "a", "answers": 0}]
)
def test_a_queue_that_makes_no_sense_is_refused(settings):
    with pytest.raises(ReviewError):
        create_queue(**settings)
    create_queue("taken <script>")
    with pytest.raises(ReviewError, match="already"):
        create_queue("  taken   <script> ")


def test_without_any_queue_lists_are_empty_and_no_database_is_made(home):
    assert list_queues() == [] and deleted_queues() == [] and not home.exists()
