"""Mail: how papers reach those who use no chat. It is spoken alone, by a real SMTP server, and never heard.

A mail cannot be asked about afterwards, and a connection that breaks after the last dot may have delivered it.
So each mail carries a Message-ID made of its row's own key: sent a second time it is the same mail, which most
mailboxes then show once (RFC 5322, 3.6.4).
"""

import base64
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime, parseaddr
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from bot.documents.paper import printable
from bot.messages import Incoming, Platform, Posting, Say, SendFailed, Sent
from bot.settings import Settings
from bot.texts import phrase

SCHEME = "mailto"
SECONDS = 10.0  # for each word of the server
WHOLE_SECONDS = 60.0  # for one mail; below the courier's lease, so that nobody sends it a second time meanwhile
TRY_SECONDS, TRY_WHOLE_SECONDS = 5.0, 15.0  # for whoever types `check` and waits
PORTS = {"smtp": 587, "smtps": 465}
SUBJECT_CHARS = 120
ONE_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}")
NEAR = ("127.0.0.1", "::1", "localhost")


def connect(settings: Settings, hear: Any) -> Platform | None:
    """Connect the mail server; None when none is set. What people answer by mail goes to the sender's mailbox."""
    if settings.smtp_url is None:
        return None
    return Platform(SCHEME, (), _nothing_heard, Post(settings).send)


def try_login(settings: Settings, seconds: float = TRY_SECONDS, trust: ssl.SSLContext | None = None) -> str:
    """Try whether mail could be sent, without sending any: connect, encrypt, log in, say good-bye.

    Gives the code of what is wrong, empty when all is well. It never holds a password or a server's words.
    """
    try:
        with _failures(), Post(settings, seconds, trust).server(TRY_WHOLE_SECONDS):
            return ""
    except SendFailed as failure:
        return failure.reason


class Post:
    """Sends one mail at a time, each over a connection of its own: a small council sends few.

    `trust` says which certificates count; the system's own, unless a test brings others.
    """

    def __init__(self, settings: Settings, seconds: float = SECONDS, trust: ssl.SSLContext | None = None) -> None:
        self._url = urlsplit(settings.smtp_url or "")
        self._sender = sender_of(settings)
        self._seconds = seconds
        self._trust = trust

    def send(self, posting: Posting) -> Sent:
        """Send one mail; its Message-ID is the reference. Raises SendFailed."""
        if posting.say.kind != "text":
            raise SendFailed("unsupported", permanent=True)
        to = posting.destination.removeprefix(f"{SCHEME}:")
        if not ONE_ADDRESS.fullmatch(to):
            raise SendFailed("mail_address", permanent=True)
        mail = written(posting, self._sender)
        with _failures(), self.server() as server:
            server.send_message(mail, self._sender.addr_spec, [to])
        return Sent(str(mail["Message-ID"]))

    @contextmanager
    def server(self, whole_seconds: float = WHOLE_SECONDS) -> Iterator[smtplib.SMTP]:
        """Open the connection, encrypted where the server can, and log in where the address names somebody."""
        server = self._dial()
        timer = threading.Timer(whole_seconds, _hang_up, [server])
        timer.daemon = True
        timer.start()
        try:
            self._greet(server)
            yield server
            with suppress(smtplib.SMTPException, OSError):  # the mail is taken; how it says good-bye is its own
                server.quit()
        finally:
            timer.cancel()
            server.close()

    def _dial(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "", self._url.port or PORTS[self._url.scheme]
        # named by the sender's domain: asking the system for its own name can take seconds
        me = self._sender.domain
        if self._url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, me, timeout=self._seconds, context=self._context())
        return smtplib.SMTP(host, port, me, timeout=self._seconds)

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        is_safe = self._url.scheme == "smtps"
        if not is_safe and server.has_extn("starttls"):
            server.starttls(context=self._context())
            server.ehlo()
            is_safe = True
        if self._url.username is None:
            return
        if not is_safe and self._url.hostname not in NEAR:
            raise SendFailed("mail_not_encrypted", closes="platform")  # the password would be read on the way
        server.login(unquote(self._url.username), unquote(self._url.password or ""))

    def _context(self) -> ssl.SSLContext:
        return self._trust or ssl.create_default_context()


@contextmanager
def _failures() -> Iterator[None]:
    """Put what the server or the line says into our codes. Raises SendFailed."""
    try:
        yield
    except smtplib.SMTPException as error:
        raise _failure(error) from error
    except ssl.SSLError as error:
        raise SendFailed("mail_tls", closes="platform") from error
    except (OSError, ValueError) as error:
        raise SendFailed("mail_network") from error


def sender_of(settings: Settings) -> Address:
    """Give who a mail is from: as it was set, else the user who logs in, else kizuki at the server's name."""
    name, address = parseaddr(settings.mail_from or "")
    if "@" not in address:
        name, address = "", _own_address(urlsplit(settings.smtp_url or ""))
    local, _, domain = address.rpartition("@")
    return Address(printable(name), local, domain)


def written(posting: Posting, sender: Address) -> EmailMessage:
    """Write one mail: UTF-8 in lines of 76 characters, so that no server on the way has to change it.

    Python's own headers refuse line breaks, so that no words can add a header (RFC 5322, 2.2).
    """
    say = posting.say
    local, _, domain = posting.destination.removeprefix(f"{SCHEME}:").rpartition("@")
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = sender
    mail["To"] = Address("", local, domain)
    mail["Subject"] = subject(say)
    mail["Date"] = localtime()
    mail["Message-ID"] = f"<{posting.retry_key}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: an absence note does not answer it
    mail.set_content(body(say) + "\n", charset="utf-8", cte="base64")
    for name, media_type, content in say.attachments:
        main, _, sub = media_type.split(";")[0].partition("/")
        mail.add_attachment(base64.b64decode(content), maintype=main, subtype=sub, filename=printable(name))
    return mail


def subject(say: Say) -> str:
    """Give the one line that a mailbox shows: the title, or the first line of the words."""
    line = next((line for line in printable(say.title or say.text).splitlines() if line.strip()), "")
    return line.strip()[:SUBJECT_CHARS] or phrase("mail.subject")


def body(say: Say) -> str:
    """Give the words; what elsewhere is a button is told as what to write in chat, since a mail has none."""
    facts = "\n".join(f"{label}：{value}" for label, value in say.facts)
    links = "\n".join(f"{label}\n{address}" for label, address in say.links)
    presses = "\n".join(phrase("mail.choice", says=c.says, label=c.label) for c in say.choices)
    how = f"{phrase('mail.choices')}\n{presses}" if presses else ""
    title = say.title if len(say.title) > SUBJECT_CHARS else ""
    parts = (title, say.text, facts, links, how, phrase("mail.footer"))
    return printable("\n\n".join(part for part in parts if part))


def _own_address(url: SplitResult) -> str:
    user, host = unquote(url.username or ""), url.hostname or ""
    if "@" in user:
        return user
    is_name = any(letter.isalpha() for letter in host) and ":" not in host
    return f"kizuki@{host if is_name else 'localhost'}"


def _failure(error: smtplib.SMTPException) -> SendFailed:
    """Say what a server's answer means: 4yz may pass, 5yz will not, an unknown mailbox is closed for good."""
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
        return SendFailed("mail_login", closes="platform")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return SendFailed(f"mail_{code}", permanent=code >= 500, is_closed=_is_unknown(code, words))
    code = getattr(error, "smtp_code", 0)
    if not isinstance(code, int) or code < 400:
        return SendFailed("mail_network")
    return SendFailed(f"mail_{code}", permanent=code >= 500)


def _is_unknown(code: int, words: bytes) -> bool:
    """Tell an unknown mailbox (5.1.x, RFC 3463) from a refusal of this one mail, as for its sender (5.7.x)."""
    enhanced = words.decode("ascii", "replace").split(" ", 1)[0]
    is_enhanced = enhanced.count(".") == 2 and enhanced.replace(".", "").isdecimal()
    return code in (550, 551, 553) and (enhanced.startswith("5.1.") or not is_enhanced)


def _hang_up(server: smtplib.SMTP) -> None:
    """End a call that drips on: the socket's own time-out begins anew with each byte."""
    if server.sock is not None:
        with suppress(OSError):
            server.sock.shutdown(socket.SHUT_RDWR)


def _nothing_heard(account: str, event_id: str, body: bytes, at: datetime) -> Sequence[Incoming] | None:
    return None
