"""What image generators write into a file's text: Stable Diffusion settings, ComfyUI graphs, InvokeAI, NovelAI, Midjourney."""

import json
import re
from collections.abc import Mapping
from typing import Any

from detector.evidence.claim import Claim, pairs

PNG_SOURCE = "PNG text"
MOST_NODES = 2000

_SETTING = re.compile(r"\s*([A-Za-z][\w /-]{0,40}):\s*(\"(?:[^\"\\]|\\.){0,500}\"|[^,]{0,200})(?:,|$)")


def text_claims(texts: Mapping[str, str], source: str = PNG_SOURCE) -> list[Claim]:
    """Claims in texts by keyword; a text that no known generator would write is none."""
    found = [
        settings_claim(texts.get("parameters", ""), source),
        _comfy(texts.get("prompt", ""), texts.get("workflow", ""), source),
        _invoke(texts, source),
        _novel(texts, source),
        _midjourney(texts.get("Description", ""), source),
    ]
    return [claim for claim in found if claim]


def settings_claim(text: str, source: str) -> Claim | None:
    """A prompt with its settings as AUTOMATIC1111's interface and its relatives write them; None for other text."""
    last = text.rstrip().rpartition("\n")[2]
    if "Steps:" not in last or not re.search(r"\b(Sampler|CFG scale|Seed):", last):
        return None
    settings = {name.strip(): value.strip() for name, value in _SETTING.findall(last[:20_000])}
    prompt, _, negative = text.rstrip()[: -len(last) or None].partition("Negative prompt:")
    details = pairs(
        ("Prompt", prompt),
        ("Negative prompt", negative),
        *((name, settings.get(name)) for name in ("Model", "Sampler", "Steps", "CFG scale", "Seed", "Size", "Version")),
    )
    return Claim(source, "holds the settings of a Stable Diffusion program, as it writes them into what it made.", "ai", details)


def _comfy(prompt: str, workflow: str, source: str) -> Claim | None:
    """ComfyUI's graph: nodes by number, each with its class and inputs; or its drawing, with a list of nodes."""
    graph, drawing = _json(prompt), _json(workflow)
    nodes = [node for node in list(graph.values())[:MOST_NODES] if isinstance(node, dict) and "class_type" in node]
    drawn = drawing.get("nodes")
    if not nodes and not (isinstance(drawn, list) and drawn):
        return None
    models: list[str] = []
    words: list[str] = []
    for node in nodes:
        given = node.get("inputs")
        inputs = given if isinstance(given, dict) else {}
        models += [str(inputs[name]) for name in ("ckpt_name", "unet_name", "model_name") if isinstance(inputs.get(name), str)]
        if str(node["class_type"]).startswith("CLIPTextEncode"):
            words += [str(inputs[name]) for name in ("text", "clip_l", "t5xxl") if isinstance(inputs.get(name), str)]
    count = len(nodes) or len(drawn)  # type: ignore[arg-type]  # one of them is there
    details = pairs(("Nodes", count), ("Models", ", ".join(models[:8])), ("Texts", " · ".join(words[:8])))
    return Claim(source, "holds a ComfyUI graph, the recipe by which that program made or changed it.", "ai", details)


def _invoke(texts: Mapping[str, str], source: str) -> Claim | None:
    for key in ("invokeai_metadata", "sd-metadata", "Dream"):
        if key in texts:
            values = _json(texts[key])
            model = values.get("model", values.get("model_weights"))
            name = model.get("name", model.get("model_name")) if isinstance(model, dict) else model
            prompt = values.get("positive_prompt", texts[key] if key == "Dream" else "")
            details = pairs(
                ("Prompt", prompt), ("Model", name), ("Seed", values.get("seed")), ("Version", values.get("app_version"))
            )
            return Claim(source, "holds the settings of InvokeAI, a program that makes images.", "ai", details)
    return None


def _novel(texts: Mapping[str, str], source: str) -> Claim | None:
    if texts.get("Software") != "NovelAI":
        return None
    values = _json(texts.get("Comment", ""))
    prompt = values.get("prompt", texts.get("Description"))
    details = pairs(
        ("Prompt", prompt), ("Model", texts.get("Source")), ("Seed", values.get("seed")), ("Steps", values.get("steps"))
    )
    return Claim(source, "names NovelAI, a service that makes images.", "ai", details)


def _midjourney(description: str, source: str) -> Claim | None:
    """The prompt, its switches and the number of the job."""
    job = re.search(r"Job ID: ([0-9a-f]{8}-[0-9a-f-]{27})", description)
    if not job:
        return None
    details = pairs(("Prompt", description[: job.start()]), ("Job", job[1]))
    return Claim(source, "holds a prompt and a job number as Midjourney writes them.", "ai", details)


def _json(text: str) -> dict[str, Any]:
    """The JSON object in a text; empty for anything else, also where it is nested too deeply."""
    try:
        value = json.loads(text) if text.lstrip()[:1] == "{" else None
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
