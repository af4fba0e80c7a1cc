"""rice: is AI painting a recognisable style? Three networks on one genre each, and on all of them mixed."""

from typing import Any

from detector.studies.plan import Claim, Experiment, Plan, Reported

_NETWORKS: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "resnet50": ("ResNet-50, from scratch", "rice-resnet50", {"image_size": 64}, ""),
    "googlenet": ("GoogLeNet, ImageNet weights", "rice-googlenet", {"image_size": 112}, ""),
    "vit": (
        "ViT, from scratch",
        "rice-vit",
        {"image_size": 96, "model": "vit_tiny_patch16_224"},
        "the report does not say which ViT it was",
    ),
}
_REPORTED = {
    ("resnet50", "avatar"): 0.7,
    ("googlenet", "avatar"): 0.8,
    ("vit", "avatar"): 0.6,
    ("googlenet", "mixed"): 0.7,
}
# Fewer epochs of smaller batches, so that the networks still take a few hundred steps.
_SMALL: dict[str, dict[str, Any]] = {
    "avatar": {"epochs": 30, "batch_size": 16},
    "mixed": {"epochs": 12, "batch_size": 16, "max_images": 300},
    "castle": {"epochs": 30, "batch_size": 16, "max_images": 150},
    "car": {"epochs": 30, "batch_size": 16, "max_images": 150},
}


def _experiment(network: str, role: str) -> Experiment:
    title, preset, small, differs = _NETWORKS[network]
    value = _REPORTED.get((network, role))
    return Experiment(
        name=f"{network}-{role}",
        title=title,
        preset=preset,
        role=role,
        reported=(Reported("test", "accuracy", value, about=True),) if value else (),
        small={**small, **_SMALL[role]},
        instead=("googlenet",) if network == "googlenet" else (),
        tests=("mixed",) if network == "googlenet" and role != "mixed" else (),
        apart=True,
        differs=differs,
    )


RICE = Plan(
    name="rice",
    title="Is AI painting a recognisable style?",
    asked="Does a detector learn what AI images of different genres have in common, or just one genre? Three networks were "
    "trained on each genre and on all of them mixed.",
    data="Three genres of 200 training and 100 test images each at 200 px (one game character, castles, sports cars), collected "
    "by hand, and their union.",
    experiments=tuple(_experiment(network, role) for role in ("avatar", "castle", "car", "mixed") for network in _NETWORKS),
    claims=(
        Claim("GoogLeNet tells AI avatars from drawn ones.", "above_chance", (("googlenet-avatar",),)),
        Claim(
            "GoogLeNet does better on avatars than ResNet-50 and ViT.",
            "better",
            (("googlenet-avatar", "resnet50-avatar"), ("googlenet-avatar", "vit-avatar")),
        ),
        Claim(
            "GoogLeNet is less often right on the mixed genres than on avatars.",
            "better",
            (("googlenet-avatar", "googlenet-mixed"),),
        ),
        Claim("ResNet-50 does not converge on the mixed genres.", "unconverged", (("resnet50-mixed",),), "train"),
        Claim("ViT does not converge on the mixed genres.", "unconverged", (("vit-mixed",),), "train"),
        Claim(
            "What GoogLeNet learnt on avatars does not carry over to other genres (the report's question).",
            "chance",
            (("googlenet-avatar",),),
            "mixed",
        ),
    ),
)
