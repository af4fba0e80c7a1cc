"""The studies by name."""

from detector.errors import UserError
from detector.studies.allahabad import ALLAHABAD
from detector.studies.athens import ATHENS
from detector.studies.boston import BOSTON
from detector.studies.plan import Plan
from detector.studies.rice import RICE

PLANS: dict[str, Plan] = {plan.name: plan for plan in (RICE, BOSTON, ATHENS, ALLAHABAD)}


def find_plan(name: str) -> Plan:
    """The study of that name; raises UserError naming the known ones."""
    if name not in PLANS:
        raise UserError(f"There is no study {name!r}. Known studies: {', '.join(PLANS)}.")
    return PLANS[name]
