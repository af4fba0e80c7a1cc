import math

import pytest
import torch
from torch.nn import functional as F

from detector.labels import AI, REAL
from detector.models.logits import evidence, loss, probability_ai


def test_one_logit_is_that_of_ai_generated():
    assert probability_ai(torch.tensor([[0.0], [math.log(3)]])).tolist() == pytest.approx([0.5, 0.75])


def test_the_second_of_two_logits_is_that_of_ai_generated():
    assert probability_ai(torch.tensor([[0.0, 0.0], [1.0, 1.0 + math.log(3)]])).tolist() == pytest.approx([0.5, 0.75])


def test_two_logits_agree_with_the_one_logit_of_their_difference():
    logits = torch.randn(20, 2, generator=torch.Generator().manual_seed(0))
    difference = logits[:, 1:] - logits[:, :1]
    labels = torch.arange(20) % 2
    torch.testing.assert_close(probability_ai(logits), probability_ai(difference))
    torch.testing.assert_close(loss(logits, labels), loss(difference, labels))
    weights = torch.tensor([0.5, 3.0])
    torch.testing.assert_close(loss(logits, labels, weights), loss(difference, labels, weights))


def test_evidence_for_real_is_the_negated_single_logit_or_the_first_of_two():
    assert evidence(torch.tensor([[2.0]]), AI).tolist() == [2.0]
    assert evidence(torch.tensor([[2.0]]), REAL).tolist() == [-2.0]
    assert evidence(torch.tensor([[2.0, 5.0]]), AI).tolist() == [5.0]
    assert evidence(torch.tensor([[2.0, 5.0]]), REAL).tolist() == [2.0]


def test_the_loss_of_two_logits_is_cross_entropy():
    logits, labels = torch.tensor([[1.0, 2.0], [0.5, -1.0]]), torch.tensor([0, 1])
    expected = -F.log_softmax(logits, dim=1)[[0, 1], [0, 1]].mean()
    torch.testing.assert_close(loss(logits, labels), expected)


def test_a_weight_of_zero_takes_a_class_out_of_the_loss():
    logits, labels = torch.tensor([[3.0], [-3.0]]), torch.tensor([AI, AI])
    with_real = torch.cat([logits, torch.tensor([[100.0]])]), torch.cat([labels, torch.tensor([REAL])])
    torch.testing.assert_close(loss(*with_real, torch.tensor([0.0, 1.0])), loss(logits, labels))


def test_a_loss_of_huge_logits_stays_finite():
    assert loss(torch.tensor([[1e4]]), torch.tensor([REAL])).item() == pytest.approx(1e4)


@pytest.mark.parametrize("shape", [(3,), (3, 3), (2, 2, 2), (2, 0)])
def test_logits_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match="shape"):
        probability_ai(torch.zeros(shape))
