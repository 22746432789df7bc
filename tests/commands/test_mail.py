"""Slips by mail, sent to a real server on this machine."""

import json
import re
import shutil
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from pilottask.base.mail import Tls
from pilottask.ledger.records import SCHEMA

from .conftest import Run

ADDRESSES = {"区总工会": "gh@a.example", "麒麟职教集团": "zj@a.example", "区财政局": "cz@a.example"}


class Session(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as takes a message in."""

    server: "Server"

    def handle(self) -> None:
        with suppress(OSError):  # whose other end has gone
            if self.server.tls is Tls.TLS:
                self._wrap()
            self._say("220 ready")
            self._converse()

    def _wrap(self) -> None:
        """Go on in TLS."""
        assert self.server.context is not None
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.connection.close()

    def _converse(self) -> None:
        while line := self.rfile.readline():
            match line.partition(b":")[0].partition(b" ")[0].strip().upper(), line.decode(errors="replace").strip():
                case b"EHLO", _:
                    offers = "250-STARTTLS\r\n" if self.server.tls is Tls.STARTTLS else ""
                    self._say(f"250-here\r\n{offers}250-AUTH PLAIN\r\n250 SMTPUTF8")
                case b"STARTTLS", _:
                    self._say("220 go on")
                    self._wrap()
                case b"AUTH", said:
                    self.server.logins.append(said)
                    self._say("235 ok")
                case b"RCPT", said if self.server.refused in said:
                    self._say("550 no such mailbox")
                case b"DATA", _:
                    self._say("354 go on")
                    self.server.taken.append(self._message())
                    self._say("250 taken")
                case b"QUIT", _:
                    self._say("421 going down")  # after a message was accepted it takes nothing back
                    return
                case _:
                    self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()

    def _message(self) -> EmailMessage:
        lines = iter(self.rfile.readline, b".\r\n")
        data = b"".join(line.removeprefix(b".") if line.startswith(b"..") else line for line in lines)
        return message_from_bytes(data, policy=policy.default)


class Server(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it takes, and refuses one address; at its end it waits for those it serves."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.taken: list[EmailMessage] = []
        self.logins: list[str] = []
        self.refused = "nobody"
        self.tls = Tls.NONE
        self.context: ssl.SSLContext | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def mail(run: Run, server: Server) -> Run:
    for name, value in (("mail_server", server.address), ("mail_from", "office@a.example"), ("mail_tls", "none")):
        run("config", name, value)
    for name, address in ADDRESSES.items():
        run("dept", "edit", name, "--mail", address)
    return run


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a certificate for 127.0.0.1 that nobody but itself vouches for, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl on PATH to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(made)),
        ],
        check=True,
        capture_output=True,
    )
    return made, key


@pytest.fixture(params=[Tls.STARTTLS, Tls.TLS])
def safe(request: pytest.FixtureRequest, mail: Run, server: Server, certificate: tuple[Path, Path]) -> Server:
    """The server, spoken to in TLS in one of the two ways."""
    server.tls, server.context = request.param, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.context.load_cert_chain(*certificate)
    mail("config", "mail_tls", server.tls)
    return server


def test_a_trusted_server_is_mailed_over_tls(
    mail: Run, safe: Server, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    monkeypatch.setenv("PILOTTASK_MAIL_PASSWORD", "secret")
    assert mail("notice", "--mail").out.count("\n") == 3
    assert [message["To"] for message in safe.taken] == list(ADDRESSES.values())
    assert len(safe.logins) == 3


def test_a_server_that_nobody_vouches_for_is_refused(mail: Run, safe: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTTASK_MAIL_PASSWORD", "secret")
    sent = mail("notice", "--mail", "--lang", "zh", code=7)
    assert sent.err.count("邮件服务器的证书不受信任：self-signed certificate") == 3
    assert (sent.out, safe.taken, safe.logins, chased(mail)) == ("", [], [], [])


def test_a_certificate_of_another_server_is_refused(
    mail: Run, safe: Server, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    mail("config", "mail_server", safe.address.replace("127.0.0.1", "localhost"))
    sent = mail("notice", "--mail", code=7)
    assert sent.err.count("the server's certificate is not trusted: Hostname mismatch") == 3
    assert safe.taken == []


def chased(run: Run) -> list[int]:
    tasks = json.loads(run("list", "--all", "--format", "json").out)
    return [
        task["id"]
        for task in tasks
        if any(entry["kind"] == "chase" and entry["at"].startswith("2026-11-20") for entry in task["log"])
    ]


def test_each_department_is_mailed_its_own(mail: Run, server: Server) -> None:
    sent = mail("notice", "--mail", "--lang", "zh")
    assert sent.out.splitlines()[1] == (
        "麒麟职教集团 <zj@a.example>：麒麟区产业工人队伍建设改革试点 警示单 2026年11月20日"
    )
    assert sent.err == "已为6项任务记录催办\n"
    assert [message["To"] for message in server.taken] == list(ADDRESSES.values())
    message = server.taken[1]
    assert (message["From"], message["Subject"]) == (
        "office@a.example",
        "麒麟区产业工人队伍建设改革试点 警示单 2026年11月20日",
    )
    assert message["Date"].datetime.date().isoformat() == "2026-11-20"
    body = message.get_body()
    assert body is not None
    assert "实训设备采购（编号11，逾期12天）" in body.get_content()
    assert "区总工会" not in body.get_content()
    (slip,) = message.iter_attachments()
    assert slip.get_filename() == "麒麟职教集团催办单2026-11-20.docx"
    assert slip.get_content().startswith(b"PK")
    assert server.logins == []


def test_what_was_not_accepted_is_named_and_not_logged(
    mail: Run, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PILOTTASK_MAIL_PASSWORD", "secret")
    server.refused = "gh@a.example"
    mail("dept", "edit", "区财政局", "--mail", "")
    sent = mail("notice", "--mail", "--format", "html", code=7)
    assert sent.out == "麒麟职教集团 <zj@a.example>: 麒麟区产业工人队伍建设改革试点 Warning 2026-11-20\n"
    assert sent.err == (
        "1 task logged as chased\n"
        "error: these slips cannot be sent, and are not logged:\n"
        "区财政局: it has no mail address\n"
        "区总工会: 550 no such mailbox\n"
        "hint: pilottask dept edit NAME --mail ADDRESS enters an address; "
        "pilottask notice --mail -d NAME sends one again\n"
    )
    assert chased(mail) == [11]
    assert len(server.logins) == 2  # a connection for each


def test_a_number_that_was_mailed_is_never_another_slip_s(mail: Run, server: Server) -> None:
    def numbers() -> list[str]:
        texts = (message.get_body(("plain",)) for message in server.taken)
        return [re.findall(r"^ +(No\. \S+ / \d+)", text.get_content(), re.MULTILINE)[0] for text in texts if text]

    mail("notice", "--mail", "-d", "区总工会")
    mail("undo")
    server.refused = "zj@a.example"
    mail("notice", "--mail", "-d", "麒麟职教集团", code=7)  # number 2 stays a gap
    mail("notice", "--mail", "-d", "区总工会")
    assert numbers() == ["No. 2026 / 1", "No. 2026 / 3"]


def test_a_dry_run_sends_nothing(mail: Run, server: Server) -> None:
    before = Path("tasks.toml").read_bytes()
    dry = mail("notice", "--mail", "--dry-run")
    assert dry.out.count("\n") == 3
    assert dry.err == "nothing was sent\n"
    assert server.taken == []
    assert Path("tasks.toml").read_bytes() == before


def test_a_server_that_does_not_answer_fails_them_all(mail: Run, server: Server) -> None:
    mail("config", "mail_server", "127.0.0.1:1")
    sent = mail("notice", "--mail", code=7)
    assert (sent.out, sent.err.count(": 127.0.0.1:1: Connection refused\n")) == ("", 3)
    mail("config", "mail_server", server.address)
    mail("config", "mail_tls", "starttls")  # which this server has not: nothing goes out in the clear
    assert mail("notice", "--mail", code=7).err.count("STARTTLS extension not supported by server.") == 3
    mail("config", "mail_tls", "tls")
    assert mail("notice", "--mail", code=7).err.count("SSL") >= 3
    assert server.taken == []
    assert chased(mail) == []


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ("notice --mail", "the setting mail_server is missing, without which no mail can be sent"),
        ("notice --dry-run", "--dry-run goes with --mail"),
        ("notice --mail --each x", "--each and --mail do not go together"),
        ("notice --mail -O x.txt", "--mail says where the slips go; it does not go with --output or --print"),
        ("config mail_server smtp.a.example", "mail_server takes host:port, such as smtp.example.cn:587, or nothing"),
        ("config mail_from 产改办", "mail_from takes a mail address, such as office@example.cn, or nothing"),
        ("config mail_tls ssl", "mail_tls takes starttls, tls or none"),
        ("dept edit 区总工会 --mail a@b@c", "“a@b@c” is no mail address"),
    ],
)
def test_what_cannot_be_mailed(run: Run, argv: str, message: str) -> None:
    assert message in run(*argv.split(), code=2).err


def test_a_store_that_knows_of_mail_has_the_later_schema(run: Run) -> None:
    run("dept", "edit", "区总工会", "--mail", "gh@a.example")
    assert Path("tasks.toml").read_text(encoding="utf-8").startswith(f"schema = {SCHEMA}\n")
