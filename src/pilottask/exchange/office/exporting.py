"""Tasks as an office ledger: CSV, TSV or Markdown, with the headings of the language in use."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from pilottask.base.csv_text import csv_line
from pilottask.base.formulas import guard
from pilottask.base.text import markdown
from pilottask.exchange.office import stages, units, values
from pilottask.exchange.office.headings import ONLY_WHERE_FILLED, Column, label, own_heading
from pilottask.ledger import history, vocabulary
from pilottask.ledger.records import Note, Task

_LINE_END: Final = "\r\n"


def _of_last_note(cell: Callable[[Note], str], *, told: bool = True) -> Callable[[Task], str]:
    return lambda task: cell(note) if (note := history.last_note(task, told=told)) else ""


CELLS: Final[Mapping[Column, Callable[[Task], str]]] = {
    Column.NUMBER: lambda task: str(task.id),
    Column.UID: lambda task: values.text_cell(task.uid),
    Column.ASPECT: lambda task: values.report_cell(task.aspect),
    Column.TITLE: lambda task: values.text_cell(task.title),
    Column.REQUIREMENT: lambda task: values.text_cell(task.requirement),
    Column.TARGET: lambda task: values.number_cell(task.target),
    Column.UNIT: lambda task: values.report_cell(task.unit),
    Column.ACTUAL: lambda task: values.number_cell(task.actual),
    Column.DEPARTMENT: lambda task: units.write((task.department,)),
    Column.SUPPORT: lambda task: units.write(task.support),
    Column.LEADER: lambda task: values.report_cell(task.leader),
    Column.OWNER: lambda task: values.report_cell(task.owner),
    Column.FIRST_DUE: lambda task: task.first_due.isoformat() if task.first_due else "",
    Column.DUE: values.due_cell,
    Column.STEP: lambda task: values.text_cell(stages.write_list(task)),
    Column.STATUS: lambda task: vocabulary.STATUS.say(task.status),
    Column.SUBMITTED: lambda task: task.submitted.isoformat() if task.submitted else "",
    Column.CLOSED: lambda task: task.closed.isoformat() if task.closed else "",
    Column.PROGRESS: _of_last_note(lambda note: values.report_cell(note.text)),
    Column.NOTED: _of_last_note(values.noted_cell),
    Column.WORKED: values.worked_cell,
    Column.PROBLEM: lambda task: values.problem_cells(history.open_problems(task))[0],
    Column.NEED: lambda task: values.problem_cells(history.open_problems(task))[1],
    Column.NEXT: _of_last_note(lambda note: values.report_cell(note.next), told=False),
    Column.SOURCE: lambda task: values.report_cell(task.source),
    Column.PROJECT: lambda task: values.report_cell(task.project),
    Column.EVERY: lambda task: vocabulary.EVERY.say(task.every) if task.every else "",
    Column.TAGS: lambda task: values.items_cell(task.tags),
    Column.CREATED: lambda task: task.created.isoformat(),
    Column.REMARK: lambda task: values.text_cell(task.remark),
}
"""The columns in the order of an office ledger, and the cell of each. The number is the task's id."""


def sheet(tasks: Iterable[Task]) -> list[list[str]]:
    """Return tasks as rows of cells below their headings, own columns last; import reads them back as they were."""
    listed = list(tasks)
    columns, own = columns_of(listed)
    rows = [[*map(label, columns), *(guard(own_heading(key)) for key in own)]]
    rows.extend(
        [*(CELLS[column](task) for column in columns), *(values.text_cell(task.extra.get(key)) for key in own)]
        for task in listed
    )
    return rows


def columns_of(tasks: Sequence[Task]) -> tuple[list[Column], list[str]]:
    """Return the columns that `tasks` take in a ledger, and the keys of their own ones."""
    columns = [column for column in CELLS if column not in ONLY_WHERE_FILLED or any(map(CELLS[column], tasks))]
    return columns, list(dict.fromkeys(key for task in tasks for key in task.extra))


def csv_text(rows: Iterable[Sequence[str]], *, delimiter: str = ",") -> str:
    """Return rows as CSV, or with `delimiter` a tab as TSV; lines end as spreadsheets end them."""
    return "".join([f"{csv_line(row, delimiter=delimiter)}{_LINE_END}" for row in rows])


def markdown_table(tasks: Iterable[Task]) -> str:
    """Return tasks as a Markdown table for reading, without the columns that are blank throughout."""
    rows = sheet(tasks)
    kept = [place for place in range(len(rows[0])) if len(rows) == 1 or any(row[place] for row in rows[1:])]
    lines = [
        "| " + " | ".join(markdown(values.cell_text(row[place]), within=True) for place in kept) + " |" for row in rows
    ]
    lines.insert(1, "|" + " --- |" * len(kept))
    return "\n".join(lines) + "\n"
