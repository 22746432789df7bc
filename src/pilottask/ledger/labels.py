"""What statuses, lights and fields are called, as messages to translate."""

from typing import Final

from pilottask.base.i18n import N_
from pilottask.ledger.lights import Light, Reason
from pilottask.ledger.records import (
    Every,
    InspectionKind,
    Need,
    Role,
    Status,
)

STATUS_LABELS: Final = {
    Status.TODO: N_("todo"),
    Status.DOING: N_("doing"),
    Status.SUBMITTED: N_("submitted"),
    Status.CLOSED: N_("closed"),
    Status.SUSPENDED: N_("suspended"),
    Status.CANCELLED: N_("cancelled"),
}


ROLE_LABELS: Final = {
    Role.OFFICE: N_("office"),
    Role.BASE: N_("base"),
    Role.MEMBER: N_("member"),
    Role.ENTERPRISE: N_("enterprise"),
}


NEED_LABELS: Final = {
    Need.MONEY: N_("money"),
    Need.PLACE: N_("place"),
    Need.STAFF: N_("staff"),
    Need.POLICY: N_("policy"),
    Need.OTHER: N_("other"),
}


EVERY_LABELS: Final = {
    Every.WEEK: N_("every week"),
    Every.MONTH: N_("every month"),
    Every.QUARTER: N_("every quarter"),
    Every.YEAR: N_("every year"),
}


INSPECTION_LABELS: Final = {
    InspectionKind.JOINT: N_("joint inspection"),
    InspectionKind.ROUTINE: N_("routine inspection"),
}


FIELD_LABELS: Final = {
    "id": N_("ID"),
    "uid": N_("UID"),
    "title": N_("Task"),
    "department": N_("Department"),
    "support": N_("Support"),
    "owner": N_("Owner"),
    "leader": N_("Leader"),
    "aspect": N_("Aspect"),
    "requirement": N_("Requirement"),
    "target": N_("Target"),
    "unit": N_("Unit"),
    "actual": N_("Actual"),
    "due": N_("Due"),
    "first_due": N_("First due"),
    "status": N_("Status"),
    "source": N_("Source"),
    "project": N_("Project"),
    "every": N_("Every"),
    "tags": N_("Tags"),
    "remark": N_("Remark"),
    "created": N_("Created"),
    "submitted": N_("Submitted on"),
    "closed": N_("Closed on"),
    "extra": N_("Own columns"),
    "log": N_("Log"),
}


LIGHT_LABELS: Final = {Light.RED: N_("red"), Light.YELLOW: N_("yellow"), Light.GREEN: N_("green")}


REASON_LABELS: Final = {
    Reason.OVERDUE: N_("overdue"),
    Reason.SUBMITTED: N_("to be verified"),
    Reason.DUE_SOON: N_("due soon"),
    Reason.COORDINATION: N_("to be coordinated"),
    Reason.STALE: N_("no movement"),
    Reason.BEHIND: N_("behind its target"),
}
