"""Reading what Slack sent, with Bolt: the stored payload goes through a Bolt app whose listeners write it down.

Bolt knows every shape that Slack sends and which listener it is for. It stands behind the inbox, where it may
take its time; its answers go nowhere, since the front door has answered already. It is built when the first
event is read: importing it costs 0.3 s and 27 MB, and a process that only receives needs none of it.
"""

import json
import re
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog

from bot.messages import Incoming
from handlers.slack import events, interactions
from handlers.slack.events import Letter
from handlers.slack.sending import quiet_logger

if TYPE_CHECKING:
    from slack_bolt import App

log = structlog.get_logger("slack")

ANYTHING = re.compile(".*", re.DOTALL)
LEGACY = (  # of the time before Block Kit; the app has none of them, and nothing is to be done
    "interactive_message",
    "dialog_submission",
    "dialog_cancellation",
    "workflow_step_edit",
)
Listener = Callable[[Letter, Any], list[Incoming] | None]


class Reading:
    """Reads stored payloads of Slack."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._app: App | None = None

    def __call__(self, account: str, event_id: str, body: bytes, at: datetime) -> Sequence[Incoming] | None:
        """Put one payload into our words; None when it is not understood, which a person then sees."""
        try:
            payload = json.loads(body)
            return self._read(Letter(account, event_id, at, events.bot_user(payload)), payload)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError):
            return None

    def _read(self, letter: Letter, payload: dict[str, Any]) -> Sequence[Incoming] | None:
        kind = payload.get("type")
        if kind == "app_rate_limited":  # 30,000 events an hour: what came beyond was not sent at all
            log.warning("slack_rate_limited", minute=payload.get("minute_rate_limited"))
            return letter.ignored()
        if kind in LEGACY:
            return letter.ignored()
        return self._through_bolt(letter, payload)

    def _through_bolt(self, letter: Letter, payload: dict[str, Any]) -> Sequence[Incoming] | None:
        from slack_bolt import BoltRequest  # noqa: PLC0415 - 0.3 s and 27 MB, needed only to read

        desk: dict[str, Any] = {"letter": letter, "heard": None}
        request = BoltRequest(body=payload, mode="socket_mode", context={"desk": desk})
        self._bolt().dispatch(request)
        heard: Sequence[Incoming] | None = desk["heard"]
        return heard

    def _bolt(self) -> "App":
        with self._lock:
            if self._app is None:
                self._app = _build()
            return self._app


def _build() -> "App":
    from slack_bolt import App  # noqa: PLC0415 - see above
    from slack_bolt.authorization import AuthorizeResult  # noqa: PLC0415
    from slack_sdk import WebClient  # noqa: PLC0415

    def authorize() -> AuthorizeResult:
        """Let everything pass: the signature was checked at the door, and nothing is called from here."""
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token="unused")  # noqa: S106

    app = App(
        logger=quiet_logger("kizuki.slack_bolt"),  # it writes whole payloads of what it cannot place
        client=WebClient(),
        authorize=authorize,
        token_verification_enabled=False,
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,  # it would leave no trace of what it passed over
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.event(ANYTHING)(_event)
    app.command(ANYTHING)(_whole(interactions.command))
    app.global_shortcut(ANYTHING)(_whole(interactions.shortcut))
    app.message_shortcut(ANYTHING)(_whole(interactions.message_shortcut))
    app.action(ANYTHING)(_whole(interactions.pressed))
    app.view_submission(ANYTHING)(_whole(interactions.submitted))
    app.view_closed(ANYTHING)(_whole(lambda letter, _: letter.ignored()))
    return app


def _event(body: dict[str, Any], context: Any) -> None:
    desk = context["desk"]
    desk["heard"] = events.read(desk["letter"], body["event"])


def _whole(listener: Listener) -> Callable[..., None]:
    def write_down(body: dict[str, Any], context: Any, ack: Callable[[], Any]) -> None:
        ack()
        desk = context["desk"]
        desk["heard"] = listener(desk["letter"], body)

    return write_down
