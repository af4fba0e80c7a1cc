"""What became of left-out generators, from the runs that `leave-one-out` made: rows for the card of a detector trained on all."""

from detector.errors import UserError
from detector.evaluation.abstention import left_out_row
from detector.evaluation.calibration import read_calibration
from detector.evaluation.left_out import LeftOut
from detector.evaluation.predictions import read_predictions
from detector.labels import AI, REAL
from detector.models.weights_config import read_weights_config
from detector.training.runs import Run, list_runs


def rows_of_runs(name: str) -> tuple[LeftOut, ...]:
    """A row for each finished run NAME-without-GENERATOR; raises UserError where there are none.

    Each is judged by its own threshold and calibration, which never saw the generator, on its own test images.
    """
    runs = [run for run in list_runs() if run.name.startswith(f"{name}-without-") and run.predictions_file.is_file()]
    rows = [row for run in runs for row in (_row(run),) if row]
    if not rows:
        raise UserError(
            f"There is no finished run {name}-without-…: make them with python -m detector leave-one-out --name {name}."
        )
    return tuple(sorted(rows, key=lambda row: row.generator))


def _row(run: Run) -> LeftOut | None:
    generator, frame = run.config().leave_out, read_predictions(run.predictions_file)
    tested = frame[frame["split"] == "test"]
    own = tested[(tested["label"] == AI) & (tested["generator"] == generator)]["probability"].tolist()
    if not own:
        return None
    real = tested[tested["label"] == REAL]["probability"].tolist()
    threshold = read_weights_config(run.best_weights).threshold
    return left_out_row(generator, own, real, threshold, read_calibration(run.best_weights))
