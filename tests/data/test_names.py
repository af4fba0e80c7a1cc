import pytest

from detector.data.names import generator_of, labels_of, split_of
from detector.labels import AI, REAL


@pytest.mark.parametrize(
    "name", ["real", "REAL", "0_real", "nature", "human", "Photos", "photo", "original", "real-images", "RealArt"]
)
def test_words_for_real_pictures(name):
    assert labels_of([name]) == {REAL}


@pytest.mark.parametrize(
    "name", ["ai", "AI", "fake", "1_fake", "FAKE", "generated", "synthetic", "ai_generated", "AIGenerated", "ai images"]
)
def test_words_for_ai_pictures(name):
    assert labels_of([name]) == {AI}


@pytest.mark.parametrize("name", ["", "cats", "realistic", "fakery", "train", "airplane", "0001", "art", "images"])
def test_other_words_name_no_class(name):
    assert labels_of([name]) == set()


@pytest.mark.parametrize(
    ("folders", "labels"),
    [
        (["ai", "original"], {AI}),
        (["original", "1_fake"], {AI}),
        (["real", "human"], {REAL}),
        (["real", "fake"], {REAL, AI}),
        (["biggan", "train", "nature"], {REAL}),
    ],
)
def test_a_certain_word_outweighs_a_likely_one(folders, labels):
    assert labels_of(folders) == labels


@pytest.mark.parametrize(
    ("folders", "split"),
    [
        (["train", "real"], "train"),
        (["Validation", "ai"], "valid"),
        (["gan", "val", "ai"], "valid"),
        (["testing"], "test"),
        (["ai"], ""),
    ],
)
def test_split_folders(folders, split):
    assert split_of(folders) == split


@pytest.mark.parametrize(
    ("folders", "name", "generator"),
    [
        (["ai"], "sd14__a cat.jpg", "sd14"),
        (["ai"], "0001__a cat.jpg", ""),
        (["ai"], "cat.jpg", ""),
        (["ai", "midjourney", "v5"], "cat.jpg", "midjourney"),
        (["biggan", "val", "ai"], "cat.jpg", "biggan"),
        (["progan", "cat", "1_fake"], "0.png", "progan"),
        (["train", "fake"], "0.png", ""),
        (["ai", "midjourney"], "dalle__cat.jpg", "dalle"),
    ],
)
def test_the_generator_of_an_ai_picture(folders, name, generator):
    assert generator_of(folders, name) == generator
