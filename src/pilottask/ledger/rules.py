"""How the list counts, in sentences: the same in the README."""

from pilottask.base.i18n import _
from pilottask.ledger.records import Pilot


def paragraphs() -> tuple[str, ...]:
    """Return how a task's life goes and how lights and rates are worked out, in the language in use."""
    pilot = Pilot()
    return (
        _(
            "A task's life: todo → doing (start) → submitted (submit: the department says it is done) → closed (close: "
            "the office checked). What the office itself saw done is closed from doing, without a submission. From "
            "submitted, return sends it back to doing; suspend and cancel take an open task out; reopen puts it back "
            "to the status before. A note never changes the status. Open means todo, doing or submitted."
        ),
        _(
            "Overdue: todo or doing, and the day of the deadline is over; on the day itself it is still on time. Days "
            "late are calendar days. A closed task was on time if it was submitted, or without a submission closed, by "
            "its deadline. A task without a deadline is never overdue: it is open-ended where somebody said so, else "
            "undated, a gap to be filled."
        ),
        _(
            "The light is the first of these that holds. Red: overdue. Yellow: submitted and waiting to be verified; "
            "due within soon_days ({soon_days}), the day itself included; a step is past its day; a problem asks for "
            "the joint meeting; doing, and nothing happened for more than stale_days ({stale_days}); the target is "
            "further behind the time gone by than behind_percent points (off unless set). Green: everything else that "
            "is open. Closed, suspended and cancelled tasks have no light. Silence is counted apart, whatever the "
            "light: days since the last start, note, submission, return, step done, file attached, report that came, "
            "instruction answered, or problem raised or settled; a moved deadline, a reminder or a correction is no "
            "sign of work."
        ).format(soon_days=pilot.soon_days, stale_days=pilot.stale_days),
        _(
            "Completion rate: closed ÷ (all − cancelled), shown as “—” where that divides by nothing; never 100% "
            "while one is open, nor 0% once one is closed. A task counts once, "
            "under the department that leads it. Departments are sorted by red, then yellow, never by their rate."
        ),
        _(
            "Settings (config): these three; name and office, as they stand on paper; sheet_title, sheet_to, "
            "sheet_copies and sheet_prints, what the sheet is called, whom it goes to and in how many copies; "
            "mail_server, mail_from and mail_tls, by which “notice --mail” sends; lang, the language; "
            "lock_seconds, how long to wait for a writer that does not end ({lock_seconds}); wide_ambiguous, whether "
            "quotation marks are as wide as Chinese, as the console's code page says unless set; cache, whether a "
            "parsed copy is kept for speed."
        ).format(lock_seconds=pilot.lock_seconds),
    )
