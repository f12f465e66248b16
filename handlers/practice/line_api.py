"""The Messaging API of the stand-in for LINE: the same paths, limits, statuses and words."""

from __future__ import annotations

import hmac
import json
import re
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from handlers.practice import line_limits
from handlers.practice.faults import Faults, answer_through
from handlers.practice.line_menus import RichMenus
from handlers.practice.line_state import RETRY_KEY_LIFE, Accepted, Call, LineState
from handlers.practice.line_wire import (
    UNAUTHORIZED,
    Answer,
    Asked,
    Handler,
    Holes,
    Refused,
    check,
    loosely,
    one_problem,
    refusal,
)

MAX_REQUEST_BYTES = 2 * 1024 * 1024


class LineApi:
    """Answers the calls of a bot."""

    def __init__(self, state: LineState, access_token: str, faults: Faults, probe: Callable[[], Awaitable[int]]):
        """Serve `state`; `probe` sends an empty webhook and gives the status it was answered with."""
        self.state = state
        self.access_token = access_token
        self.faults = faults
        self.probe = probe

    def routes(self) -> list[Route]:
        """The paths under LINE's API host, to be mounted where LINE_API_URL and LINE_DATA_URL point."""
        return [
            self._route("POST", "message/reply", self.reply),
            self._route("POST", "message/push", self.push),
            self._route("POST", "message/multicast", self.multicast),
            self._route("POST", "message/validate/{kind}", self.validate),
            self._route("GET", "message/quota", self.quota),
            self._route("GET", "message/quota/consumption", self.consumption),
            self._route("GET", "message/{message_id}/content", self.content),
            self._route("GET", "info", self.info),
            self._route("POST", "chat/loading/start", self.loading),
            self._route("GET", "channel/webhook/endpoint", self.webhook),
            self._route("PUT", "channel/webhook/endpoint", self.set_webhook),
            self._route("POST", "channel/webhook/test", self.test_webhook),
            self._route("GET", "group/{group_id}/members/count", self.group_size),
            self._route("POST", "group/{group_id}/leave", self.leave_group),
            *(self._route(verb, path, handler) for verb, path, handler in RichMenus(self.state).table()),
        ]

    def _route(self, verb: str, path: str, handler: Handler) -> Route:
        async def endpoint(request: Request) -> Response:
            return await self._answer(request, path, handler)

        return Route(f"/v2/bot/{path}", endpoint, methods=[verb])

    async def _answer(self, request: Request, path: str, handler: Handler) -> Response:
        request_id, raw = str(uuid.uuid4()), await request.body()
        method = path.format_map(Holes(request.path_params))
        asked = Asked(request, request_id, loosely(raw), raw)
        to = self._aim(asked)

        async def accept() -> Response:
            try:
                self._admit(asked, path)
                answer = await handler(asked)
                response = answer if isinstance(answer, Response) else JSONResponse(answer)
            except Refused as no:
                response = JSONResponse(no.body, no.status, no.headers)
            response.headers["x-line-request-id"] = request_id
            return response

        response = await answer_through(self.faults.strike(method, to), accept, refusal)
        self.state.calls.append(Call(method, to, response.status_code, self.state.now()))
        return response

    def _aim(self, asked: Asked) -> str | None:
        """Whom the call is for: a fault may be about one person or group only."""
        token = self.state.reply_tokens.get(str(asked.body.get("replyToken")))
        to = asked.body.get("to")
        return token.chat_id if token is not None else to if isinstance(to, str) else None

    def _admit(self, asked: Asked, path: str) -> None:
        sent = asked.request.headers.get("authorization", "")
        if not hmac.compare_digest(sent.encode(), f"Bearer {self.access_token}".encode()):
            raise Refused(401, UNAUTHORIZED)
        if len(asked.raw) > MAX_REQUEST_BYTES:
            raise Refused(413, "Request Entity Too Large")
        if asked.raw and not path.endswith("/content"):
            try:
                if not isinstance(json.loads(asked.raw), dict):
                    raise Refused(400, "The request body could not be parsed as JSON (line: 1, column: 1)")
            except ValueError:
                raise Refused(400, "The request body could not be parsed as JSON (line: 1, column: 1)") from None

    async def reply(self, asked: Asked) -> Answer:
        """Answer an event: free, once, within a minute."""
        if "x-line-retry-key" in asked.request.headers:
            raise Refused(400, "The retry key is not supported for this API")
        check(line_limits.messages_problems(asked.body.get("messages")))
        token = self.state.reply_tokens.get(str(asked.body.get("replyToken")))
        if token is None or token.used or self.state.now() >= token.until:
            raise Refused(400, "Invalid reply token")
        token.used = True
        return {"sentMessages": self.state.deliver(token.chat_id, asked.body["messages"])}

    async def push(self, asked: Asked) -> Answer:
        """Speak first, to one person or group; counted by recipient."""
        key = self._retry_key(asked, tells_sent=True)
        check(line_limits.messages_problems(asked.body.get("messages")))
        to = self._address(asked.body.get("to"))
        recipients = self.state.recipients(to)
        if recipients is None:
            raise Refused(400, "Failed to send messages")
        self._spend(recipients)
        sent = self.state.deliver(to, asked.body["messages"])
        self._remember(key, asked.request_id, sent)
        return {"sentMessages": sent}

    async def multicast(self, asked: Asked) -> Answer:
        """Speak first to many people at once; those who blocked us are passed over."""
        key = self._retry_key(asked, tells_sent=False)
        check(line_limits.messages_problems(asked.body.get("messages")))
        people = asked.body.get("to")
        if not isinstance(people, list) or not 1 <= len(people) <= 500:
            raise one_problem("Size must be between 1 and 500", "to")
        for person in people:
            if not re.fullmatch(r"U[0-9a-f]{32}", str(person)):
                raise Refused(400, "The property, 'to', in the request body is invalid (line: -, column: -)")
        reached = [one for one in dict.fromkeys(people) if self.state.recipients(one)]
        self._spend(len(reached))
        for person in reached:
            self.state.deliver(person, asked.body["messages"])
        self._remember(key, asked.request_id, [])
        return {}

    async def validate(self, asked: Asked) -> Answer:
        """Check messages without sending them."""
        check(line_limits.messages_problems(asked.body.get("messages")))
        return {}

    async def quota(self, asked: Asked) -> Answer:
        """The plan's pushes a month."""
        if self.state.quota is None:
            return {"type": "none"}
        return {"type": "limited", "value": self.state.quota}

    async def consumption(self, asked: Asked) -> Answer:
        """Pushes of this month so far."""
        return {"totalUsage": self.state.used_this_month}

    async def content(self, asked: Asked) -> Answer:
        """The picture or the voice of a message; 410 once it was unsent."""
        message_id = asked.request.path_params["message_id"]
        for chat in self.state.chats.values():
            message = chat.message(message_id)
            if message is not None and message.unsent:
                raise Refused(410, "The message was unsent")
        if message_id not in self.state.contents:
            raise Refused(404, "Not found")
        data, kind = self.state.contents[message_id]
        return Response(data, media_type=kind)

    async def info(self, asked: Asked) -> Answer:
        """Who the bot is."""
        return {
            "userId": self.state.bot_user,
            "basicId": "@practice",
            "displayName": self.state.bot_name,
            "chatMode": "bot",
            "markAsReadMode": "auto",
        }

    async def loading(self, asked: Asked) -> Answer:
        """Show three dots to a person while an answer is made."""
        seconds = asked.body.get("loadingSeconds", 20)
        if not isinstance(seconds, int) or seconds not in range(5, 61, 5):
            raise one_problem("must be a multiple of 5 between 5 and 60", "loadingSeconds")
        person = self.state.users.get(str(asked.body.get("chatId")))
        if person is None:
            raise one_problem("invalid chat id", "chatId")
        person.loading_until = self.state.now() + timedelta(seconds=seconds)
        self.state.version += 1
        return JSONResponse({}, 202)

    async def webhook(self, asked: Asked) -> Answer:
        """Where events go."""
        if self.state.webhook_url is None:
            raise Refused(404, "Webhook endpoint not found")
        return {"endpoint": self.state.webhook_url, "active": True}

    async def set_webhook(self, asked: Asked) -> Answer:
        """Say where events should go; the stand-in keeps delivering where it was told to at the start."""
        url = asked.body.get("endpoint")
        if not isinstance(url, str) or not 0 < len(url) <= 500:
            raise one_problem("Invalid webhook endpoint URL", "endpoint")
        self.state.webhook_url = url
        return {}

    async def test_webhook(self, asked: Asked) -> Answer:
        """Send an empty webhook and tell how it was answered."""
        status = await self.probe()
        fine = status == 200
        reason = "OK" if fine else "ERROR_STATUS_CODE" if status else "COULD_NOT_CONNECT"
        return {
            "success": fine,
            "timestamp": self.state.now().isoformat(timespec="milliseconds"),
            "statusCode": status,
            "reason": reason,
            "detail": str(status),
        }

    async def group_size(self, asked: Asked) -> Answer:
        """How many people a push to the group would be counted for."""
        return {"count": len(self._group(asked).members)}

    async def leave_group(self, asked: Asked) -> Answer:
        """Go from a group."""
        del self.state.groups[self._group(asked).id]
        return {}

    def _group(self, asked: Asked) -> Any:
        group = self.state.groups.get(asked.request.path_params["group_id"])
        if group is None:
            raise Refused(404, "Not found")
        return group

    def _address(self, to: object) -> str:
        if not isinstance(to, str) or not re.fullmatch(r"[UCR][0-9a-f]{32}", to):
            raise Refused(400, "The property, 'to', in the request body is invalid (line: -, column: -)")
        return to

    def _spend(self, recipients: int) -> None:
        if not self.state.may_spend(recipients):
            raise Refused(429, "You have reached your monthly limit.")
        self.state.spend(recipients)

    def _retry_key(self, asked: Asked, *, tells_sent: bool) -> str | None:
        """The key of this call; a key that was accepted within 24 hours gets 409 and the first answer."""
        key = asked.request.headers.get("x-line-retry-key")
        if key is None:
            return None
        if not re.fullmatch(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", key):
            raise Refused(400, "The retry key is invalid")
        known = self.state.retry_keys.get(key.lower())
        if known is not None and self.state.now() < known.until:
            more = {"sentMessages": known.sent} if tells_sent else {}
            raise Refused(
                409,
                "The retry key is already accepted",
                more=more,
                headers={"x-line-accepted-request-id": known.request_id},
            )
        return key.lower()

    def _remember(self, key: str | None, request_id: str, sent: list[dict[str, str]]) -> None:
        if key is not None:
            self.state.retry_keys[key] = Accepted(request_id, sent, self.state.now() + RETRY_KEY_LIFE)
