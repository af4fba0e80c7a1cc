from detector.figures.penalty import penalty_figure


def test_the_value_with_the_lowest_loss_is_starred_and_values_stand_in_order():
    rows = [{"c": c, "valid_loss": loss, "valid_accuracy": 0.9} for c, loss in ((1.0, 0.4), (0.01, 0.3), (0.1, 0.2))]
    trace = penalty_figure(rows).to_dict()["data"][0]
    assert list(trace["x"]) == [0.01, 0.1, 1.0]
    assert list(trace["marker"]["symbol"]) == ["circle", "star", "circle"]


def test_before_the_first_value_there_is_a_note():
    assert "tried yet" in str(penalty_figure([]).to_dict()["layout"]["annotations"])
