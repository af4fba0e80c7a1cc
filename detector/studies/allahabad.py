"""allahabad: a pretrained ResNet-50 with one logit on faces, a CNN beside it, and the 32-pixel benchmark."""

from detector.studies.plan import Claim, Experiment, Plan, Reported

ALLAHABAD = Plan(
    name="allahabad",
    title="ResNet-50 on faces",
    asked="How far does an ImageNet-pretrained ResNet-50 with binary cross-entropy come on faces cut from a forgery data set? "
    "The report also points to a 32-pixel benchmark on which a CNN reaches 92.98 %.",
    data="Faces cut from a public forgery data set at 224 px: 140,000 to train, 40,000 to validate, 10,000 to test.",
    experiments=(
        Experiment(
            "resnet50", "ResNet-50, ImageNet weights", "allahabad-resnet50", "faces",
            small={"image_size": 96, "epochs": 4}, silent=("epochs", "batch_size"),
            reported=(Reported("test", "accuracy", 0.77), Reported("test", "precision", 0.86), Reported("test", "f1", 0.71)),
        ),
        Experiment(
            "cnn", "A CNN", "allahabad-cnn", "faces", silent=("epochs", "batch_size", "image_size"),
            differs="the report gives neither the layers of its CNN nor a number for it",
        ),
        Experiment(
            "benchmark", "A CNN on the 32 px benchmark", "allahabad-cnn", "tiny", changes={"epochs": 30}, small={"epochs": 20},
            silent=("epochs", "batch_size"),
            reported=(Reported("test", "accuracy", 0.9298),),
            differs="the benchmark has 100,000 training images, and its CNN was another one",
        ),
    ),
    claims=(
        Claim("ResNet-50 tells generated faces from real ones.", "above_chance", (("resnet50",),)),
        Claim("ResNet-50 is careful: its precision exceeds its recall.", "careful", (("resnet50",),)),
        Claim("The pretrained ResNet-50 beats the small CNN (implied by the choice; no number is given).", "better",
              (("resnet50", "cnn"),)),
    ),
)  # fmt: skip
