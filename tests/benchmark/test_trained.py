from detector.benchmark.protocol import measure
from detector.benchmark.rounds import GENERATOR, SEEN
from detector.benchmark.trained import TrainedRecipe
from detector.training.config import TrainConfig
from detector.training.runs import list_runs

CONFIG = TrainConfig(
    model="lenet5", pretrained=False, epochs=3, batch_size=16, device="cpu", learning_rate=3e-3, horizontal_flip=False
)


def test_a_preset_is_trained_on_the_pictures_of_its_round_and_not_again(sets) -> None:
    result = measure(TrainedRecipe("toy", CONFIG), sets[:1], (0,), (SEEN,))
    assert result.row(SEEN, "art").numbers["auc"].value > 0.75
    (run,) = list_runs()
    assert run.name.startswith("benchmark-lenet5-") and run.config().test_fraction == 0
    seen = {line.split(",")[3] for line in run.manifest_file.read_text().splitlines()[1:]}
    assert seen == {"train", "valid"}
    tested = result.row(SEEN, "art").n_real + result.row(SEEN, "art").n_ai
    assert len(run.manifest_file.read_text().splitlines()) - 1 == len(sets[0].pictures) - tested
    before = run.predictions_file.stat().st_mtime_ns
    again = measure(TrainedRecipe("toy", CONFIG), sets[:1], (0,), (SEEN,))
    assert again.rows == result.rows and run.predictions_file.stat().st_mtime_ns == before
    assert not any(row.task == GENERATOR for row in result.rows)
