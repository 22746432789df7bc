"""The commands, one file a group, and the table by which the program finds them without importing any.

To add a command, write its function in a file of this folder and give it a line in `PANELS`. The table, not the
docstring, holds what a user reads of it: `help` is its line in the overview and the first line of its own help,
`details` is what its own help says besides, `example` is the command line with which that help ends. All three are
marked with `N_` here and translated when they are shown, as are the titles of the panels.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from pilottask.base.i18n import N_


class Command(Struct, frozen=True):
    """A command: a function of its name, with `_` behind where that is taken, in a module of the package of commands.

    `module` is that of its group, or has its name, unless told otherwise.
    """

    help: str
    example: str
    details: str = ""
    module: str = ""


class Group(Struct, frozen=True):
    """A command that has commands of its own, such as `dept`; `default` is the one that runs where none is named.

    `text` is the one that is meant where a text is typed instead, and the option that shows the same.
    """

    help: str
    example: str
    commands: Mapping[str, Command]
    default: str | None = None
    text: tuple[str, str] | None = None


Panels = Mapping[str, Mapping[str, Command | Group]]
"""Commands by name under the titles that the overview shows, each in the order in which it stands there."""

PANELS: Final[Panels] = {
    N_("Getting started"): {
        "init": Command(
            N_("Set up an empty task list."),
            N_('pilottask init --name "Qilin pilot" --office "Reform Office"'),
            module="start",
        ),
        "import": Command(
            N_("Bring in the tasks of a ledger."),
            N_("pilottask import ledger.csv --dry-run"),
            N_(
                "FILE is a workbook (.xlsx, .xls, .xlsb, .et, .ods), a Word document with a table (.docx), or text as "
                "a spreadsheet saves it (.csv, .tsv, .txt), in UTF-8, UTF-16 or GB18030; “-” is standard input. What "
                "it is counts, not its name. Importing the same file again adds nothing. Stages become steps, such as "
                "11月底前完成60%，12月底前完成100% and columns like 一季度目标; 三季度进展 becomes progress of that "
                "quarter. With --collect, sheets that “export --collect” wrote come back filled in: "
                "pilottask import --collect returned/ (an extension "
                "asked for there is put before you as a problem; it moves no deadline).\n\n"
                "Another task list (.toml, .json) is merged: tasks meet by UID, each field has the newer value, "
                "and all that either history holds is kept. To-dos of a calendar (.ics), a todo.txt (.txt) and "
                "what “task export” of Taskwarrior writes (.json) come in like a ledger."
            ),
            module="exchange",
        ),
        "export": Command(
            N_("Write tasks to a file."),
            N_("pilottask export ledger.csv"),
            N_(
                "The name of FILE says what it becomes: .xlsx .csv .tsv .md .json .toml .jsonl .ics .txt "
                "(todo.txt); “-” is standard output. --format taskwarrior is for “task import” of Taskwarrior. "
                "Without filters, .toml and .json hold the whole task list with its settings and history. Steps stand "
                "in a column of a table, a line each: changed there, “import --update” brings them back. With "
                "--collect: pilottask export --collect -d Education sheet.xlsx, or pilottask export --collect "
                "sheets. With --dossier, what is attached to the tasks goes into folders by line of work and task, "
                "with an index: pilottask export --dossier evidence-2026"
            ),
            module="exchange",
        ),
        "config": Command(N_("Show or change the settings."), N_("pilottask config soon_days 10"), module="start"),
        "calendar": Group(
            N_("Keep the working calendar: holidays and make-up days."),
            N_("pilottask calendar list"),
            {
                "list": Command(N_("List the years whose holidays are known."), N_("pilottask calendar list")),
                "import": Command(
                    N_("Take in the notice of a year's holidays."),
                    N_("pilottask calendar import 2027.json"),
                    N_(
                        "The State Council gives notice of the next year's holidays in November. FILE has lines such "
                        "as 2027-01-01,off and 2027-02-20,work, or is JSON as such notices go round in it (“days” with "
                        "“date” and “isOffDay”). It goes before the year that came with the program, if there is one."
                    ),
                ),
            },
        ),
        "help": Command(
            N_("Show the help of a command, how tasks are counted, or how dates are typed."),
            N_("pilottask help rules"),
            N_("“pilottask help add” is “pilottask add -h”; without a topic it is the overview of all commands."),
        ),
        "where": Command(N_("Show where the task list is kept."), N_("pilottask where"), module="start"),
    },
    N_("Task list"): {
        "add": Command(
            N_("Enter a task."),
            N_('pilottask add "Sign with eight partner firms" -d "Education Bureau" -u 2026-12-31'),
            module="tasks",
        ),
        "edit": Command(
            N_("Change what a task says."),
            N_('pilottask edit 3 --owner "Li Ming"'),
            N_("--word wrong=right mends a word in any of its texts; without an option the task is edited as text."),
            module="tasks",
        ),
        "show": Command(N_("Show all that is known of a task."), N_("pilottask show 3"), module="tasks"),
        "rm": Command(N_("Take tasks off the list."), N_("pilottask rm 3"), module="tasks"),
    },
    N_("Progress"): {
        "start": Command(N_("Record that work on tasks has begun."), N_("pilottask start 3-5"), module="progress"),
        "submit": Command(
            N_("Record that the department reports tasks done."),
            N_('pilottask submit 3 --evidence "signed agreement"'),
            module="progress",
        ),
        "close": Command(
            N_("Close tasks after checking the facts."),
            N_('pilottask close 3 --verifier "Director Wang"'),
            module="progress",
        ),
        "return": Command(
            N_("Send submitted tasks back to the department."),
            N_('pilottask return 3 --reason "signature page missing"'),
            module="progress",
        ),
        "suspend": Command(
            N_("Put tasks on hold."), N_('pilottask suspend 3 --reason "awaiting approval"'), module="progress"
        ),
        "cancel": Command(
            N_("Give tasks up for good."), N_('pilottask cancel 3 --reason "merged into task 5"'), module="progress"
        ),
        "reopen": Command(
            N_("Put tasks back to the status before."),
            N_('pilottask reopen 3 --reason "verified by mistake"'),
            module="progress",
        ),
        "note": Command(
            N_("Record how a task is getting on."),
            N_('pilottask note 3 "meeting held" --next "sign next week"'),
            N_("After a meeting, several at once: pilottask note --from jotted.txt, each line “3<tab>meeting held”."),
            module="progress",
        ),
        "raise": Command(
            N_("Raise a problem or a need on a task."),
            N_('pilottask raise 3 "no room for the machines" --need place --coordinate'),
            module="progress",
        ),
        "settle": Command(
            N_("Mark a problem or a need as settled."), N_('pilottask settle 3 1 "room found"'), module="progress"
        ),
        "step": Group(
            N_("Keep the steps of a task, each with a deadline of its own."),
            N_('pilottask step add 11 "tender published" --due 2026-11-30'),
            {
                "add": Command(
                    N_("Give a task a step with a deadline of its own."),
                    N_('pilottask step add 11 "tender published" --due 2026-11-30'),
                    N_("A step ends with its task at the latest. One that is late makes the light yellow."),
                ),
                "done": Command(N_("Record that a step was done."), N_("pilottask step done 11 1 --on yesterday")),
                "edit": Command(
                    N_("Change a step, or move its day on record."),
                    N_('pilottask step edit 11 1 --due 2026-12-10 --reason "no bidder"'),
                ),
                "rm": Command(N_("Take a step out."), N_("pilottask step rm 11 1")),
            },
        ),
        "attach": Command(
            N_("Attach files to a task as evidence."),
            N_("pilottask attach 3 agreement.pdf photo.jpg"),
            N_(
                "A copy is kept beside the list, in the folder that has its name and ends in .files; the file itself "
                "stays where it is. show lists what is attached, check looks whether it is all there, and export "
                "--dossier writes it into folders by task."
            ),
            module="progress",
        ),
        "detach": Command(
            N_("Take a file off a task."),
            N_("pilottask detach 3 1"),
            N_(
                "Its copy stays as long as undo can bring it back; when none of the versions kept has it any more, "
                "pilottask check --fix removes it."
            ),
            module="progress",
        ),
        "extend": Command(
            N_("Move a deadline, on record."),
            N_('pilottask extend 3 2026-12-31 --reason "machines not delivered"'),
            module="progress",
        ),
        "chase": Command(
            N_("Record a reminder to the department."),
            N_('pilottask chase 3-5 "please report by Friday"'),
            module="progress",
        ),
        "amend": Command(
            N_("Correct the words of an entry on record."),
            N_('pilottask amend 3 5 "eight firms signed" --reason "one too many counted"'),
            N_(
                "An entry is named by its number, which “pilottask history 3” gives, or by a part of its words; --word "
                "eight=nine mends a word and finds the entry by it; --next corrects the next step of a progress note. "
                "Sheets that were issued stay as they were printed."
            ),
            module="corrections",
        ),
        "void": Command(
            N_("Make an entry void that was a mistake."),
            N_('pilottask void 3 5 --reason "meant for task 4"'),
            N_(
                "For progress, problems, reminders, findings and extensions. What it brought about is taken back "
                "with it, and it stays on record as void."
            ),
            module="corrections",
        ),
    },
    N_("Views"): {
        "overdue": Command(
            N_("List open tasks past their deadline, the longest overdue first."),
            N_("pilottask overdue --within 7"),
            N_(
                "On a narrow terminal, columns are left out before words are broken: the reminders first, then owner, "
                "first deadline, department, deadline."
            ),
            module="views",
        ),
        "upcoming": Command(N_("List tasks that fall due soon."), N_("pilottask upcoming --days 14"), module="views"),
        "list": Command(
            N_("List tasks, the open ones unless told otherwise."),
            N_("pilottask list --department Education"),
            N_(
                "On a narrow terminal, columns are left out before words are broken: the target first, then "
                "owner, status, deadline, department, why."
            ),
            module="listing",
        ),
        "summary": Command(
            N_("Count tasks by department or otherwise."),
            N_("pilottask summary --by aspect"),
            N_(
                "--facts gives the figures for an assessment, without score or rank: tasks closed on time; past due, "
                "that is closed late, or due in the span and not done by then; how often deadlines were put off, the "
                "department was chased, a task was sent back; reports by their rounds; findings put right late or "
                "still open past their day. Each counts by its own day, void entries do not."
            ),
            module="views",
        ),
        "timeline": Command(
            N_("Draw tasks over the months: deadlines, extensions, today."),
            N_("pilottask timeline --department Education --output wall.html"),
            module="paper",
        ),
    },
    N_("Paper"): {
        "report": Command(
            N_("Print the weekly sheet for the leaders."),
            N_("pilottask report --issue --output sheet.docx --output sheet.txt"),
            N_(
                "Without options it is a draft as of now. --issue numbers it and keeps it on record, so that "
                "--sheet N prints it again as it was, whatever has happened since. Its period begins where that of "
                "the last issued sheet ended, or 7 days back. --from and --to take any span, and compare it with the "
                "one of the same kind before it: a month with the last one. Text runs on without pages; with "
                "--form-feed it has numbered pages of 60 lines, for A4."
            ),
            module="paper",
        ),
        "notice": Command(
            N_("Write reminder slips to departments that are late."),
            N_("pilottask notice -d Education --reply-by +3b"),
            N_(
                "Each task on a slip is logged as chased, once a day at most, with the number of the slip, the next of "
                "the year; one printed again that day has the same. --no-log leaves the task list alone, and gives no "
                "number. "
                "--mail sends over the server of the settings mail_server (host:port) and mail_tls, from mail_from, to "
                "the address that “dept edit --mail” entered; the password, where the server wants one, is in "
                "PILOTTASK_MAIL_PASSWORD."
            ),
            module="paper",
        ),
    },
    N_("The pilot"): {
        "instruct": Group(
            N_("Enter what a leader asked for, on a task or on none."),
            N_('pilottask instruct "report on the tender" --leader "Director Wang" --task 11 --reply-by +3b'),
            {
                "add": Command(
                    N_("Enter what a leader asked for, on a task or on none; “add” may be left out."),
                    N_('pilottask instruct "report on the tender" --leader "Director Wang" --task 11 --reply-by +3b'),
                    N_("It is open until “answer”; late ones stand in “overdue”, on the sheet and on the agenda."),
                ),
                "list": Command(
                    N_("List what leaders asked for and how it stands."), N_("pilottask instruct list --all")
                ),
                "edit": Command(
                    N_("Correct an instruction or its answer."), N_("pilottask instruct edit 1 --reply-by +5b")
                ),
                "rm": Command(N_("Remove an instruction that was entered by mistake."), N_("pilottask instruct rm 1")),
            },
            default="list",
            text=("add", "--leader"),
        ),
        "answer": Command(
            N_("Record how an instruction was answered."),
            N_('pilottask answer 1 "reported on 20 November"'),
            module="instruct",
        ),
        "round": Group(
            N_("Follow who has reported, by rounds."),
            N_("pilottask round"),
            {
                "open": Command(
                    N_("Open a round: departments are asked to report by a day."),
                    N_("pilottask round open --title 2026-W48 --due fri"),
                    N_(
                        "Without -d every department with an open task is asked. “export --collect” opens a round "
                        "where none is open; its sheets carry the number, and “import --collect” records who came."
                    ),
                ),
                "show": Command(
                    N_("Show who has reported and who has not, as “round” alone does."), N_("pilottask round show 3")
                ),
                "list": Command(
                    N_("Count each department's reports of a year: on time, late, missing."),
                    N_("pilottask round list --year 2026"),
                ),
                "got": Command(
                    N_("Record reports that came by word, as on the phone."),
                    N_("pilottask round got Education Finance --on yesterday"),
                ),
                "edit": Command(
                    N_("Change the title of a round, or the day to report by."),
                    N_("pilottask round edit --due 2026-11-27"),
                ),
                "close": Command(N_("Close the round: who has not reported is missing."), N_("pilottask round close")),
            },
            default="show",
        ),
        "dept": Group(
            N_("Keep the departments."),
            N_("pilottask dept list"),
            {
                "add": Command(
                    N_("Enter a department."), N_('pilottask dept add "Education Bureau" --alias Education')
                ),
                "list": Command(N_("List the departments."), N_("pilottask dept list")),
                "edit": Command(
                    N_("Change a department."),
                    N_('pilottask dept edit Education --contact "Ms Zhang"'),
                    N_("--alias adds a name, --no-alias takes one away; an empty value clears."),
                ),
                "merge": Command(
                    N_("Join two departments that are one."),
                    N_('pilottask dept merge "Old Bureau" "Education Bureau"'),
                    N_("Every record of A becomes one of B, and its names become other names for B."),
                ),
            },
        ),
        "meeting": Group(
            N_("Keep the joint meetings and what they decide."),
            N_("pilottask meeting agenda"),
            {
                "add": Command(
                    N_("Enter a joint meeting, held or planned."),
                    N_('pilottask meeting add "Second joint meeting" --date 2026-11-20 --attend Education,Finance'),
                ),
                "edit": Command(
                    N_("Change a meeting, as when a planned one was held."),
                    N_("pilottask meeting edit 2 --attend Education,Finance --absent Tax"),
                    N_("--attend and --absent replace the lists; an empty value clears."),
                ),
                "rm": Command(
                    N_("Remove a meeting or one of its decisions."),
                    N_("pilottask meeting rm 2 1"),
                    N_("What the logs of its tasks tell of it is made void; the tasks themselves stay."),
                ),
                "decide": Command(
                    N_("Record a decision, and the tasks that carry it out."),
                    N_('pilottask meeting decide 2 "Fit out the second workshop" -d Education --due 2026-12-31'),
                    N_(
                        "With -d it opens a task, with --task it links some that there are; with neither it stands "
                        "alone."
                    ),
                ),
                "show": Command(
                    N_("Show a meeting, and how each decision stands today."), N_("pilottask meeting show 2")
                ),
                "agenda": Command(
                    N_("Write the agenda of the next joint meeting."),
                    N_("pilottask meeting agenda --output agenda.docx"),
                    N_(
                        "How the last meeting's decisions stand, red tasks by department, problems to coordinate, "
                        "and what falls due before the meeting after."
                    ),
                    module="agenda",
                ),
                "list": Command(N_("List the joint meetings."), N_("pilottask meeting list")),
            },
        ),
        "inspect": Group(
            N_("Keep inspections and what they found."),
            N_("pilottask inspect list --open"),
            {
                "add": Command(
                    N_("Enter an inspection of tasks."),
                    N_("pilottask inspect add --kind joint --by Education,Finance --tasks 3-7"),
                ),
                "edit": Command(
                    N_("Correct an inspection."),
                    N_("pilottask inspect edit 1 --date 2026-11-17 --tasks 3-8"),
                    N_("What a finding says is corrected in its task's log: pilottask amend."),
                ),
                "rm": Command(
                    N_("Remove an inspection or one of its findings."),
                    N_("pilottask inspect rm 1 2"),
                    N_("What the logs of its tasks tell of it is made void; the tasks themselves stay."),
                ),
                "find": Command(
                    N_("Record what an inspection found on a task."),
                    N_('pilottask inspect find 1 3 "no training records kept" --fix-by 2026-12-15'),
                ),
                "fixed": Command(
                    N_("Record that a finding was put right."),
                    N_('pilottask inspect fixed 1 2 --evidence "records of November"'),
                ),
                "show": Command(N_("Show an inspection and what it found."), N_("pilottask inspect show 1")),
                "list": Command(N_("List inspections with what they found."), N_("pilottask inspect list --open")),
            },
        ),
        "project": Group(
            N_("Keep cooperation projects and their money."),
            N_('pilottask project show "Training base"'),
            {
                "add": Command(
                    N_("Enter a cooperation project."),
                    N_('pilottask project add "Training base" --with "Firm A,Firm B" --signed 2026-10-29'),
                    N_("Tasks join it by --project and its name."),
                ),
                "edit": Command(
                    N_("Change a project."), N_('pilottask project edit "Training base" --signed 2026-11-02')
                ),
                "rm": Command(
                    N_("Remove a project, or its money from one source."),
                    N_('pilottask project rm "Training base" Finance'),
                ),
                "fund": Command(
                    N_("Set what a source of money plans and has paid in."),
                    N_('pilottask project fund "Training base" --source Finance --planned 300 --paid 120'),
                    N_("Amounts are in 10,000 yuan; what is not said stays as it is."),
                ),
                "show": Command(
                    N_("Show a project, its tasks and its money."), N_('pilottask project show "Training base"')
                ),
                "list": Command(N_("List the projects, and the money by source."), N_("pilottask project list")),
            },
        ),
        "results": Command(
            N_("List the results worth showing, or write them as a page."),
            N_("pilottask results --from 2026-10-01 --output results.html"),
            N_("Results are progress notes recorded with --result."),
        ),
    },
    N_("Safety"): {
        "sync": Command(
            N_("Make the list one with those of other clerks, over git."),
            N_("pilottask sync /srv/share/tasks.git"),
            N_(
                "REMOTE is a git repository that all of them reach, as a bare one in a folder on a share: git init "
                "--bare FOLDER. It is kept the first time; where there is no list yet, it is brought from there. "
                "What both sides changed is merged by record; where both gave one number, the task that was entered "
                "later gets the next, and show says which it had. undo stops at a sync."
            ),
        ),
        "merge": Command(
            N_("Merge two sides of a list, as a merge driver of git."),
            N_("pilottask merge base.toml ours.toml theirs.toml"),
            N_("The result is in OURS. sync sets it up, so that git pull merges the list by record too."),
            module="sync",
        ),
        "undo": Command(N_("Take the last change back."), N_("pilottask undo"), module="safety"),
        "redo": Command(N_("Make an undone change again."), N_("pilottask redo"), module="safety"),
        "history": Command(N_("Show what was changed, when and by whom."), N_("pilottask history 3"), module="safety"),
        "check": Command(N_("Check the task list for mistakes."), N_("pilottask check --fix"), module="safety"),
    },
}

TABLE: Final = {name: entry for commands in PANELS.values() for name, entry in commands.items()}
"""The same without the titles."""
