import json
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from typing import Any

import cv2
import numpy as np
import pytest

from detector.errors import UserError
from detector.stage.deck import Deck
from detector.stage.join import checked_host, join_url, lan_address, qr_png, reaches_phones
from detector.stage.phones import Booth, open_booth
from detector.stage.rounds import Round, tell
from detector.stage.votes import cast, counts, forget, phones, vote_of
from tests.stage.conftest import started


@pytest.fixture
def shown(deck: Deck) -> Round:
    return started(deck)


@pytest.fixture
def booth(shown: Round) -> Iterator[Booth]:
    booth = open_booth(shown.deck, shown.id)
    yield booth
    booth.close()


class Phone:
    """A phone's browser, with a cookie jar of its own."""

    def __init__(self, booth: Booth, code: str) -> None:
        self.address = f"http://127.0.0.1:{booth.port}/{code}"
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open
        self.page = self.open(self.address, timeout=30).read().decode()

    def state(self) -> dict[str, Any]:
        return json.load(self.open(f"{self.address}/state", timeout=30))

    def vote(self, picture: str, answer: str) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.address}/vote", json.dumps({"picture": picture, "answer": answer}).encode())
        try:
            return json.load(self.open(request, timeout=30))
        except urllib.error.HTTPError as error:
            return {"status": error.code, **json.load(error)}


def test_a_phone_sees_the_question_votes_and_may_change_its_mind_until_the_answer_is_out(booth: Booth, shown: Round) -> None:
    phone, first = Phone(booth, shown.code), shown.pictures[0]
    assert "AI-generated" in phone.page and phone.state()["state"] == "waiting"
    tell(shown.deck, shown.id, {"place": f"{first}:guess"})
    assert phone.state() == {"picture": first, "number": 1, "of": 3, "state": "open", "answer": ""}
    assert phone.vote(first, "real")["answer"] == "real" and phone.vote(first, "ai")["answer"] == "ai"
    assert counts(shown.deck, shown.id) == {first: (0, 1)}
    tell(shown.deck, shown.id, {"place": f"{first}:verdict", "revealed": [first]})
    assert phone.state()["state"] == "closed"
    late = phone.vote(first, "real")
    assert late["status"] == 409 and counts(shown.deck, shown.id) == {first: (0, 1)}


def test_a_vote_that_arrives_when_the_next_picture_is_up_is_not_counted_for_that_one(booth: Booth, shown: Round) -> None:
    phone = Phone(booth, shown.code)
    tell(shown.deck, shown.id, {"place": f"{shown.pictures[1]}:guess"})
    assert phone.vote(shown.pictures[0], "ai")["status"] == 409 and counts(shown.deck, shown.id) == {}


def test_a_hundred_phones_vote_at_once_and_each_counts_once(booth: Booth, shown: Round) -> None:
    first = shown.pictures[0]
    tell(shown.deck, shown.id, {"place": f"{first}:guess"})

    def one(number: int) -> None:
        phone = Phone(booth, shown.code)
        for answer in ("ai", ("real", "ai")[number % 2]):  # every second one changes its mind
            assert phone.vote(first, answer)["answer"] == answer

    with ThreadPoolExecutor(100) as pool:
        list(pool.map(one, range(100)))
    assert counts(shown.deck, shown.id) == {first: (50, 50)} and phones(shown.deck, shown.id) == 100


def test_a_wrong_code_gets_the_page_that_asks_for_one_and_nothing_else(booth: Booth, shown: Round) -> None:
    tell(shown.deck, shown.id, {"place": f"{shown.pictures[0]}:guess"})
    for path in ("WRONG", "WRONG/state", f"{shown.code}/elsewhere", "..%2f..%2fdeck.json"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"http://127.0.0.1:{booth.port}/{path}", timeout=30)
        assert caught.value.code == 404 and shown.pictures[0] not in caught.value.read().decode()
    assert b"four letters" in urllib.request.urlopen(f"http://127.0.0.1:{booth.port}/", timeout=30).read()
    assert Phone(booth, shown.code.lower()).state()["state"] == "open"  # typed by hand in small letters


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"picture": 1}', b"x" * 600, b'{"picture": "p", "answer": "perhaps"}'])
def test_what_is_no_vote_is_refused_and_the_booth_goes_on(booth: Booth, shown: Round, body: bytes) -> None:
    phone = Phone(booth, shown.code)
    with pytest.raises(urllib.error.HTTPError) as caught:
        phone.open(urllib.request.Request(f"{phone.address}/vote", body, method="POST"), timeout=30)
    assert caught.value.code in (400, 409) and phone.state()["state"] == "waiting"


def test_a_vote_without_having_seen_the_page_does_not_count(booth: Booth, shown: Round) -> None:
    first = shown.pictures[0]
    tell(shown.deck, shown.id, {"place": f"{first}:guess"})
    body = json.dumps({"picture": first, "answer": "ai"}).encode()
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"http://127.0.0.1:{booth.port}/{shown.code}/vote", body, timeout=30)
    assert caught.value.code == 404 and counts(shown.deck, shown.id) == {}


def test_a_booth_comes_back_at_its_port_with_all_votes(shown: Round) -> None:
    first, booth = shown.pictures[0], open_booth(shown.deck, shown.id)
    phone = Phone(booth, shown.code)
    tell(shown.deck, shown.id, {"place": f"{first}:guess"})
    phone.vote(first, "ai")
    port = booth.port
    booth.close()
    again = open_booth(shown.deck, shown.id, port)
    try:
        assert again.port == port and phone.state()["answer"] == "ai"
    finally:
        again.close()


def test_two_booths_stand_beside_each_other(booth: Booth, shown: Round) -> None:
    other = open_booth(shown.deck, begin_again(shown).id)
    assert other.port != booth.port
    other.close()


def begin_again(shown: Round) -> Round:
    from detector.stage.deck import read_deck

    return started(read_deck(shown.deck))


def test_votes_of_a_round_are_forgotten_with_it_and_others_stay(shown: Round) -> None:
    for name in (shown.id, "other"):
        cast(shown.deck, name, "picture", "phone-one", 1)
    forget(shown.deck, shown.id)
    assert counts(shown.deck, shown.id) == {} and vote_of(shown.deck, "other", "picture", "phone-one") == "ai"


def test_damaged_votes_say_what_to_do(deck: Deck) -> None:
    (deck.folder / "votes.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(UserError, match="move that file away"):
        cast(deck.name, "round", "picture", "phone-one", 1)


def test_a_vote_waits_for_a_busy_database(deck: Deck) -> None:
    cast(deck.name, "round", "picture", "first", 0)
    with ThreadPoolExecutor(1) as pool:
        busy = sqlite3.connect(deck.folder / "votes.sqlite", check_same_thread=False)
        busy.execute("BEGIN IMMEDIATE")
        waiting = pool.submit(cast, deck.name, "round", "picture", "second", 1)
        time.sleep(0.2)
        assert not waiting.done()
        busy.rollback()
        busy.close()
        waiting.result(timeout=20)
    assert counts(deck.name, "round") == {"picture": (1, 1)}


def test_the_code_on_the_screen_can_be_read_by_a_camera() -> None:
    url = join_url("192.168.1.20", 8520, "K7QF")
    picture = cv2.imdecode(np.frombuffer(qr_png(url), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == url


def test_addresses_are_taken_as_people_type_them() -> None:
    assert checked_host(" http://192.168.1.20:8501/present ") == "192.168.1.20"
    assert checked_host("laptop.local") == "laptop.local" and checked_host("fe80::1") == "[fe80::1]"
    for wrong in ("", "two words", "<script>", "a..b", "-x"):
        with pytest.raises(UserError, match="no address"):
            checked_host(wrong)
    assert reaches_phones("192.168.1.20") and not reaches_phones("127.0.0.1") and not reaches_phones("localhost")
    assert lan_address().count(".") == 3
