"""The plan: what a run would change on the portal, as a value. Nothing else decides it."""

from factorio_release.plan.changes import (
    AddImage,
    AddRelease,
    Change,
    EditDetails,
    FieldValue,
    Gallery,
    OrderImages,
    Plan,
    PlannedPackage,
    Publish,
)
from factorio_release.plan.decide import live_after, make_plan
from factorio_release.plan.desired import Desired
from factorio_release.plan.learning import learn

__all__ = [
    "AddImage",
    "AddRelease",
    "Change",
    "Desired",
    "EditDetails",
    "FieldValue",
    "Gallery",
    "OrderImages",
    "Plan",
    "PlannedPackage",
    "Publish",
    "learn",
    "live_after",
    "make_plan",
]
