"""Mail: messages sent one by one over SMTP, and what became of each."""

import os
import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Final

from msgspec import Struct

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.mail import Tls
from pilottask.ledger.records import Pilot

PASSWORD: Final = "PILOTTASK_MAIL_PASSWORD"  # noqa: S105  where it is, not what it is
_SECONDS: Final = 30
"""How long a server may take for an answer."""


class Content(Struct, frozen=True, kw_only=True):
    """What a message says, and the file that goes with it."""

    to: str
    subject: str
    text: str
    file_name: str
    file: bytes


def message(content: Content, *, sender: str, at: datetime) -> EmailMessage:
    """Return a message as it is sent; `at` (aware) is its date."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, content.to, content.subject
    made["Date"], made["Message-ID"] = format_datetime(at), make_msgid(domain=sender.rpartition("@")[2])
    made.set_content(content.text)
    made.add_attachment(content.file, maintype="application", subtype="octet-stream", filename=content.file_name)
    return made


def check_settings(pilot: Pilot) -> None:
    """Raise UsageFault where it is not known over which server, or in whose name, mail is sent."""
    for name, value in (("mail_server", pilot.mail_server), ("mail_from", pilot.mail_from)):
        if not value:
            text = _("the setting {name} is missing, without which no mail can be sent")
            hint = _("pilottask config mail_server smtp.example.cn:587, config mail_from office@example.cn")
            raise UsageFault(text.format(name=name), hint=hint)


def deliver(pilot: Pilot, messages: Iterable[EmailMessage]) -> Iterator[str | None]:
    """Send messages; yield for each None where the server accepted it, else why not.

    Each has a connection of its own, so that one that fails keeps none of the others back; where no connection comes
    about the rest are not tried.
    """
    unreached: str | None = None
    for message in messages:
        if unreached is not None:
            yield unreached
            continue
        try:
            server = _connection(pilot)
        except (OSError, smtplib.SMTPException) as error:
            unreached = _("{what}: {reason}").format(what=pilot.mail_server, reason=_reason(error))
            yield unreached
        else:
            yield _send(server, message)


def _send(server: smtplib.SMTP, message: EmailMessage) -> str | None:
    """Send one message and close the connection; return None where it was accepted, else why not."""
    reason = None
    try:
        server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        reason = _reason(error)
    with suppress(OSError, smtplib.SMTPException):  # it was accepted, or refused, before
        server.quit()
    return reason


def _connection(pilot: Pilot) -> smtplib.SMTP:
    """Return a connection to the server, safe and logged in as the settings and the environment say."""
    host, _colon, port = (pilot.mail_server or "").rpartition(":")
    context = ssl.create_default_context()
    if pilot.mail_tls is Tls.TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, int(port), timeout=_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, int(port), timeout=_SECONDS)
    try:
        if pilot.mail_tls is Tls.STARTTLS:
            server.starttls(context=context)
        if password := os.environ.get(PASSWORD):
            server.login(pilot.mail_from or "", password)
    except BaseException:
        server.close()
        raise
    return server


def _reason(error: Exception) -> str:
    """Return what the server, or the system, said."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, reply = next(iter(error.recipients.values()))
            return f"{code} {reply.decode(errors='replace')}"
        case smtplib.SMTPResponseException():
            text = error.smtp_error
            return f"{error.smtp_code} {text if isinstance(text, str) else text.decode(errors='replace')}"
        case ssl.SSLCertVerificationError():
            return _("the server's certificate is not trusted: {reason}").format(reason=error.verify_message)
        case _:
            return getattr(error, "strerror", None) or str(error)
