"""Files attached to a task: their numbers, what the log says of them, and that attaching is a sign of work."""

import pytest

from factories import TODAY, at, day, ledger, stamp, task
from pilottask.base.errors import NotFound, UsageFault
from pilottask.ledger import as_json, attachments, changes, corrections, history, integrity, lights, queries, wording
from pilottask.ledger.attachments import File
from pilottask.ledger.queries import Selection
from pilottask.ledger.records import Attach, Detach, Pilot, Task, replace

SCAN, PHOTO = File("协议.pdf", 6, "a" * 64), File("现场.jpg", 3_000_000, "b" * 64)


def with_both(when: str = "2026-11-10") -> Task:
    return attachments.attach(task(due="2026-12-31"), stamp(when), [SCAN, PHOTO])


def names(one: Task) -> list[tuple[int, str]]:
    return [(entry.n, entry.name) for entry in history.attachments(one)]


def test_files_are_numbered_and_a_number_is_not_given_again() -> None:
    one = with_both()
    assert names(one) == [(1, "协议.pdf"), (2, "现场.jpg")]
    without = attachments.detach(one, stamp(), 2)
    assert names(without) == [(1, "协议.pdf")]
    assert names(attachments.attach(without, stamp(), [PHOTO])) == [(1, "协议.pdf"), (3, "现场.jpg")]
    assert not list(integrity.faults(ledger(without)))


def test_a_file_that_is_attached_is_not_attached_again() -> None:
    one = with_both()
    assert attachments.attach(one, stamp(), [File("又名.pdf", 6, SCAN.sha256)]) is one
    assert len(attachments.attach(task(), stamp(), [SCAN, SCAN]).log) == 2


def test_what_is_not_attached_cannot_be_taken_off() -> None:
    with pytest.raises(NotFound, match="has no file 3") as refused:
        attachments.detach(with_both(), stamp(), 3)
    assert refused.value.hint == "pilottask show 1 lists its files"
    with pytest.raises(NotFound) as refused:
        attachments.detach(task(), stamp(), 1)
    assert refused.value.hint == "it has no file"


@pytest.mark.parametrize("name", ["a\nb.pdf", "a\x1b[2J.pdf", " ", "\udcff.pdf"])
def test_a_name_that_could_not_be_kept_is_refused(name: str) -> None:
    with pytest.raises(UsageFault, match="the name of the file"):
        attachments.attach(task(), stamp(), [File(name, 1, "a" * 64)])


def test_attaching_is_a_sign_of_work_and_detaching_is_none() -> None:
    one = with_both("2026-11-15")
    assert lights.silent_days(one, today=TODAY) == 5
    assert lights.silent_days(attachments.detach(one, stamp("2026-11-18"), 1), today=TODAY) == 5


def test_the_past_has_the_files_that_it_had() -> None:
    one = attachments.detach(with_both("2026-11-10"), stamp("2026-11-18"), 1)
    then = history.as_of(one, at("2026-11-12"))
    assert then is not None
    assert names(then) == [(1, "协议.pdf"), (2, "现场.jpg")]


def test_a_file_attached_by_mistake_is_made_void_the_last_word_on_it_first() -> None:
    held = ledger(attachments.detach(with_both(), stamp(), 1))
    with pytest.raises(UsageFault, match="entry 4 of task 1 “实训设备采购” rests on entry 2"):
        corrections.void(held, held.tasks[0], 2, stamp(), reason="附错")
    back = corrections.void(held, held.tasks[0], 4, stamp(), reason="没撤")
    assert names(back.tasks[0]) == [(1, "协议.pdf"), (2, "现场.jpg")]
    gone = corrections.void(back, back.tasks[0], 2, stamp(), reason="附错")
    assert names(gone.tasks[0]) == [(2, "现场.jpg")]
    assert lights.silent_days(corrections.void(gone, gone.tasks[0], 3, stamp(), reason="附错").tasks[0], today=TODAY)
    assert attachments.of_ledger(gone).keys() == {PHOTO.sha256}


def test_json_and_sentences() -> None:
    one = attachments.attach(changes.start(task(), stamp("2026-11-02")), stamp("2026-11-10"), [SCAN])
    assert as_json.task_record(one, today=day("2026-11-20"), pilot=Pilot())["attachments"] == [
        {"n": 1, "name": "协议.pdf", "size": 6, "sha256": "a" * 64, "at": at("2026-11-10"), "by": "张三"}
    ]
    assert wording.sentence(one.log[-1]) == "file 1 attached: 协议.pdf"
    assert wording.sentence(attachments.detach(one, stamp(), 1).log[-1]) == "file 1 detached"
    assert [wording.size(count) for count in (0, 1, 1023, 1024, 1536, 3_000_000)] == [
        "0 bytes",
        "1 byte",
        "1023 bytes",
        "1.0 KB",
        "1.5 KB",
        "2.9 MB",
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "../x"}, "name: must be the name of a file, without its folder"),
        ({"sha256": "../../etc/passwd"}, "sha256: must be 64 digits of 0 to 9 and a to f"),
        ({"sha256": "A" * 64}, "sha256: must be 64 digits of 0 to 9 and a to f"),
        ({"size": -1}, "size: must be from 0 to 9007199254740991"),
        ({"name": " "}, "name: must not be empty"),
        ({"name": "a\nb"}, "name: control character U+000A at position 2; remove it"),
    ],
)
def test_a_file_entered_by_hand_is_looked_at(wrong: dict[str, object], said: str) -> None:
    values = {"at": stamp().at, "by": "张三", "n": 1, "name": "a.pdf", "size": 1, "sha256": "a" * 64, **wrong}
    one = task(log=(Attach(**values),))  # type: ignore[arg-type]
    assert [str(fault) for fault in integrity.faults(ledger(one))] == [f"task 1 “实训设备采购”, log entry 1, {said}"]


def test_numbers_that_contradict_each_other_are_faults() -> None:
    one = with_both()
    twice = replace(one, log=(*one.log, one.log[-1], Detach(at=stamp().at, by="", n=7)))
    assert [fault.wrong for fault in integrity.faults(ledger(twice))] == [
        "file 2 stands there twice",
        "there is no file 7 before it",
    ]


def test_a_task_is_found_by_the_name_of_a_file() -> None:
    held = ledger(with_both(), task(id=2))
    assert [one.id for one in queries.select(held, Selection(texts=("现场.JPG",)), today=TODAY)] == [1]
