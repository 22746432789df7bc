"""Getting started: init, config, where."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Final, NamedTuple

from msgspec.structs import replace
from typer import Argument, Option

from pilottask.base import near, numbers
from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import N_, Lang, _
from pilottask.base.mail import Tls, is_address, is_server
from pilottask.base.text import check_name, is_blank, quote, safe
from pilottask.commands.shared.printing import FormatSession, say_result
from pilottask.ledger.records import PLAIN_SCHEMA, Department, Ledger, Pilot, Role


def init(
    session: FormatSession,
    name: Annotated[str | None, Option(metavar=_("NAME"), help=_("Name of the pilot"))] = None,
    office: Annotated[str | None, Option(metavar=_("NAME"), help=_("Name of the reform office"))] = None,
) -> None:
    """Make a store for a pilot; one that is there already is left as it is."""
    if name is not None:
        check_name(name, field=_("the name"))
    departments: tuple[Department, ...] = ()
    if office is not None:
        departments = (Department(name=check_name(office, field=_("the office")), role=Role.OFFICE),)
    ledger = Ledger(schema=PLAIN_SCHEMA, next_id=1, pilot=Pilot(name=name, office=office), departments=departments)
    session.store.create(ledger, session.author)
    if session.in_json:
        session.say_json(_place(session.path, exists=True))
        return
    session.say(safe(str(session.path)))
    session.warn(_("next: pilottask import LEDGER.csv, or pilottask add TITLE -d DEPARTMENT --due DATE"))


def where(session: FormatSession) -> None:
    """Say where the store is, whether or not there is one."""
    path = session.path
    say_result(session, lambda: _place(path, exists=path.is_file()), safe(str(path.absolute())))


def _place(path: Path, *, exists: bool) -> dict[str, object]:
    """Return where the store is, for JSON; bytes in its name that are no text stand there escaped."""
    return {"store": str(path.absolute()).encode(errors="backslashreplace").decode(), "exists": exists}


class _Setting(NamedTuple):
    """How a setting is read: `read` gives None for what it cannot be, `what` (to translate) says what it can.

    `blank`: nothing clears it.
    """

    read: Callable[[str], object]
    what: str
    blank: bool = True


def _whole(most: int) -> Callable[[str], int | None]:
    return lambda word: numbers.whole(word, most=most)


def _text_that(fits: Callable[[str], bool]) -> Callable[[str], str | None]:
    return lambda word: word if fits(word) else None


def _yes_or_no(word: str) -> bool | None:
    return {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}.get(word.lower())


_LONGEST: Final = 36500
_YES: Final = ("true", "yes", "on", "1", "是")
_NO: Final = ("false", "no", "off", "0", "否")
_DAYS: Final = _Setting(_whole(_LONGEST), N_("a whole number from 0 to {longest}"), blank=False)
_TEXT: Final = _Setting(str, "")
_SETTINGS: Final[Mapping[str, _Setting]] = {
    **dict.fromkeys(("name", "office", "sheet_title", "sheet_to", "sheet_copies"), _TEXT),
    "sheet_prints": _DAYS._replace(blank=True),
    "mail_server": _Setting(_text_that(is_server), N_("host:port, such as smtp.example.cn:587, or nothing")),
    "mail_from": _Setting(_text_that(is_address), N_("a mail address, such as office@example.cn, or nothing")),
    "mail_tls": _Setting(
        lambda word: {str(tls): tls for tls in Tls}.get(word.lower()), N_("starttls, tls or none"), False
    ),
    "soon_days": _DAYS,
    "stale_days": _DAYS,
    "behind_percent": _Setting(_whole(100), N_("points from 0 to 100, or nothing for never")),
    "lang": _Setting(_text_that(set(Lang).__contains__), N_("zh or en, or nothing for the system's own")),
    "lock_seconds": _DAYS,
    "wide_ambiguous": _Setting(_yes_or_no, N_("true or false, or nothing for what the console's code page says")),
    "cache": _Setting(_yes_or_no, N_("true or false"), blank=False),
}


def config(
    session: FormatSession,
    key: Annotated[str | None, Argument(metavar=_("KEY"), help=" ".join(_SETTINGS))] = None,
    value: Annotated[str | None, Argument(metavar=_("VALUE"), help=_("What to set it to"))] = None,
) -> None:
    """Show the settings, show one, or set one."""
    if key is None:
        shown = {name: getattr(session.ledger.pilot, name) for name in _SETTINGS}
        lines = (f"{name} = {_setting_text(content)}" for name, content in shown.items())
        say_result(session, lambda: shown, "\n".join(lines))
        return
    if key not in _SETTINGS:
        raise NotFound(
            _("there is no setting {key}").format(key=quote(key)),
            hint=near.question(near.matches(key.lower(), _SETTINGS, most=1))
            or _("there are: {names}").format(names=_(", ").join(_SETTINGS)),
        )
    if value is not None:
        setting = _parse(key, value)
        session.change(lambda ledger: replace(ledger, pilot=replace(ledger.pilot, **{key: setting})))
        text = f"{key} = {_setting_text(setting)}"
    else:
        setting = getattr(session.ledger.pilot, key)
        text = _setting_text(setting)
    say_result(session, lambda: {key: setting}, text)


def _parse(key: str, value: str) -> object:
    setting, word = _SETTINGS[key], value.strip()
    if setting is _TEXT:
        return None if is_blank(value) else value
    if not word and setting.blank:
        return None
    if (result := setting.read(word)) is None:
        what = _(setting.what).format(longest=_LONGEST)
        raise UsageFault(_("{key} takes {what}, not {value}").format(key=key, what=what, value=quote(value)))
    return result


def _setting_text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else safe(str(value))
