"""Mail as a real SMTP server gets it, over TCP."""

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.messages import Choice, Posting, Say, SendFailed
from bot.settings import Settings
from handlers import mail

TO = "mailto:hanako@example.jp"


class Server:
    """A mail server that keeps what it takes, and refuses as it is told."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.senders: list[str] = []
        self.rcpt = self.data = "250 OK"
        self.users: list[bytes] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.raw.append(envelope.original_content)
        self.taken.append(message_from_bytes(envelope.original_content, policy=policy.default))
        self.recipients += envelope.rcpt_tos
        self.senders.append(envelope.mail_from)
        return self.data

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.users.append(data.login)
        return AuthResult(success=data.password == b"p@ss", handled=False)


class Office(Controller):
    """The server at a free port of this machine."""

    def __init__(self, server: Server, host: str = "127.0.0.1", **options: Any) -> None:
        self.kind = {"enable_SMTPUTF8": False, **options}
        super().__init__(server, hostname=host, port=0)

    def factory(self) -> SMTP:
        return SMTP(self.handler, ident="test", hostname="test.example.jp", **self.kind)

    def _trigger_server(self) -> None:
        """Let the controller knock at the port that the kernel gave."""
        self.port = self.at
        super()._trigger_server()

    @property
    def at(self) -> int:
        assert self.server is not None
        return int(self.server.sockets[0].getsockname()[1])


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def office(server: Server) -> Iterator[Office]:
    office = Office(server)
    office.start()
    yield office
    office.stop()


def post(port: int, **more: Any) -> mail.Post:
    url = more.pop("url", f"smtp://127.0.0.1:{port}")
    trust = more.pop("trust", None)
    return mail.Post(Settings(smtp_url=url, **more), seconds=3, trust=trust)


def posting(say: Say, *, to: str = TO, key: str = "8a1c", was_attempted: bool = False) -> Posting:
    return Posting(1, say, to, None, None, key, None, may_push=True, was_attempted=was_attempted)


def test_without_a_server_there_is_no_mail() -> None:
    assert mail.connect(Settings(), None) is None


def test_a_japanese_mail_arrives_as_it_was_written(server: Server, office: Office) -> None:
    say = Say(
        "text",
        title="令和8年度 第8回 役員会の議事録をお届けします" * 3,
        text="出席 12名・欠席 3名\n" + "あ" * 3000,
    )
    sent = post(office.at, mail_from="みどり地区社協 <midori@example.jp>").send(posting(say))

    got = server.taken[0]
    assert got["Subject"] == say.title[: mail.SUBJECT_CHARS]
    assert got["From"] == "みどり地区社協 <midori@example.jp>"
    assert server.senders == ["midori@example.jp"]
    assert server.recipients == ["hanako@example.jp"]
    assert say.text in got.get_content().replace("\r\n", "\n")
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Date"].datetime.tzinfo is not None
    assert sent.ref == got["Message-ID"]


def test_no_line_is_too_long_for_any_server(server: Server, office: Office) -> None:
    post(office.at).send(posting(Say("text", title="長" * 400, text="語" * 9000)))
    assert max(len(line) for line in server.raw[0].splitlines()) <= 78
    assert server.raw[0].isascii()


def test_the_second_attempt_is_the_same_mail(server: Server, office: Office) -> None:
    to = post(office.at)
    first = to.send(posting(Say("text", text="議事録"), key="k1"))
    again = to.send(posting(Say("text", text="議事録"), key="k1", was_attempted=True))
    other = to.send(posting(Say("text", text="議事録"), key="k2"))
    assert first.ref == again.ref != other.ref


@pytest.mark.parametrize(
    "words",
    ["こんにちは\r\nBcc: everybody@example.jp", "a\nSubject: b", "x\r\n\r\n<script>", "\r\n.\r\nQUIT\r\n"],
)
def test_words_can_add_no_header_and_end_no_mail(server: Server, office: Office, words: str) -> None:
    post(office.at).send(posting(Say("text", title=words, text=words + "\n.\nおわり")))
    got = server.taken[0]
    assert server.recipients == ["hanako@example.jp"]
    assert got["Bcc"] is None
    assert len(got.get_all("Subject")) == 1
    assert "おわり" in got.get_content()


@pytest.mark.parametrize(
    "to", ["mailto:a@b.jp\r\nRCPT TO:<c@d.jp>", "mailto:a b@c.jp", "mailto:@", "mailto:a@b.jp,c@d.jp"]
)
def test_an_address_can_add_no_other(server: Server, office: Office, to: str) -> None:
    with pytest.raises(SendFailed):
        post(office.at).send(posting(Say("text", text="こんにちは"), to=f"mailto:{to}"))
    assert server.recipients == []


def test_an_old_telephones_address_with_two_dots_is_written_to(server: Server, office: Office) -> None:
    post(office.at).send(posting(Say("text", text="こんにちは"), to="mailto:ab..c.@docomo.ne.jp"))
    assert server.recipients == ["ab..c.@docomo.ne.jp"]


def test_a_mail_says_what_elsewhere_is_a_button(server: Server, office: Office) -> None:
    say = Say(
        "text", text="議事録です。", choices=(Choice("訂正あり", "訂正 3"),), links=(("開く", "https://a.jp/b"),)
    )
    post(office.at).send(posting(say))
    text = server.taken[0].get_content()
    assert "「訂正 3」（訂正あり）" in text
    assert "https://a.jp/b" in text


def test_the_paper_is_attached_under_its_japanese_name(server: Server, office: Office) -> None:
    paper = base64.b64encode(b"%PDF-1.7 ...").decode()
    say = Say("text", text="議事録です。", attachments=(("令和8年度 議事録.pdf", "application/pdf", paper),))
    post(office.at).send(posting(Say.from_json(say.to_json())))
    part = next(server.taken[0].iter_attachments())
    assert (part.get_filename(), part.get_content_type()) == ("令和8年度 議事録.pdf", "application/pdf")
    assert part.get_content() == b"%PDF-1.7 ..."


@pytest.mark.parametrize(
    ("answer", "permanent", "closed"),
    [
        ("450 4.2.1 try later", False, False),
        ("452 4.2.2 full", False, False),
        ("550 5.1.1 no such user", True, True),
        ("550 unknown", True, True),
        ("550 5.7.1 not from you", True, False),
        ("554 5.7.1 spam", True, False),
    ],
)
def test_a_refused_reader_is_told_apart(
    server: Server, office: Office, answer: str, permanent: bool, closed: bool
) -> None:
    server.rcpt = answer
    with pytest.raises(SendFailed) as failure:
        post(office.at).send(posting(Say("text", text="こんにちは")))
    assert (failure.value.permanent, failure.value.is_closed) == (permanent, closed)
    assert failure.value.reason == f"mail_{answer[:3]}"


@pytest.mark.parametrize(("answer", "permanent"), [("451 4.3.0 busy", False), ("552 5.3.4 too big", True)])
def test_a_refused_mail_is_tried_again_only_where_that_helps(
    server: Server, office: Office, answer: str, permanent: bool
) -> None:
    server.data = answer
    with pytest.raises(SendFailed) as failure:
        post(office.at).send(posting(Say("text", text="こんにちは")))
    assert (failure.value.permanent, failure.value.is_closed) == (permanent, False)


def test_nobody_there_is_a_passing_failure() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SendFailed) as failure:
        post(port).send(posting(Say("text", text="こんにちは")))
    assert not failure.value.permanent


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        slow = mail.Post(Settings(smtp_url=f"smtp://127.0.0.1:{silent.getsockname()[1]}"), seconds=0.2)
        with pytest.raises(SendFailed, match="mail_network"):
            slow.send(posting(Say("text", text="こんにちは")))


def test_a_server_that_hangs_up_after_the_last_dot_gets_it_again_under_the_same_sign() -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as rude:
        thread = threading.Thread(target=_take_and_hang_up, args=(rude, heard), daemon=True)
        thread.start()
        with pytest.raises(SendFailed) as failure:
            post(rude.getsockname()[1]).send(posting(Say("text", text="こんにちは"), key="k9"))
        thread.join(timeout=5)
    assert not failure.value.permanent
    assert b"<k9@localhost>" in heard[0]


def test_what_a_mail_cannot_do_is_refused_for_good(office: Office) -> None:
    with pytest.raises(SendFailed) as failure:
        post(office.at).send(posting(Say("fetch", message="1")))
    assert failure.value.permanent


def test_starttls_is_taken_where_it_is_offered_and_then_logged_in(server: Server, tmp_path: Path) -> None:
    own, trust = _certificate(tmp_path)
    office = Office(
        server, tls_context=own, require_starttls=True, authenticator=server.authenticate, auth_required=True
    )
    office.start()
    try:
        url = f"smtp://midori%40example.jp:p%40ss@localhost:{office.at}"
        post(office.at, url=url, trust=trust).send(posting(Say("text", text="こんにちは")))
        assert server.users == [b"midori@example.jp"]
        assert server.senders == ["midori@example.jp"]

        with pytest.raises(SendFailed, match="mail_login") as failure:
            post(office.at, url=url.replace("p%40ss", "wrong"), trust=trust).send(posting(Say("text", text="x")))
        assert (failure.value.permanent, failure.value.is_closed) == (False, False)

        with pytest.raises(SendFailed, match="mail_tls"):
            post(office.at, url=url).send(posting(Say("text", text="x")))
    finally:
        office.stop()


def test_trying_the_login_sends_nothing_and_says_what_is_wrong(server: Server, tmp_path: Path) -> None:
    own, trust = _certificate(tmp_path)
    office = Office(
        server, tls_context=own, require_starttls=True, authenticator=server.authenticate, auth_required=True
    )
    office.start()
    try:
        url = f"smtp://midori:p%40ss@localhost:{office.at}"
        assert mail.try_login(Settings(smtp_url=url), 3, trust) == ""
        assert mail.try_login(Settings(smtp_url=url.replace("p%40ss", "wrong")), 3, trust) == "mail_login"
        assert mail.try_login(Settings(smtp_url=url), 3) == "mail_tls"
    finally:
        office.stop()
    assert (server.taken, set(server.users)) == ([], {b"midori"})

    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        assert mail.try_login(Settings(smtp_url=address), 0.2) == "mail_network"


def test_a_password_never_travels_in_the_open(server: Server) -> None:
    office = Office(server, host="127.0.0.2", authenticator=server.authenticate, auth_require_tls=False)
    office.start()
    try:
        with pytest.raises(SendFailed, match="mail_not_encrypted"):
            post(office.at, url=f"smtp://u:p@127.0.0.2:{office.at}").send(posting(Say("text", text="x")))
        assert (server.users, server.taken) == ([], [])
    finally:
        office.stop()


@pytest.mark.parametrize(
    ("url", "given", "sender"),
    [
        ("smtp://mail.example.jp", None, "kizuki@mail.example.jp"),
        ("smtp://10.0.0.5", None, "kizuki@localhost"),
        ("smtps://a%40example.jp:x@mail.example.jp", None, "a@example.jp"),
        ("smtp://a:x@mail.example.jp", "みどり <b@example.jp>", "b@example.jp"),
    ],
)
def test_the_sender_is_as_it_was_set_or_else_the_user_or_the_servers_name(
    url: str, given: str | None, sender: str
) -> None:
    assert mail.sender_of(Settings(smtp_url=url, mail_from=given)).addr_spec == sender


def _take_and_hang_up(rude: socket.socket, heard: list[bytes]) -> None:
    line, _ = rude.accept()
    with line, line.makefile("rwb", buffering=0) as file:
        file.write(b"220 here\r\n")
        while command := file.readline():
            if command.upper().startswith(b"DATA"):
                file.write(b"354 go on\r\n")
                letter = b""
                while not letter.endswith(b"\r\n.\r\n"):
                    letter += file.readline()
                heard.append(letter)
                return
            file.write(b"250 OK\r\n")


def _certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate for localhost, and a trust in it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "own.pem").write_bytes(pem + secret)
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(folder / "own.pem")
    return own, ssl.create_default_context(cadata=pem.decode())
