"""Conversation: what a message means, and what is answered.

There is no state between two messages: a button is a sentence the person did not have to type, so each
sentence says all that is needed, and everything also works by typing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot import alerts, concerns, notes, other_ways, outbox, people, replies, sentences, threads
from bot.answerable import Answerable
from bot.messages import Incoming, Say
from bot.texts import phrase
from bot.understanding import Reader
from storage.concerns import Concern, Standing
from storage.ledger import Ledger
from storage.people import Person
from storage.topics import Topic


@dataclass(frozen=True)
class Setting:
    """What a conversation needs to know beside the ledger."""

    reader: Reader
    settling: timedelta
    public_url: str


def take(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    """Do what an incoming event asks for, and put the answer into the outbox.

    What a person can mend is said back kindly, and to them alone, so that nobody is shown up before the others;
    everything else rises to the worker.
    """
    act = ACTS.get(incoming.kind)
    if act is None or (incoming.sender is None and incoming.kind not in SENDERLESS):
        return
    try:
        act(ledger, incoming, setting)
    except Answerable as reason:
        quietly = replace(incoming, room=incoming.aside or incoming.room)
        _say(ledger, quietly, Say("text", text=phrase(reason.key, **reason.values)), "sorry")


def _text(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    if incoming.thread and (topic := threads.topic_of(ledger, incoming.thread)):
        _in_thread(ledger, incoming, setting, topic)
    elif not incoming.is_private and not incoming.is_called:
        return  # people talk among themselves; the bot is silent unless called
    elif not incoming.is_private and incoming.scheme == "line":
        _say(ledger, incoming, Say("text", text=phrase("chat.one_to_one")))
    else:
        _spoken_to(ledger, incoming, setting)


def _spoken_to(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    person = people.recognise(ledger, incoming.sender or "")
    wish = sentences.understand(incoming.text, person)
    if wish is not None:
        answer = sentences.fulfil(ledger, person, wish, incoming, setting.reader, setting.public_url)
        _say(ledger, incoming, answer)
    elif not incoming.text.strip():
        _say(ledger, incoming, Say("text", text=phrase("chat.empty")))
    else:
        _notice(ledger, incoming, setting, person)


def _press(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    """A press can be forged or old: it is a sentence or it is nothing, never a concern."""
    person = people.recognise(ledger, incoming.sender or "")
    wish = sentences.understand(incoming.text)
    if wish is None:
        _say(ledger, incoming, Say("text", text=phrase("chat.press_unknown")))
        return
    answer = sentences.fulfil(ledger, person, wish, incoming, setting.reader, setting.public_url)
    if not (incoming.is_at_home and wish.verb.startswith("agenda_")):
        _say(ledger, incoming, answer)


def _notice(ledger: Ledger, incoming: Incoming, setting: Setting, person: Person) -> None:
    posted = concerns.post(ledger, setting.reader, person, incoming, setting.settling)
    if posted is None or posted.outcome == "known":
        return  # taken back before it came, or answered when it came first
    share_if_urgent(ledger, setting.reader, posted.concern)
    part = outbox.EMERGENCY if posted.concern.urgency == "emergency" else "answer"
    _say(ledger, incoming, replies.receipt(ledger, posted), part)


def share_if_urgent(ledger: Ledger, reader: Reader, concern: Concern) -> None:
    """Share an emergency at once and alert whoever is on duty."""
    if concern.urgency == "emergency" and concern.status == Standing.SETTLING:
        concerns.settle(ledger, reader, concern)
    for piece in (concern, *concerns.pieces(ledger, concern)):
        if piece.urgency == "emergency" and piece.status == Standing.SHARED and piece.topic_id is not None:
            alerts.sound(ledger, ledger.by_id(Topic, piece.topic_id))


def _in_thread(ledger: Ledger, incoming: Incoming, setting: Setting, topic: Topic) -> None:
    person = people.recognise(ledger, incoming.sender or "")
    wish = sentences.understand(incoming.text, person) if incoming.is_called else None
    if wish is not None:
        _say(
            ledger, incoming, sentences.fulfil(ledger, person, wish, incoming, setting.reader, setting.public_url)
        )
    elif incoming.text.strip():
        notes.add(ledger, setting.reader, topic, person, incoming.message or incoming.event_id, incoming.text)


def _edited(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    is_ours = incoming.is_private or bool(incoming.thread and threads.topic_of(ledger, incoming.thread))
    message = incoming.message or ""
    concern = concerns.edit(ledger, setting.reader, message, incoming.text, may_come=is_ours)
    if concern is not None:
        share_if_urgent(ledger, setting.reader, concern)


def _unsent(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    concerns.unsend(ledger, setting.reader, incoming.message or "")


def _follow(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    people.recognise(ledger, incoming.sender or "")
    _say(ledger, incoming, replies.welcome(ledger))


def _unfollow(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    people.leave(ledger, incoming.sender or "")
    other_ways.leave(ledger, incoming.sender or "")


def _picture(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    if not incoming.is_private:
        return
    person = people.recognise(ledger, incoming.sender or "")
    posted = concerns.post(ledger, setting.reader, person, incoming, setting.settling)
    if posted is None or posted.outcome == "known":
        return
    fetch = Say("fetch", message=incoming.message)
    about = outbox.About.concern(posted.concern)
    outbox.post(ledger, incoming.sender or "", fetch, f"fetch:{incoming.event_id}", about)
    _say(ledger, incoming, replies.media_receipt(posted, incoming.kind))


def _file(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    if incoming.is_private:
        _say(ledger, incoming, Say("text", text=phrase("chat.no_files")))


def _place(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    if incoming.is_private:
        _notice(ledger, incoming, setting, people.recognise(ledger, incoming.sender or ""))


def _sticker(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    if incoming.is_private:
        people.recognise(ledger, incoming.sender or "")
        _say(ledger, incoming, Say("text", text=phrase("chat.sticker")))


def _joined_room(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    if incoming.scheme == "line":
        _say(ledger, incoming, Say("text", text=phrase("chat.one_to_one")))


def _home(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    person = people.recognise(ledger, incoming.sender or "")
    _say(ledger, incoming, replies.home(ledger, person, setting.public_url), "home")


def _screen(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    form = replies.form(incoming.text, incoming.trigger)
    outbox.answer(ledger, incoming, form, "form")


def _gone(ledger: Ledger, incoming: Incoming, setting: Setting) -> None:
    ledger.journal(None, "platform_gone", f"platform:{incoming.scheme}", incoming.text[:60])


def _say(ledger: Ledger, incoming: Incoming, say: Say | None, part: str = "answer") -> None:
    if say is not None:
        outbox.answer(ledger, incoming, say, part)


SENDERLESS = ("unsent", "edited", "gone", "joined_room")
ACTS: dict[str, Callable[[Ledger, Incoming, Setting], None]] = {
    "text": _text,
    "press": _press,
    "edited": _edited,
    "unsent": _unsent,
    "follow": _follow,
    "unfollow": _unfollow,
    "picture": _picture,
    "voice": _picture,
    "file": _file,
    "place": _place,
    "sticker": _sticker,
    "home": _home,
    "joined_room": _joined_room,
    "screen": _screen,
    "gone": _gone,
}
