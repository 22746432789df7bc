"""What one run of the program has of the outside world: its store, its day, its user, its streams."""

import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO, TypeVar

from msgspec.structs import replace

from pilottask.base import dates
from pilottask.base.dates import Yearless
from pilottask.base.errors import Interrupted, NotFound, Unconfirmed, UsageFault
from pilottask.base.folders import cache_folder
from pilottask.base.i18n import Lang, _, name_commands
from pilottask.base.terminal import Terminal, detect
from pilottask.base.text import check, half_width, quote, safe
from pilottask.ledger import as_json, departments, history
from pilottask.ledger.records import Ledger, Task
from pilottask.ledger.tasks import last_day, with_ids
from pilottask.store.cache import Cache
from pilottask.store.reader import Author, Reader, Seen, Written

if TYPE_CHECKING:
    from pilottask.base.workdays import Calendar
    from pilottask.ledger.changes import Stamp
    from pilottask.store.copies import Source
    from pilottask.store.store import Store
    from pilottask.views.render import Format

T = TypeVar("T")

_UID_BYTES: Final = 6
_UID_MARK: Final = "t"
"""No digit: a spreadsheet would take a uid such as 12345678e901 for a number."""
_PLAIN_WORD: Final = r"[^\s'\"\\$`|&;<>()*?\[\]#~!{}]+"
_COMMAND_LENGTH: Final = 200
"""Characters of the command line that are kept with a version."""


class Session:
    """One run: handed to each command.

    `today` is the text of --today, None for the clock's own day; `lang_said` where the user named the language,
    `store_option` is the store as it was typed, None where it was not. `fmt` is what --format says, where a command
    takes it.
    """

    fmt: "Format"

    def __init__(
        self, store: Path, *, today: str | None, lang: Lang, lang_said: bool = False, store_option: str | None = None
    ) -> None:
        named = None
        if store_option and not re.search("[{}]", store_option):  # with a brace, messages would have one field more
            named = partial(with_store, option=store_option)
        name_commands(named)
        self.lang = lang
        self.lang_said = lang_said
        self._reader = Reader(store, cache=Cache(cache_folder))
        self._seen: Seen | None = None
        self.path = store
        self._today = today

    @cached_property
    def now(self) -> datetime:
        """The moment of this run, with UTC offset; its day is that of --today where it is given."""
        clock = datetime.now().astimezone()
        if self._today is None:
            return clock
        try:
            day = dates.parse(self._today, today=clock.date(), year=Yearless.NEAREST)
        except UsageFault as wrong:
            text = _("{field}: {wrong}").format(field="--today, PILOTTASK_TODAY", wrong=wrong.message)
            raise UsageFault(text, hint=wrong.hint) from wrong
        if day is None:
            raise UsageFault(_("{option} takes a day, not {text}").format(option="--today", text=quote(self._today)))
        return datetime.combine(day, clock.timetz())

    @property
    def today(self) -> date:
        """The day by which everything is recorded and judged."""
        return self.now.date()

    @cached_property
    def user(self) -> str:
        """Who uses the program: PILOTTASK_USER, else the name of the system's user. Raises UsageFault."""
        if name := os.environ.get("PILOTTASK_USER", "").strip():
            return check(name, field="PILOTTASK_USER")
        import getpass  # noqa: PLC0415  readers have no need of it

        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError):  # no name for this user id
            return _("unknown")

    @cached_property
    def stamp(self) -> "Stamp":
        """When and by whom the changes of this run are recorded."""
        from pilottask.ledger.changes import Stamp  # noqa: PLC0415  readers have no need of it

        return Stamp(self.now, self.user)

    @cached_property
    def store(self) -> "Store":
        """The store, to be changed."""
        from pilottask.store.store import Store  # noqa: PLC0415  readers have no need of it

        return Store(self.path, cache=self._reader.cache)

    @property
    def _snapshot(self) -> Seen:
        if self._seen is None:
            self._seen = self._reader.look()
        return self._seen

    @property
    def ledger(self) -> Ledger:
        """What the store holds."""
        return self._snapshot.ledger

    def tell_later_days(self) -> None:
        """Say where --today is a day before the last one on record, that what is shown is the list as it stands now."""
        if self._today is None:  # the clock of another zone may be a day ahead
            return
        last = last_day(self.ledger)
        if last is not None and last > self.today:
            self.warn(
                _(
                    "note: the list goes on to {last}; it is shown as it stands now, judged by {today}. "
                    "As it stood then: pilottask report --as-of {today}"
                ).format(last=last, today=self.today)
            )

    @property
    def author(self) -> Author:
        """Who writes, for the versions and for others who wait for the lock."""
        command = " ".join(map(_as_typed, sys.argv[1:]))[:_COMMAND_LENGTH]
        message = _("{user} (process {pid}, since {time})")
        process = message.format(user=self.user, pid=os.getpid(), time=format(datetime.now().astimezone(), "%H:%M:%S"))
        return Author(self.now, self.user, command, process)

    def change(self, edit: Callable[[Ledger], Ledger], *, sources: "Sequence[Source]" = ()) -> Written:
        """Write what `edit` makes of the ledger as it stands under the lock; say on stderr what a user must know.

        `sources` are the files that it attaches.
        """
        return self.change_with(lambda ledger: (edit(ledger), None), sources=sources)[0]

    def change_with(
        self, edit: Callable[[Ledger], tuple[Ledger, T]], *, sources: "Sequence[Source]" = ()
    ) -> tuple[Written, T]:
        """Write as `change` does the first that `edit` returns; return the second too."""
        written, result = self.store.change_with(edit, self.author, seen=self._snapshot, sources=sources)
        return self._tell(written), result

    @property
    def in_json(self) -> bool:
        """Whether the result is asked for as JSON."""
        return self.fmt == "json"

    @property
    def ledger_on_record(self) -> Ledger:
        """What the store holds, with what was changed by hand since the last write on record as of now."""
        return self.store.with_hand_edits(self._snapshot, self.author)

    def look_back_to(self, day: date) -> None:
        """Take, for the rest of this run, the list as it stood at the end of `day`, and that day for today."""
        moment = datetime.combine(day, time.max, self.now.tzinfo)
        ledger = self.ledger_on_record
        tasks = tuple(then for task in ledger.tasks if (then := history.as_of(task, moment)) is not None)
        self._seen = replace(self._snapshot, ledger=replace(ledger, tasks=tasks))
        self.now = moment
        self._today = None  # and what is shown is of that day

    def mend(self, edit: Callable[[Ledger], Ledger]) -> Written:
        """Write as `change` does what `edit` makes of a store whose records may contradict each other."""
        return self._tell(self.store.mend(edit, self.author))

    def _tell(self, written: Written) -> Written:
        self.warn(*written.notices)
        return written

    @cached_property
    def terminal(self) -> Terminal:
        """What standard output can show."""
        wide = None if self._seen is None else self._seen.ledger.pilot.wide_ambiguous
        return detect(sys.stdout, os.environ, wide_ambiguous=wide)

    @staticmethod
    def new_uid() -> str:
        """Return a short random name for a new task, by which files are merged."""
        return _UID_MARK + os.urandom(_UID_BYTES).hex()

    def say(self, text: str) -> None:
        """Write a result to standard output."""
        _write(sys.stdout, text)

    def page(self, text: str) -> None:
        """Write a result to standard output, through a pager where that is a terminal with fewer lines."""
        if not self.terminal.is_terminal:
            self.say(text)
            return
        from pilottask.base import pager  # noqa: PLC0415  a pipe needs none

        pager.write(text, self.terminal, os.environ)

    def say_json(self, value: object) -> None:
        """Write a result to standard output as JSON."""
        self.say(as_json.json_text(value))

    def warn(self, *messages: str) -> None:
        """Write messages to standard error, so that results stand alone on standard output."""
        for text in messages:
            _write(sys.stderr, text)

    @property
    def interactive(self) -> bool:
        """Whether there is somebody to ask: standard input and error are a terminal."""
        return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()

    def confirm(self, question: str, *, default: bool = False) -> bool:
        """Ask a yes-or-no question on standard error; Enter means `default`. Raises Interrupted where input ends."""
        sys.stderr.write(f"{question}{'[Y/n]' if default else '[y/N]'} ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
        if not answer:
            raise Interrupted(_("nothing was changed"))
        reply = answer.strip().lower()
        return reply in {"y", "yes", "是", "好", "对"} if reply else default

    def choose(self, question: str, names: Sequence[str]) -> int | None:
        """Ask on standard error which of `names` is meant, by its number; None for Enter. Raises Interrupted."""
        lines = [f"{number:>3}  {safe(name)}" for number, name in enumerate(names, start=1)]
        sys.stderr.write("\n".join([question, *lines, f"[1-{len(names)}] "]))
        sys.stderr.flush()
        while answer := sys.stdin.readline():
            typed = half_width(answer.strip())
            if not typed:
                return None
            if typed.isdigit() and 1 <= int(typed) <= len(names):
                return int(typed) - 1
            sys.stderr.write(f"[1-{len(names)}] ")
            sys.stderr.flush()
        raise Interrupted(_("nothing was changed"))

    def confirm_act(self, act: Callable[[bool], T], *, yes: bool) -> T:
        """Return what `act` comes to, told whether it was said yes to; ask where it wants that, and somebody is there.

        Raises Unconfirmed where nobody is, Interrupted where the answer is no.
        """
        try:
            return act(yes)
        except Unconfirmed as error:
            if not self.interactive:
                raise
            if not self.confirm(_("{said}. Go on all the same?").format(said=error.message)):
                raise Interrupted(_("nothing was changed")) from error
            return act(True)

    def day(self, text: str | None, *, option: str, year: Yearless = Yearless.DEADLINE) -> date | None:
        """Return the day that `text` means, None where it was not given; say which year was taken for one without.

        One to come by which something is due is told where it is a day off. Raises UsageFault for `none` too.
        """
        if text is None:
            return None
        day = self.parse(text, year=year)
        if day is None:
            raise UsageFault(_("{option} takes a day, not {text}").format(option=option, text=quote(text)))
        for said in self.assumptions(text, day):
            self.warn(_("{option} {date}: {said}").format(option=option, date=dates.show(day), said=said))
        if year is Yearless.COMING and (off := self.calendar.day_off(day)):
            self.warn(off)
        return day

    def end_of_span(self, text: str | None, *, option: str, last: bool) -> date | None:
        """Return the day from which, or with `last` up to which, something is looked for: an end of a period, or a day.

        None where it was not given; what was taken for a year that is not written is told. Raises UsageFault.
        """
        if text is None:
            return None
        from pilottask.base import spans  # noqa: PLC0415  seldom asked for

        if (span := spans.parse(text, today=self.today)) is None:
            return self.day(text, option=option, year=Yearless.PAST)
        day = span[last]
        other = spans.in_this_year(text, today=self.today)
        if other and other[last] != day:
            words = _("the year taken is {year}; for this one write {other}").format(year=day.year, other=other[last])
            self.warn(_("{option} {date}: {said}").format(option=option, date=dates.show(day), said=words))
        return day

    def span(self, first: str | None, last: str | None) -> tuple[date | None, date | None]:
        """Return the days that --from and --to give, None for one that was not given. Raises UsageFault."""
        begin = self.end_of_span(first, option="--from", last=False)
        if begin and last:
            from pilottask.base import spans  # noqa: PLC0415  seldom asked for

            last = spans.end_after(begin, last, today=self.today)
        end = self.end_of_span(last, option="--to", last=True)
        if begin and end and begin > end:
            raise UsageFault(_("--from {first} lies after {last}, where the period ends").format(first=begin, last=end))
        return begin, end

    def parse(self, text: str, *, year: Yearless = Yearless.DEADLINE) -> date | None:
        """Return the day that `text` means today, by the calendar of the store; None and errors as of `dates.parse`."""
        workdays = self.calendar if dates.counts_workdays(text) else None
        return dates.parse(text, today=self.today, year=year, workdays=workdays)

    def assumptions(self, typed: str, day: date) -> list[str]:
        """Return what is said of a day that was typed: which year was taken, which years' holidays are not known."""
        year = dates.year_taken(typed, day, today=self.today)
        unknown = self.calendar.unknown_years(self.today, day) if dates.counts_workdays(typed) else None
        return [message for message in (year, unknown) if message]

    @cached_property
    def calendar(self) -> "Calendar":
        """The working calendar: the published years, and those imported into the store."""
        from pilottask.ledger import calendars  # noqa: PLC0415  most commands have no need of it

        return calendars.of(self.ledger)

    def department(self, typed: str) -> str:
        """Return the full name of the department that `typed` means. Raises NotFound."""
        return departments.match(typed, self.ledger.departments).name

    def departments(self, typed: Iterable[str]) -> list[str]:
        """Return the full names of those meant, several in one word parted as `A、B`. Raises NotFound."""
        known = self.ledger.departments
        whole = {name: departments.exact(name, known) is not None for name in typed}
        parts = (part for name in whole for part in ([name] if whole[name] else re.split("[、，,;；]", name)))
        return [self.department(part) for part in parts if part.strip()]

    def task(self, number: int) -> Task:
        """Return the task with this id. Raises NotFound."""
        return find(self.ledger, [number])[0]


def find(ledger: Ledger, ids: Sequence[int]) -> list[Task]:
    """Return the tasks with these ids, in this order. Raises NotFound, naming all that are not there."""
    by_id = {task.id: task for task in with_ids(ledger.tasks, frozenset(ids))}
    if missing := [number for number in ids if number not in by_id]:
        hint = _("pilottask list --all shows every task with its id")
        raise NotFound(_("no task {ids}").format(ids=_(", ").join(map(str, missing))), hint=hint)
    return [by_id[number] for number in ids]


def with_store(text: str, option: str) -> str:
    """Return `text` with the store, as it was typed, in each command that it names: without, it is another list."""
    from pilottask.commands.table import TABLE  # noqa: PLC0415  Tab has no need of it

    names = "|".join(TABLE.keys() - {"help"})
    return re.sub(
        rf"pilottask (?=\{{|(?:{names})(?!\.?[a-z-]))", lambda _found: f"pilottask --store {_as_typed(option)} ", text
    )


def _as_typed(word: str) -> str:
    """Return an argument as a shell takes it; only what a shell would read otherwise is quoted."""
    if re.fullmatch(_PLAIN_WORD, word):
        return word
    if os.name == "nt":
        import subprocess  # noqa: PLC0415  writers alone need it

        quoted = subprocess.list2cmdline([word])
        return f'"{quoted}"' if re.search("[&|<>^()]", word) and not quoted.startswith('"') else quoted
    import shlex  # noqa: PLC0415  as above

    return shlex.quote(word)


def _write(stream: TextIO, text: str) -> None:
    stream.write(text if text.endswith("\n") else f"{text}\n")
