"""Slack's way of writing text, read into plain words; and plain words written so that Slack obeys none of them.

Slack sends `<tel:0450001234|045-000-1234>`, `<@U…>`, `&amp;` (docs.slack.dev: formatting message text). The
words behind the marks are kept, so that masking sees them. On the way out a neighbour's `<!channel>` or
`@here` must call nobody, and an address must not become a link that somebody follows unasked.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.texts import phrase

_MARK = re.compile(r"<([^<>]*)>")
_CALL = re.compile(r"([@＠])(?=here|channel|everyone)", re.IGNORECASE)
_LINK = re.compile(r"(?i)\b(https?|ftp|mailto|tel):(?=\S)")
WORD_JOINER = "\u2060"  # takes no room, and parts what Slack would take for one word


def plain(text: str, bot_user: str | None = None) -> str:
    """Read Slack's text as words: telephone numbers and mail addresses stay, the bot's own name goes."""
    words = _MARK.sub(lambda match: _words_of(match[1], bot_user), text)
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def mentions(text: str, user: str | None) -> bool:
    """Say whether a text calls this user by name."""
    return user is not None and re.search(rf"<@{re.escape(user)}[|>]", text) is not None


def words_in_blocks(blocks: Any, bot_user: str | None = None) -> str:
    """Gather the words of rich text, for the messages whose text stands in the blocks alone."""
    parts: list[str] = []
    _gather(blocks, parts, bot_user)
    return "".join(parts).strip()


def escaped(text: str) -> str:
    """Write words for Slack, as the very last step: nothing in them calls, links or commands.

    Normalising afterwards would undo it: NFKC turns `＜！channel＞` into a live mention.
    """
    tame = _LINK.sub(lambda match: f"{match[1]}{WORD_JOINER}:", _CALL.sub(rf"\1{WORD_JOINER}", text))
    return tame.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _words_of(mark: str, bot_user: str | None) -> str:
    target, _, label = mark.partition("|")
    if target.startswith("@"):
        return "" if target[1:] == bot_user else phrase("slack.member")
    if target.startswith("#"):
        return f"#{label}" if label else phrase("slack.channel")
    if target.startswith("!"):
        return label or "@" + target[1:].split("^", 1)[0]
    scheme, _, rest = target.partition(":")
    if scheme in ("tel", "mailto"):
        return _both(label, rest, _is_same_number(label, rest) if scheme == "tel" else label == rest)
    if scheme in ("http", "https"):
        return _both(label, target, label in target)
    return f"<{mark}>"  # somebody really wrote this


def _both(label: str, target: str, is_same: bool) -> str:
    """Keep what was seen, and what it leads to when that says more."""
    if not label:
        return target
    return label if is_same else f"{label} {target}"


def _is_same_number(label: str, number: str) -> bool:
    return re.sub(r"\D", "", label) == re.sub(r"\D", "", number)


def _gather(part: Any, parts: list[str], bot_user: str | None) -> None:
    if isinstance(part, list):
        for one in part:
            _gather(one, parts, bot_user)
    elif isinstance(part, Mapping):
        parts.append(_piece(part, bot_user))
        _gather(part.get("elements"), parts, bot_user)
        if str(part.get("type", "")).startswith("rich_text_"):
            parts.append("\n")


def _piece(part: Mapping[str, Any], bot_user: str | None) -> str:
    kind = part.get("type")
    if kind == "text":
        return str(part.get("text") or "")
    if kind == "link":
        return str(part.get("text") or part.get("url") or "")
    if kind == "user":
        return "" if part.get("user_id") == bot_user else phrase("slack.member")
    return ""
