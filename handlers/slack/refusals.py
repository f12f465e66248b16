"""What Slack's refusals mean: whether trying again can help, and when.

A revoked token, an archived channel or a bot that was not invited are things that somebody can mend, so the
words wait. What is wrong in the words themselves, or a person who is gone, is not waited for.
"""

from typing import Any

from bot.messages import SendFailed

# the app: reinstall it, or write the new token down
CLOSES_PLATFORM = frozenset(
    (
        "account_inactive",
        "ekm_access_denied",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "token_expired",
        "token_revoked",
    )
)
# the channel: unarchive it, or invite the bot
CLOSES_ROOM = frozenset(
    (
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
    )
)
GONE_PEOPLE = frozenset(
    (
        "cannot_dm_bot",
        "messages_tab_disabled",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    )
)
HOPELESS = frozenset(
    (
        "cant_delete_message",
        "cant_update_message",
        "edit_window_closed",
        "expired_trigger_id",
        "invalid_arguments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_thread_ts",
        "invalid_trigger_id",
        "exchanged_trigger_id",
        "trigger_expired",
        "message_not_found",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "push_limit_reached",
        "thread_not_found",
        "too_many_attachments",
        "user_not_in_channel",
        "view_too_large",
    )
)


def failure(response: Any) -> SendFailed:
    """Say what a refusal means. What is not known is tried again, with growing pauses."""
    status = int(response.status_code or 0)
    if status == 429:
        return SendFailed("ratelimited", retry_after=_retry_after(response.headers))
    if status >= 500:
        return SendFailed(f"http_{status}")
    code = str(response.get("error") or f"http_{status}")
    if code == "ratelimited":
        return SendFailed(code, retry_after=_retry_after(response.headers))
    if code in CLOSES_PLATFORM:
        return SendFailed(code, closes="platform")
    if code in CLOSES_ROOM:
        return SendFailed(code, closes="room")
    if code in GONE_PEOPLE:
        return SendFailed(code, permanent=True, is_closed=True)
    return SendFailed(code if code.isidentifier() else f"http_{status}", permanent=code in HOPELESS)


def _retry_after(headers: Any) -> float:
    given = {str(name).lower(): value for name, value in dict(headers or {}).items()}.get("retry-after", "")
    value = given[0] if isinstance(given, list) and given else given
    return float(value) if str(value).isdigit() else 30.0
