"""What a map costs: an explained classification against the forward pass alone, and against pytorch-grad-cam.

python -m benchmarks.gradcam [--model resnet50] [--size 224] [--rounds 15] [--threads 1]

Every round times all four in turn, so that what else the machine does strikes them alike; the medians are compared.
"""

import argparse
import time
from collections.abc import Callable
from statistics import median

import torch

from detector.explain.cam import explain_with_logits
from detector.explain.features import see
from detector.labels import AI
from detector.models.zoo import create_model, default_size

# after the zoo, which makes torchvision importable
from pytorch_grad_cam import GradCAM  # isort: skip
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget  # isort: skip

from benchmarks.agreement import LAYERS, RESHAPES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="resnet50", choices=[name for name in LAYERS if name != "svm"])
    parser.add_argument("--size", type=int, default=0, help="side of the picture (default: the network's own)")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    size = arguments.size or default_size(arguments.model)
    model = create_model(arguments.model, image_size=size).eval()
    x = torch.randn(1, 3, size, size)
    layer = model.get_submodule(LAYERS[arguments.model])
    target = ClassifierOutputTarget(AI)

    def forward() -> None:
        with torch.no_grad():
            model(x)

    def backward() -> Callable[[], object]:
        seen = see(model, x)
        return lambda: torch.autograd.grad(seen.logits[0, AI], seen.features)

    def theirs() -> None:
        with GradCAM(model=model, target_layers=[layer], reshape_transform=RESHAPES.get(arguments.model)) as cam:
            cam(input_tensor=x, targets=[target])

    times: dict[str, list[float]] = {"forward": [], "backward": [], "ours": [], "theirs": []}
    for number in range(arguments.rounds + 2):
        taken = {
            "forward": seconds(forward),
            "backward": seconds(backward()),
            "ours": seconds(lambda: explain_with_logits(model, x, lambda _: AI)),
            "theirs": seconds(theirs),
        }
        for name, value in taken.items():
            if number >= 2:  # the first two warm up
                times[name].append(value)
    forward_ms, backward_ms, ours_ms, theirs_ms = (
        1000 * median(times[name]) for name in ("forward", "backward", "ours", "theirs")
    )
    print(f"{arguments.model}, {size} px, {torch.get_num_threads()} thread(s), median of {arguments.rounds} rounds")
    print(f"forward pass alone               {forward_ms:8.1f} ms")
    print(f"the head's backward alone        {backward_ms:8.1f} ms")
    print(f"our explained classification     {ours_ms:8.1f} ms")
    print(f"pytorch_grad_cam.GradCAM         {theirs_ms:8.1f} ms")
    print(f"ours / forward                   {ours_ms / forward_ms:8.2f}")
    print(f"(ours - backward) / forward      {(ours_ms - backward_ms) / forward_ms:8.2f}   goal: at most 1.25")
    print(f"pytorch_grad_cam / ours          {theirs_ms / ours_ms:8.2f}   goal: at least 1.5")


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
