"""What statuses, lights and other words of a record are called, as messages to translate."""

from typing import Final

from pilottask.base.i18n import N_
from pilottask.ledger.lights import Light, Reason
from pilottask.ledger.records import Every, InspectionKind, Need, Role, Status

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

LIGHT_LABELS: Final = {Light.RED: N_("red"), Light.YELLOW: N_("yellow"), Light.GREEN: N_("green")}

REASON_LABELS: Final = {
    Reason.OVERDUE: N_("overdue"),
    Reason.SUBMITTED: N_("to be verified"),
    Reason.DUE_SOON: N_("due soon"),
    Reason.STEP_LATE: N_("a step is late"),
    Reason.COORDINATION: N_("to be coordinated"),
    Reason.STALE: N_("no movement"),
    Reason.BEHIND: N_("behind its target"),
}
