"""Times of day as people type them: 14:30, 下午2:30, 9点半."""

import re
from typing import Final

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import half_width, quote

_NOON: Final = 12
_MORNING: Final = ("上午", "早上", "am")
_HOURS: Final = {**dict.fromkeys(_MORNING, range(13)), "中午": range(11, 15), "晚上": range(17, 24)}
_TYPED: Final = (  # compiled when a time is typed
    r"(?P<before>上午|早上|中午|下午|晚上)? *(?P<hour>[0-9]{1,2})"
    r"(?::(?P<minute>[0-5][0-9])|[时点](?:整|(?P<half>半)|(?P<minutes>[0-5]?[0-9])分?)?)? *(?P<after>am|pm)?"
)
_KEPT: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"


def is_time(text: str) -> bool:
    """Tell whether `text` is a time of day as it is kept: 09:30."""
    return re.fullmatch(_KEPT, text) is not None


def parse(text: str) -> str:
    """Return a time of day as it is kept: 下午2点半 is 14:30. Raises UsageFault."""
    match = re.fullmatch(_TYPED, half_width(text.strip()).lower())
    half = match and (match["before"] or match["after"])
    if match and not (match["before"] and match["after"]) and (half or not match[0].isdecimal()):
        hour = int(match["hour"])
        minute = 30 if match["half"] else int(match["minute"] or match["minutes"] or 0)
        if half and half not in _MORNING and hour < _NOON and not (half == "中午" and hour >= _NOON - 1):
            hour += _NOON
        elif half == "am" and hour == _NOON:
            hour = 0
        kept = f"{hour:02}:{minute:02}"
        if is_time(kept) and hour in _HOURS.get(half or "", range(24)):
            return kept
    hint = _("write it as 14:30, 2:30pm or 下午2点半")
    raise UsageFault(_("{text} is not a time of day").format(text=quote(text)), hint=hint)
