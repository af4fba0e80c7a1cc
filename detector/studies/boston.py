"""boston: faces, a small CNN over a grid of batch sizes and learning rates against a pretrained ViT."""

from detector.studies.plan import Claim, Experiment, Plan, Reported

_BATCHES = (32, 64, 128)
_RATES = (0.01, 0.001, 0.0001)
_VIT_REPORTED = {
    0.01: (Reported("train", "accuracy", 0.9433),),
    0.001: (Reported("train", "accuracy", 0.9611), Reported("test", "accuracy", 0.9501)),
    0.0001: (Reported("train", "accuracy", 0.8031), Reported("test", "accuracy", 0.7986)),
}


def _cnn(batch: int, rate: float) -> Experiment:
    return Experiment(
        name=f"cnn-{batch}-{rate}",
        title=f"CNN-3, batch {batch}, rate {rate}",
        preset="boston-cnn3",
        role="faces",
        changes={"batch_size": batch, "learning_rate": rate},
        small={"epochs": 40},
        differs="the report gives no number for a cell of this grid",
        silent=("epochs", "image_size"),
    )


def _vit(rate: float) -> Experiment:
    return Experiment(
        name=f"vit-{rate}",
        title=f"ViT-B/16, rate {rate}",
        preset="boston-vit",
        role="faces",
        reported=_VIT_REPORTED[rate],
        changes={"learning_rate": rate},
        small={"freeze_backbone": True, "image_size": 128, "epochs": 30},
        instead=("vit_base_patch16_224",),
        silent=("epochs",),
        differs="CLIP's weights, where the report starts from weights made for this very task",
    )


BOSTON = Plan(
    name="boston",
    title="Faces: a small CNN against a ViT",
    asked="Which network and which settings tell generated faces from real ones best? A three-layer CNN was trained over a grid "
    "of batch size and learning rate, and a pretrained ViT-B/16 at three rates.",
    data="120,000 faces: 70,000 real and about 51,000 generated.",
    experiments=(*(_cnn(batch, rate) for rate in _RATES for batch in _BATCHES), *(_vit(rate) for rate in _RATES)),
    claims=(
        Claim("The ViT is better at the rate 0.001 than at 0.0001.", "better", (("vit-0.001", "vit-0.0001"),)),
        Claim(
            "In training, the ViT is best at the rate 0.001.",
            "better",
            (("vit-0.001", "vit-0.01"), ("vit-0.001", "vit-0.0001")),
            "train",
        ),
        Claim(
            "The ViT beats the CNN at its best settings.",
            "better",
            tuple((f"vit-{0.001}", f"cnn-{batch}-0.01") for batch in _BATCHES),
        ),
        Claim(
            "The CNN trains worse with small batches (32 against 128, at each rate).",
            "better",
            tuple((f"cnn-128-{rate}", f"cnn-32-{rate}") for rate in _RATES),
            "train",
        ),
        Claim("The CNN is more often right on real faces than on generated ones.", "favours_real", (("cnn-32-0.01",),)),
    ),
)
