"""Modals and the App Home of the stand-in for Slack."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from handlers.practice import slack_limits
from handlers.practice.slack_state import SlackRefused, SlackState, View

Args = dict[str, Any]
MAX_STACK = 3


class SlackViews:
    """Opens, changes and publishes views."""

    def __init__(self, state: SlackState) -> None:
        """Keep the views in `state`."""
        self.state = state

    def methods(self) -> dict[str, Callable[[Args], Awaitable[Args]]]:
        """The methods of the Web API that are about views."""
        return {
            "views.open": self.open,
            "views.push": self.push,
            "views.update": self.update,
            "views.publish": self.publish,
        }

    async def open(self, args: Args) -> Args:
        """Show a modal to whoever has just pressed something."""
        view = self._checked(args, "modal")
        user = self.state.use_trigger(args.get("trigger_id") or args.get("interactivity_pointer"))
        return {"view": show_modal(self.state, user, view)}

    async def push(self, args: Args) -> Args:
        """Lay another modal over the one that is open."""
        view = self._checked(args, "modal")
        user = self.state.use_trigger(args.get("trigger_id"))
        return {"view": push_modal(self.state, user, view)}

    async def update(self, args: Args) -> Args:
        """Change a view that is shown."""
        view = self._checked(args, None)
        by_name = (
            one["id"] for one in self.state.views.values() if one["external_id"] == args.get("external_id")
        )
        view_id = args.get("view_id") or (next(by_name, None) if args.get("external_id") else None)
        known = self.state.views.get(str(view_id))
        if known is None:
            raise SlackRefused("not_found")
        if args.get("hash") not in (None, known["hash"]):
            raise SlackRefused("hash_conflict")
        return {"view": replace_view(self.state, known, view)}

    async def publish(self, args: Args) -> Args:
        """Show a person's App Home."""
        view, user = self._checked(args, "home"), str(args.get("user_id"))
        if user not in self.state.users:
            raise SlackRefused("user_not_found")
        known = self.state.homes.get(user)
        if known is not None and args.get("hash") not in (None, known["hash"]):
            raise SlackRefused("hash_conflict")
        self.state.homes[user] = self.state.keep_view(view, known["id"] if known else None)
        return {"view": self.state.homes[user]}

    def _checked(self, args: Args, kind: str | None) -> View:
        view = args.get("view")
        problems = slack_limits.view_problems(view)
        if problems or not isinstance(view, dict):
            raise SlackRefused("invalid_arguments", problems)
        if kind is not None and view["type"] != kind:
            problem = f"[ERROR] must be of type {kind} [json-pointer:/view/type]"
            raise SlackRefused("invalid_arguments", [problem])
        return view


def show_modal(state: SlackState, user: str, view: View) -> View:
    """Open a modal for a person; whatever was open is gone."""
    made = state.keep_view(view)
    state.modals[user] = [made["id"]]
    state.modal_errors.pop(user, None)
    return made


def push_modal(state: SlackState, user: str, view: View) -> View:
    """Open a modal over another; three at most."""
    stack = state.modals.get(user, [])
    if len(stack) >= MAX_STACK:
        raise SlackRefused("push_limit_reached")
    made = state.keep_view(view, None, stack[0] if stack else None)
    state.modals[user] = [*stack, made["id"]]
    state.modal_errors.pop(user, None)
    return made


def replace_view(state: SlackState, known: View, view: View) -> View:
    """Show something else in a view that is open."""
    made = state.keep_view(view, known["id"], known["previous_view_id"])
    for user, home in state.homes.items():
        if home["id"] == known["id"]:
            state.homes[user] = made
    return made
