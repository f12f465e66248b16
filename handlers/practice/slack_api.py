"""The Web API of the stand-in for Slack: the same methods, limits and error codes."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from handlers.practice import slack_events as events
from handlers.practice.faults import Faults, Rule, Trouble, answer_through
from handlers.practice.slack_state import Call, Channel, Message, SlackRefused, SlackState, is_root, named_blocks
from handlers.practice.slack_views import SlackViews
from handlers.practice.slack_wire import Args, arguments, refused, thread, within, written, yes

Handler = Callable[[Args], Awaitable[Args]]


class SlackApi:
    """Answers the calls of an app."""

    def __init__(
        self,
        state: SlackState,
        bot_token: str,
        app_token: str,
        faults: Faults,
        tell: Callable[[Channel, Message], None],
        open_socket: Callable[[], Awaitable[str]],
    ) -> None:
        """Serve `state`.

        `tell` is given every message event that the app's own deeds cause; `open_socket` gives a
        fresh address for Socket Mode.
        """
        self.state = state
        self.bot_token, self.app_token = bot_token, app_token
        self.faults = faults
        self.pace_seconds = 0.0
        self._tell = tell
        self._open_socket = open_socket
        self.methods: dict[str, Handler] = {
            "api.test": self.auth_test,
            "auth.test": self.auth_test,
            "apps.connections.open": self.connections_open,
            "chat.postMessage": self.post_message,
            "chat.postEphemeral": self.post_ephemeral,
            "chat.update": self.update,
            "chat.delete": self.delete,
            "chat.getPermalink": self.permalink,
            "conversations.open": self.conversations_open,
            "conversations.join": self.join,
            "conversations.info": self.channel_info,
            "conversations.list": self.channels,
            "conversations.members": self.members,
            "conversations.history": self.history,
            "conversations.replies": self.replies,
            "reactions.add": self.react,
            "users.info": self.user_info,
            **SlackViews(state).methods(),
        }

    def routes(self) -> list[Route]:
        """`/api/…`, where SLACK_API_URL points, and `/hooks/…` for response_url."""
        return [
            Route("/api/{method}", self._endpoint, methods=["GET", "POST"]),
            Route("/hooks/{name}", self._hook, methods=["POST"]),
        ]

    async def _endpoint(self, request: Request) -> Response:
        method, args = request.path_params["method"], await arguments(request)
        channel = str(args["channel"]) if args.get("channel") else None

        async def accept() -> Response:
            try:
                self._admit(request, method, args)
                answer = {"ok": True} | await self.methods[method](args)
            except SlackRefused as no:
                answer = refused(no)
                if no.error == "ratelimited":
                    return JSONResponse(answer, 429, {"Retry-After": "1"})
            return JSONResponse(answer)

        response = await answer_through(self.faults.strike(method, channel), accept, _refusal)
        self.state.calls.append(Call(method, channel, _error_in(response), self.state.now()))
        return response

    def _admit(self, request: Request, method: str, args: Args) -> None:
        sent = request.headers.get("authorization", "").removeprefix("Bearer ") or str(args.get("token", ""))
        if method not in self.methods:
            raise SlackRefused("unknown_method")
        if not sent:
            raise SlackRefused("not_authed")
        needs_app = method == "apps.connections.open"
        if hmac.compare_digest(sent.encode(), (self.app_token if needs_app else self.bot_token).encode()):
            return
        known = sent in (self.app_token, self.bot_token)
        raise SlackRefused("not_allowed_token_type" if known else "invalid_auth")

    async def auth_test(self, args: Args) -> Args:
        """Who the app is."""
        state = self.state
        return {
            "url": f"https://{state.domain}.slack.com/",
            "team": "練習の町",
            "team_id": state.team,
            "user": state.users[state.bot_user].name,
            "user_id": state.bot_user,
            "bot_id": state.bot,
            "is_enterprise_install": False,
        }

    async def connections_open(self, args: Args) -> Args:
        """An address for Socket Mode."""
        return {"url": await self._open_socket()}

    async def post_message(self, args: Args) -> Args:
        """Write in a channel, a thread, or a person's direct messages."""
        channel = self.state.writable(args.get("channel"))
        words = written(args)
        self._pace(channel)
        message = self.state.add(channel, self._mine(words) | thread(args))
        self._tell(channel, message)
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    async def post_ephemeral(self, args: Args) -> Args:
        """Show something to one person only, until they look away."""
        channel = self.state.writable(args.get("channel"))
        if str(args.get("user")) not in self.state.users:
            raise SlackRefused("user_not_in_channel")
        ts = self.state.ts()
        message = self._mine(written(args)) | thread(args) | {"ts": ts, "to": str(args["user"])}
        named_blocks(message)
        channel.ephemeral.append(message)
        self.state.version += 1
        return {"message_ts": ts}

    async def update(self, args: Args) -> Args:
        """Change the app's own message."""
        channel, before = self._own(args, "cant_update_message")
        words = written(args)
        message = {**before, **words, "edited": {"user": self.state.bot_user, "ts": self.state.ts()}}
        if "blocks" not in args:
            message.pop("blocks", None)  # Slack: a new text without blocks takes the old blocks away
        named_blocks(message)
        channel.messages[before["ts"]] = message
        self.state.version += 1
        self._tell(channel, events.changed(self.state, channel, message, before))
        return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}

    async def delete(self, args: Args) -> Args:
        """Take the app's own message away."""
        channel, message = self._own(args, "cant_delete_message")
        self.state.remove(channel, message["ts"])
        self._tell(channel, events.deleted(self.state, channel, message))
        return {"channel": channel.id, "ts": message["ts"]}

    async def permalink(self, args: Args) -> Args:
        """An address that leads to a message."""
        channel, message = self._message(args.get("channel"), args.get("message_ts"))
        place = f"{channel.id}/p{message['ts'].replace('.', '')}"
        return {"channel": channel.id, "permalink": f"https://{self.state.domain}.slack.com/archives/{place}"}

    async def conversations_open(self, args: Args) -> Args:
        """The direct messages with one person."""
        users = args.get("users") or ""
        people = users if isinstance(users, list) else str(users).split(",")
        if len(people) != 1 or people[0] not in self.state.users:
            raise SlackRefused("user_not_found")
        return {"channel": {"id": self.state.im(people[0]).id}}

    async def join(self, args: Args) -> Args:
        """Enter a public channel."""
        channel = self.state.reach(args.get("channel"))
        if channel.is_archived:
            raise SlackRefused("is_archived")
        channel.bot_in = True
        return {"channel": self._about(channel)}

    async def channel_info(self, args: Args) -> Args:
        """What a channel is."""
        return {"channel": self._about(self.state.reach(args.get("channel")))}

    async def channels(self, args: Args) -> Args:
        """The channels that the app can see."""
        wanted = str(args.get("types", "public_channel")).split(",")
        kinds = {"public_channel": "channel", "private_channel": "group", "im": "im"}
        shown = [kinds[one.strip()] for one in wanted if one.strip() in kinds]
        hidden = yes(args.get("exclude_archived"))
        found = [
            self._about(one)
            for one in self.state.channels.values()
            if one.kind in shown and (one.bot_in or one.kind == "channel") and not (hidden and one.is_archived)
        ]
        return {"channels": found, "response_metadata": {"next_cursor": ""}}

    async def members(self, args: Args) -> Args:
        """Who is in a channel: in the practice town, everybody."""
        channel = self.state.reach(args.get("channel"))
        people = [channel.im_of, self.state.bot_user] if channel.im_of else list(self.state.users)
        return {"members": people, "response_metadata": {"next_cursor": ""}}

    async def history(self, args: Args) -> Args:
        """The messages of a channel, newest first."""
        channel = self._readable(args)
        found = [one for one in channel.messages.values() if is_root(one) and within(one["ts"], args)]
        return self._page(channel, found[::-1], args)

    async def replies(self, args: Args) -> Args:
        """A message and its answers, oldest first."""
        channel = self._readable(args)
        root = channel.messages.get(str(args.get("ts")))
        if root is None:
            raise SlackRefused("thread_not_found")
        under = [one for one in channel.replies(root["ts"]) if within(one["ts"], args)]
        return self._page(channel, [root, *under], args)

    async def react(self, args: Args) -> Args:
        """Put an emoji on a message."""
        _, message = self._message(args.get("channel"), args.get("timestamp"))
        reactions = message.setdefault("reactions", [])
        if any(one["name"] == args.get("name") for one in reactions):
            raise SlackRefused("already_reacted")
        reactions.append({"name": args.get("name"), "users": [self.state.bot_user], "count": 1})
        self.state.version += 1
        return {}

    async def user_info(self, args: Args) -> Args:
        """Who a member is."""
        user = self.state.users.get(str(args.get("user")))
        if user is None:
            raise SlackRefused("user_not_found")
        profile = {"real_name": user.real_name, "display_name": user.name}
        about = {"id": user.id, "team_id": self.state.team, "name": user.name, "real_name": user.real_name}
        more = {"deleted": False, "is_bot": user.is_bot, "tz": "Asia/Tokyo", "profile": profile}
        return {"user": about | more}

    def _mine(self, words: Message) -> Message:
        state = self.state
        profile = {"id": state.bot, "app_id": state.app, "name": "気づき", "team_id": state.team}
        return {
            "user": state.bot_user,
            "bot_id": state.bot,
            "app_id": state.app,
            "bot_profile": profile,
            **words,
        }

    def _pace(self, channel: Channel) -> None:
        if time.monotonic() - channel.last_post < self.pace_seconds:
            raise SlackRefused("ratelimited")
        channel.last_post = time.monotonic()

    def _message(self, channel_id: object, ts: object) -> tuple[Channel, Message]:
        channel = self.state.reach(channel_id)
        message = channel.messages.get(str(ts))
        if message is None or message.get("subtype") == "tombstone":
            raise SlackRefused("message_not_found")
        return channel, message

    def _own(self, args: Args, refusal: str) -> tuple[Channel, Message]:
        self.state.writable(args.get("channel"))
        channel, message = self._message(args.get("channel"), args.get("ts"))
        if message.get("user") != self.state.bot_user:
            raise SlackRefused(refusal)
        return channel, message

    def _readable(self, args: Args) -> Channel:
        channel = self.state.reach(args.get("channel"))
        if not channel.bot_in:
            raise SlackRefused("not_in_channel")
        return channel

    def _page(self, channel: Channel, found: list[Message], args: Args) -> Args:
        limit, start = min(int(args.get("limit") or 100), 999), int(args.get("cursor") or 0)
        shown = [self._shown(channel, one, args) for one in found[start : start + limit]]
        more = len(found) > start + limit
        cursor = {"response_metadata": {"next_cursor": str(start + limit)}} if more else {}
        return {"messages": shown, "has_more": more} | cursor

    def _shown(self, channel: Channel, message: Message, args: Args) -> Message:
        shown = dict(message)
        if not yes(args.get("include_all_metadata")):
            shown.pop("metadata", None)
        replies = channel.replies(message["ts"])
        if replies:
            users = list(dict.fromkeys(one["user"] for one in replies))
            shown |= {"thread_ts": message["ts"], "reply_count": len(replies), "reply_users": users}
            shown["latest_reply"] = replies[-1]["ts"]
        return shown

    def _about(self, channel: Channel) -> Args:
        kinds = {"is_channel": "channel", "is_group": "group", "is_im": "im"}
        about: Args = {name: channel.kind == kind for name, kind in kinds.items()}
        about |= {"id": channel.id, "is_private": channel.is_private, "is_archived": channel.is_archived}
        if channel.im_of:
            return about | {"user": channel.im_of}
        return about | {"name": channel.name, "is_member": channel.bot_in, "num_members": len(self.state.users)}

    async def _hook(self, request: Request) -> Response:
        hook = self.state.hooks.get(request.path_params["name"])
        if hook is None or hook.left == 0 or time.monotonic() > hook.until:
            return JSONResponse({"ok": False, "error": "used_url" if hook else "invalid_url"}, 404)
        args = await arguments(request)
        channel, original = self.state.channels[hook.channel], hook.message_ts or ""
        try:
            if yes(args.get("delete_original")):
                self._take_away(channel, original)
            else:
                self._answer_hook(channel, original, hook.user, args)
        except SlackRefused as no:
            return JSONResponse(refused(no), 400)
        hook.left -= 1
        self.state.version += 1
        return PlainTextResponse("ok")

    def _take_away(self, channel: Channel, ts: str) -> None:
        channel.ephemeral = [one for one in channel.ephemeral if one["ts"] != ts]
        if ts in channel.messages:
            self.state.remove(channel, ts)

    def _answer_hook(self, channel: Channel, ts: str, user: str, args: Args) -> None:
        words, replaces = written(args), yes(args.get("replace_original"))
        shown_to_one = next((one for one in channel.ephemeral if one["ts"] == ts), None)
        target = channel.messages.get(ts) or shown_to_one if replaces else None
        if target is not None:
            target.pop("blocks", None)
            target.update(words)
            named_blocks(target)
        elif args.get("response_type") == "in_channel":
            self._tell(channel, self.state.add(channel, self._mine(words) | thread(args)))
        else:
            message = self._mine(words) | thread(args) | {"ts": self.state.ts(), "to": user}
            named_blocks(message)
            channel.ephemeral.append(message)


def _error_in(response: Response) -> str | None:
    if response.status_code != 200 or not response.body:
        return f"http {response.status_code}" if response.status_code != 200 else "no answer"
    error = json.loads(bytes(response.body)).get("error")
    return None if error is None else str(error)


def _refusal(rule: Rule) -> Response:
    if rule.trouble is Trouble.RATE_LIMITED:
        seconds = str(rule.retry_after_seconds)
        return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": seconds})
    revoked = rule.trouble is Trouble.TOKEN_REVOKED
    return JSONResponse({"ok": False, "error": "token_revoked" if revoked else "is_archived"})
