"""The weekly sheet in words: a body that a leader reads on two pages, and annexes with the tables.

The body names what is alike only as far as two pages have room; an annex then has all of it.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import IntEnum
from functools import partial
from itertools import starmap
from typing import Final, NamedTuple

from msgspec.structs import replace

from pilottask.base.i18n import N_, _, language, ngettext
from pilottask.base.width import width
from pilottask.ledger import history, lights, queries, rounds, steps, vocabulary, wording
from pilottask.ledger.history import StepNow
from pilottask.ledger.lights import Reason
from pilottask.ledger.records import OPEN, Find, Pilot, Raise, Status, Task
from pilottask.ledger.rounds import State
from pilottask.paper.annexes import ANNEXES, deadlines, details, moved_after_submission
from pilottask.paper.content import Part, Sheet
from pilottask.paper.document import INDENT, Block, Document, Page, Paragraph, Section, Type
from pilottask.paper.overall import totals
from pilottask.paper.phrases import (
    brief,
    enumeration,
    long_day,
    none,
    progress,
    second,
    section_numeral,
    sentences,
    short_day,
    task_label,
    with_day,
)

HEADINGS: Final[Mapping[Part, str]] = {
    Part.TOTALS: N_("Overall"),
    Part.RED: N_("Red: overdue tasks"),
    Part.COORDINATION: N_("Asked of the leaders"),
    Part.PROGRESS: N_("Progress in the period"),
    Part.YELLOW: N_("Problems, and what to watch"),
    Part.DUE: N_("Next steps"),
    Part.REPORTS: N_("Reports by departments"),
    Part.FLOWS: N_("Figures from the start of the period to its end"),
    Part.GROUPS: N_("By department and line of work"),
    Part.CHANGES: N_("What moved in the period"),
    Part.RESULTS: N_("Results in the period"),
    Part.ANNEX: N_("List of all tasks"),
    Part.DETAILS: N_("What the text above sums up, in full"),
}
_WIDE: Final = frozenset({Part.DETAILS, Part.ANNEX})
"""Annexes that lie on their side."""
_OF_MANY: Final = frozenset({Part.FLOWS, Part.GROUPS})
"""Annexes that tell of all departments, and so nothing of one that its page has not said."""
_LEAVES: Final = 2
"""What the body may take."""
_SHORTEST: Final = 24
"""Display columns to which what holds a red task, and what is proposed, is cut at most."""
_KEPT_FREE: Final = 4
"""Lines that a heading moved to the next leaf may leave empty, or a line that is broken before a sign."""


class _Fit(NamedTuple):
    """How large the body is set, how many of what is alike it names, and how many lines a red task may take.

    `annex` is the number of that which has the rest, `leaves` what all of it may take.
    """

    type: Type
    named: int | None = None
    lines: int | None = None
    annex: int = 0
    leaves: int = _LEAVES

    @property
    def columns(self) -> int | None:
        """How many columns are quoted of a text of which there are many."""
        return None if self.named is None else _QUOTED


_QUOTED: Final = 46
_WHOLE: Final = (_Fit(Type.STANDARD), _Fit(Type.SMALL), _Fit(Type.SMALLER))
"""Nothing is left to an annex. A department's page is tried so on one leaf first."""
_FITS: Final = (
    *_WHOLE,
    _Fit(Type.SMALL, named=8),
    *(_Fit(size, named=n) for n in (8, 6, 4, 3) for size in (Type.SMALLER, Type.SMALLEST)),
    *(_Fit(Type.SMALLEST, named=n, lines=lines) for lines in (3, 2) for n in (8, 3, 1)),
)
"""In which order they are tried; the last one holds where none fits."""
_FIRST: Final = (Part.TOTALS, Part.RED, Part.COORDINATION)
"""What a leader needs, and is to find on the first leaf; where that cannot be, the last of it begins there."""
_BEGUN: Final = 3
"""Lines of a section on a leaf from which on it is begun there: its heading, and a matter."""


def sheet_document(sheet: Sheet) -> Document:
    """Return a sheet in the language in use, with every section, those that it goes without too.

    Reports, results and requests stand on it where there are some.
    """
    pilot = sheet.pilot
    left_out = _OF_MANY if len(sheet.only) == 1 else ()
    behind = [
        (part, blocks) for part, told in ANNEXES.items() if part not in left_out and (blocks := tuple(told(sheet)))
    ]
    page = Page(
        above=pilot.name,
        title=_title(sheet),
        number=_number(sheet),
        left=pilot.office or "",
        right=long_day(sheet.today),
        remarks=tuple(_remarks(sheet)),
        sections=(),
        signature=tuple(filter(None, (pilot.office, long_day(sheet.today)))),
        sent=() if sheet.only else _recipients(pilot),
    )
    crowded = any(len(tasks) > _NAMED for tasks in _yellow_alike(sheet).values())
    some_fit = len(sheet.red) < _LEAVES * Type.SMALLEST.lines
    last = 1 + sum(part not in sheet.without for part, _blocks in behind)
    chosen, best = (_FITS[-1], page), _Fitting.NOT
    on_one = [fit._replace(leaves=1) for fit in _WHOLE] if sheet.only else []
    for fit in (one._replace(annex=last) for one in (*on_one, *(_FITS if some_fit else _FITS[-1:]))):
        body = [(part, blocks) for part, told in _BODY.items() if (blocks := tuple(told(sheet, fit)))]
        page = replace(page, type=fit.type, sections=_sections(body, section_numeral))
        annexes = len(behind) + (crowded or fit.named is not None)
        fitting = min(_fitting(page, annexes=annexes, leaves=fit.leaves), _WORTH[fit.lines])
        if fitting > best or best is _Fitting.NOT:
            chosen, best = (fit, page), fitting
        if best is _Fitting.ALL:
            break
    fit, page = chosen
    if crowded or fit.named is not None:
        behind.append((Part.DETAILS, tuple(details(sheet, whole=fit.named is not None))))
    page = replace(page, annexes=_sections(behind, lambda place: _("Annex {n}: ").format(n=place + 1)))
    return Document(lang=language(), name=_("weekly sheet"), pages=(page,), wide_ambiguous=pilot.wide_ambiguous is True)


def _recipients(pilot: Pilot) -> tuple[str, ...]:
    """Return to whom a sheet goes, and in how many copies."""
    lines = (
        (_("To: {names}"), pilot.sheet_to),
        (_("Copies: {names}"), pilot.sheet_copies),
        (_("Number printed: {names}"), pilot.sheet_prints),
    )
    return tuple(label.format(names=names) for label, names in lines if names)


def _sections(parts: Sequence[tuple[Part, tuple[Block, ...]]], numeral: Callable[[int], str]) -> tuple[Section, ...]:
    return tuple(
        Section(part, _(HEADINGS[part]), blocks, numeral(place), wide=part in _WIDE)
        for place, (part, blocks) in enumerate(parts)
    )


class _Fitting(IntEnum):
    """How a body stands on its leaves: not; with all that is first begun on the first of them; with all of it there."""

    NOT = 0
    LEAVES = 1
    BEGUN = 2
    ALL = 3


_WORTH: Final = {None: _Fitting.ALL, 3: _Fitting.ALL, 2: _Fitting.BEGUN}
"""What it is worth to give a red task so few lines."""


def _fitting(page: Page, *, annexes: int, leaves: int) -> _Fitting:
    """Tell how the body, which is all paragraphs, stands on so many leaves in the type of `page`."""
    taken = {section.part: section.lines(page.type) for section in page.sections}
    head = page.type.head_lines
    end = annexes + len(page.signature) + len(page.sent) + _KEPT_FREE
    if head + sum(taken.values()) + end > leaves * page.type.lines:
        return _Fitting.NOT
    first = [taken.get(part, 0) for part in _FIRST]
    if head + sum(first) <= page.type.lines:
        return _Fitting.ALL
    begun = head + sum(first[:-1]) + min(first[-1], _BEGUN) <= page.type.lines
    return _Fitting.BEGUN if begun else _Fitting.LEAVES


def _title(sheet: Sheet) -> str:
    if sheet.only:
        return _("Tasks of {departments}").format(departments=_(", ").join(sheet.only))
    return sheet.pilot.sheet_title or _("Progress of the pilot's tasks")


def _number(sheet: Sheet) -> str | None:
    """Return which sheet it is; a department's page is none."""
    if sheet.only:
        return None
    return _("Draft, not numbered") if sheet.number is None else _("No. {n}").format(n=sheet.number)


def _remarks(sheet: Sheet) -> Iterable[str]:
    span = {"first": long_day(sheet.first), "last": long_day(sheet.today)}
    if sheet.previous is None:
        yield _("Period: {first} to {last}").format(**span)
    else:
        yield _("Period: {first} to {last}, since sheet no. {n}").format(**span, n=sheet.previous)
    if sheet.ahead:
        message = _("{day} has not come yet: this is what the list as it stands now would say on that day.")
        yield message.format(day=long_day(sheet.today))


# What sections have in common


def _paragraphs(items: Sequence[str]) -> Iterable[Paragraph]:
    """Return items as paragraphs: numbered, where there are several."""
    return map(Paragraph, starmap(second, enumerate(items)) if len(items) > 1 else items)


def _bare(text: str) -> str:
    """Return a text to stand within a sentence: its lines after each other, without a full stop at their ends."""
    return _("; ").join(bare for line in text.splitlines() if (bare := line.strip().rstrip("。.；;")))


def _names(items: Sequence[str], sheet: Sheet, fit: _Fit) -> str:
    """Name what there is room for, and say how many there are and where, where that is not all."""
    if fit.named is None or len(items) <= fit.named:
        return _("; ").join(items)
    rest = _with_annex(_("{n} more").format(n=len(items) - fit.named), sheet, fit)
    return _("; ").join((*items[: fit.named], rest))


def _with_annex(text: str, sheet: Sheet, fit: _Fit) -> str:
    """Say behind a count where all of it stands, unless that annex is left out."""
    return text if Part.DETAILS in sheet.without else _("{text} (see annex {n})").format(text=text, n=fit.annex)


def _alike(items: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what is said of whom, those together of whom the same is said."""
    of_whom = queries.by_key((said, whom) for whom, said in items)
    return [(_(", ").join(whom), said) for said, whom in of_whom.items()]


# The body


def _red_tasks(sheet: Sheet, fit: _Fit) -> Iterable[Block]:
    whole = [_red_sentence(task, sheet, fit._replace(lines=None)) for task in sheet.red]
    texts = whole if fit.lines is None else [_red_sentence(task, sheet, fit) for task in sheet.red]
    yield from _paragraphs(texts) if texts else (none(),)
    if texts != whole:
        yield Paragraph(_("{text}.").format(text=_with_annex(_("“…” marks what is cut short"), sheet, fit)), quiet=True)
    if sheet.late_findings:
        late = [_finding(task, finding, sheet) for task, finding in sheet.late_findings]
        yield Paragraph(_("Findings of inspections past their date: {items}.").format(items=_names(late, sheet, fit)))
    if late_steps := steps.late(sheet.tasks, today=sheet.today):
        items = _names([_step(task, step, sheet) for task, step in late_steps], sheet, fit)
        yield Paragraph(_("Steps past their day: {items}.").format(items=items))


_NEXT: Final = re.compile("^下一?步[，,：:、 ]*")
"""What many a next step begins with, and the sentence says before it."""


def _red_sentence(task: Task, sheet: Sheet, fit: _Fit) -> str:
    """Say how late a task is, what holds it, and what is proposed; what is not known is said to be."""
    note = history.last_note(task)
    held = enumeration([_bare(problem.text) for problem in history.open_matters(task)])
    if not held:
        held = _bare(progress(task, today=sheet.today) or _("neither a problem nor progress is reported"))
    asked = ""
    if _are_requests_above(sheet, fit) and (matters := history.to_coordinate(task)):
        needs = dict.fromkeys(vocabulary.NEED.say(matter.need) for matter in matters if matter.need is not None)
        text = _(" (asked of the leaders: {needs})") if needs else _(" (asked of the leaders)")
        asked = text.format(needs=_(", ").join(needs))
    next_step = _NEXT.sub("", _bare((note and note.next) or ""))
    late = wording.days(lights.days_left(task, today=sheet.today) or 0)
    said = _("{title} ({department}, {late}): {told}.").format

    def sentence(held: str, next_step: str) -> str:
        clauses = (held + asked, *([_("next: {step}").format(step=next_step)] if next_step else []))
        return said(title=task.title, department=task.department, late=late, told=_("; ").join(clauses))

    whole = sentence(held, next_step)
    if fit.lines is None:
        return whole
    over = width(second(len(sheet.red), whole)) + INDENT - fit.lines * fit.type.columns
    if over <= 0:
        return whole
    # What holds it matters more, but not all the room is its own.
    room = max(width(held) + width(next_step) - over, _SHORTEST)
    step = brief(next_step, max(room // 3, room - width(held)))
    return sentence(brief(held, room - width(step)), step)


def _are_requests_above(sheet: Sheet, fit: _Fit) -> bool:
    """Tell whether what is asked of the leaders about red tasks stands with these, so that it is said but once."""
    return fit.named is not None and Part.RED not in sheet.without


def _step(task: Task, step: StepNow, sheet: Sheet) -> str:
    late = wording.count_of_days((sheet.today - step.due).days)
    return _("{task}: {step}, due {day}, {late} late").format(
        task=task_label(task), step=_bare(step.text), day=short_day(step.due, today=sheet.today), late=late
    )


def _finding(task: Task, finding: Find, sheet: Sheet) -> str:
    late = wording.count_of_days((sheet.today - finding.fix_by).days)
    day = short_day(finding.fix_by, today=sheet.today)
    message = _("{task}: {text}, to be put right by {day}, {late} ago")
    return message.format(task=task_label(task), text=_bare(finding.text), day=day, late=late)


def _requests(sheet: Sheet, fit: _Fit) -> Iterable[Block]:
    places = {task.id: n for n, task in enumerate(sheet.red)} if _are_requests_above(sheet, fit) else {}
    above = [places[task.id] for task in sheet.coordination if task.id in places]
    matters = (
        (task_label(task), enumeration([_matter(one, sheet, fit) for one in asked]))
        for task in sheet.coordination
        if task.id not in places and (asked := history.to_coordinate(task))
    )
    numerals = _(", ").join(second(place, "").strip() for place in sorted(above))
    yield from _paragraphs(
        [
            *([_("Red tasks {numerals}: what is asked for there.").format(numerals=numerals)] if above else []),
            *(_("{task}: {matter}.").format(task=whom, matter=matter) for whom, matter in _alike(matters)),
            *_late_instructions(sheet, fit),
        ]
    )


def _matter(raised: Raise, sheet: Sheet, fit: _Fit) -> str:
    """Return what is raised, with the kind of support that it asks for and its day."""
    parts = [_("raised {day}").format(day=short_day(raised.at.date(), today=sheet.today))]
    if raised.need is not None:
        parts.insert(0, vocabulary.NEED.say(raised.need))
    return _("{text} ({said})").format(text=brief(_bare(raised.text), fit.columns), said=wording.clauses(parts))


def _late_instructions(sheet: Sheet, fit: _Fit) -> Iterable[str]:
    """Say which instructions have no answer, one after the other where room is short."""
    items = [
        _("{leader}'s no. {n}, to be answered by {day}: {text}").format(
            leader=one.leader,
            n=one.n,
            day=short_day(one.reply_by or sheet.today, today=sheet.today),
            text=_bare(one.text),
        )
        for one in sheet.late_instructions
    ]
    text = _("Instructions without an answer: {items}.")
    if fit.named is None:
        yield from (text.format(items=one) for one in items)
    elif items:
        yield text.format(items=_("; ").join(items))


def _progress(sheet: Sheet, fit: _Fit) -> Iterable[Block]:
    """Say by department what was reported in the period, each with its day, and what was closed."""
    moves = [
        (task, with_day(note, brief(_bare(note.text), fit.columns), today=sheet.today)) for task, note in sheet.reported
    ]
    moves += [(task, vocabulary.STATUS.say(Status.CLOSED)) for task in sheet.closed]
    if not moves:
        yield Paragraph(_("Nothing was reported in the period."))
        return
    if fit.named is None or len(moves) <= fit.named:
        yield from _by_department(moves, sheet)
        return
    # What matters is what no other section tells: the closed, results, then what is not red; of those alike the latest.
    results, red = {task.id for task, _note in sheet.results}, {task.id for task in sheet.red}

    def rank(one: tuple[Task, str]) -> int:
        task, _text = one
        return 0 if task.status is Status.CLOSED else 1 if task.id in results else 3 if task.id in red else 2

    latest_first = moves[::-1]
    moved = queries.by_key((task.department, (task, text)) for task, text in sorted(latest_first, key=rank))
    counts = {name: len({task.id for task, _text in one}) for name, one in moved.items()}
    order = sorted(moved, key=lambda name: -counts[name])
    items = []
    for name in order[: fit.named]:
        task, text = moved[name][0]
        message = (
            _("{department} 1, {title}: {text}")
            if counts[name] == 1
            else _("{department} {n}, of these {title}: {text}")
        )
        items.append(message.format(department=name, n=counts[name], title=task.title, text=text))
    if left := sum(counts[name] for name in order[fit.named :]):
        items.append(_("{n} of other departments").format(n=left))
    head = _with_annex(_("{n} tasks moved").format(n=sum(counts.values())), sheet, fit)
    yield Paragraph(_("{head}: {items}.").format(head=head, items=_("; ").join(items)))


def _by_department(told: Collection[tuple[Task, str]], sheet: Sheet) -> Iterable[Paragraph]:
    """Return a paragraph for each department with what is said of each of its tasks, the worst of them first."""
    of_task = queries.by_key((task.id, text) for task, text in told)
    tasks = {task.id: task for task, _text in told}
    listed = queries.by_key(
        (tasks[n].department, (tasks[n].title, wording.clauses(said))) for n, said in of_task.items()
    )
    order = [name for name, _tally in sheet.departments if name is not None and name in listed]
    for name in (*order, *(name for name in listed if name not in order)):
        items = (_("{title}: {text}").format(title=titles, text=text) for titles, text in _alike(listed[name]))
        yield Paragraph(_("{department}: {items}.").format(department=name, items=_("; ").join(items)))


def _problems(sheet: Sheet, fit: _Fit) -> Iterable[Block]:
    """Say which problems are open that no leader is asked about, and sum up what is alike."""
    red = {task.id for task in sheet.red}
    problems = (
        (task_label(task), enumeration([_matter(one, sheet, fit) for one in raised]))
        for task in sheet.tasks
        if task.status in OPEN and task.id not in red
        if (raised := [one for one in history.open_matters(task) if not one.coordinate])
    )
    items = [_("{task}: {matter}").format(task=whom, matter=matter) for whom, matter in _alike(problems)]
    alike = _yellow_alike(sheet)
    heads = {
        reason: _(_SUMMED[reason]).format(days=sheet.pilot.stale_days, n=len(tasks)) for reason, tasks in alike.items()
    }
    if fit.named is not None:
        messages = [_names(items, sheet, fit)] if items else []
        if heads:
            messages.append(_with_annex(_("; ").join(heads.values()), sheet, fit))
        yield from _paragraphs([_("{text}.").format(text=text) for text in messages]) if messages else (none(),)
        return
    for reason, tasks in alike.items():
        named = _("; ").join(_yellow_reason(task, reason, sheet) for task in tasks[:_NAMED])
        if len(tasks) > _NAMED:
            named = _with_annex(_("{named} and others").format(named=named), sheet, fit)
        items.append(_("{head} ({tasks})").format(head=heads[reason], tasks=named))
    yield from _paragraphs([_("{text}.").format(text=text) for text in items]) if items else (none(),)


def _yellow_alike(sheet: Sheet) -> dict[Reason | None, list[Task]]:
    """Return the yellow tasks of which each kind is summed up."""
    return queries.by_key((reason, task) for task in sheet.yellow if (reason := sheet.light(task).reason) in _SUMMED)


_NAMED: Final = 5
"""Tasks that are named where many are alike, before the rest is only counted."""
_SUMMED: Final[Mapping[Reason | None, str]] = {
    Reason.STALE: N_("Yellow because nothing moved for more than {days} days: {n}"),
    Reason.SUBMITTED: N_("Waiting to be verified: {n}"),
    Reason.BEHIND: N_("Yellow because they are behind the time gone by: {n}"),
}


def _yellow_reason(task: Task, reason: Reason | None, sheet: Sheet) -> str:
    """Name one of several tasks that are alike, with its own day or figure."""
    parts = [task.department]
    if reason is Reason.SUBMITTED:
        short = partial(short_day, today=sheet.today)
        if day := wording.submitted_on(task, short, short):
            parts.append(_("submitted {day}").format(day=day))
        if late := lights.submitted_late_days(task):
            parts.append(wording.submitted_late(late))
        if moved_after_submission(task):
            parts.append(_("deadline moved after that, {days}").format(days=deadlines(task)))
        if waited := lights.to_verify_days(task, today=sheet.today):
            parts.append(_("waiting for {days}").format(days=wording.count_of_days(waited)))
    elif reason is Reason.BEHIND:
        parts.append(wording.target_reached(task, today=sheet.today))
    else:
        parts.append(wording.count_of_days((sheet.today - lights.last_moved(task)).days))
    return _("{title}, {said}").format(title=task.title, said=wording.clauses(parts))


def _next(sheet: Sheet, fit: _Fit) -> Iterable[Block]:
    """Say what falls due in the days to come, and which next steps departments reported."""
    if sheet.due:
        due = [
            _("{day} {title} ({department})").format(
                day=short_day(task.due or sheet.today, today=sheet.today), title=task.title, department=task.department
            )
            for task in sheet.due
        ]
        text = ngettext("Due within 7 days: {n} task: {items}.", "Due within 7 days: {n} tasks: {items}.", len(due))
        message = text.format(n=len(due), items=_names(due, sheet, fit))
    else:
        message = _("Nothing falls due within 7 days.")
    latest = {task.id: (task, _bare(note.next)) for task, note in sheet.reported if note.next}
    if fit.named is None or len(latest) <= fit.named:
        yield Paragraph(message)
        yield from _by_department(latest.values(), sheet)
        return
    # Of what falls due anyway, what is to be done for it; the rest stands in the annex.
    soon = [latest[task.id] for task in sheet.due if task.id in latest]
    items = [
        _("{title}: {text}").format(title=title, text=text)
        for title, text in _alike((task.title, brief(step, fit.columns)) for task, step in soon[: fit.named])
    ]
    words = _with_annex(_("Next steps were reported for {n} tasks").format(n=len(latest)), sheet, fit)
    if items:
        words = _("{told}; for what falls due: {items}").format(told=words, items=_("; ").join(items))
    yield Paragraph(sentences((message, _("{text}.").format(text=words))))


def _reports(sheet: Sheet, _fit: _Fit) -> Iterable[Block]:
    """Say of each round how many reports came, by name who was late, and who has not reported where some have."""
    for one in sheet.rounds:
        listed = rounds.rows(one, today=sheet.today)
        counts = Counter(row.state for row in listed)
        text = (
            _("{round}: of {asked} reports due by {day}, {came} came in time.")
            if one.due
            else _("{round}: {came} of {asked} reports are in.")
        )
        if nobody := len(listed) > 1 and not counts[State.CAME] + counts[State.LATE]:
            text = (
                _("{round}: none of {asked} reports due by {day} has come.")
                if one.due
                else _("{round}: none of {asked} reports has come.")
            )
        day = short_day(one.due, today=sheet.today) if one.due else ""
        parts = [text.format(round=rounds.name(one), asked=len(listed), day=day, came=counts[State.CAME])]
        for state, text in (
            (State.LATE, _("{n} late: {names}.")),
            (State.MISSING, _("{n} missing: {names}.")),
            (State.WAITING, _("{n} not yet: {names}.")),
        ):
            names = _(", ").join(row.department for row in listed if row.state is state)
            parts += [text.format(n=counts[state], names=names)] if names and not nobody else []
        yield Paragraph(sentences(parts))


_BODY: Final[Mapping[Part, Callable[[Sheet, _Fit], Iterable[Block]]]] = {
    Part.TOTALS: lambda sheet, _fit: totals(sheet),
    Part.RED: _red_tasks,
    Part.COORDINATION: _requests,
    Part.PROGRESS: _progress,
    Part.YELLOW: _problems,
    Part.DUE: _next,
    Part.REPORTS: _reports,
}
