"""What puts topics in order: a theme, two as one, and one as two again."""

import unicodedata

from bot import concerns, merging, replies, themes, topics
from bot.answerable import Answerable
from bot.deeds.asked import REST, Asked, Deed, N, quietly
from bot.messages import Say


class NoSuchTheme(Answerable):
    """No theme has this name."""

    key = "chat.no_such_theme"


def theme_code(words: str) -> str:
    """Find a theme by its label, code, or the beginning of its label. Raises NoSuchTheme."""
    wanted = unicodedata.normalize("NFKC", words).strip().lower()
    for code in themes.codes():
        label = unicodedata.normalize("NFKC", themes.label(code)).lower()
        if (wanted and wanted in (code, label)) or (len(wanted) >= 2 and label.startswith(wanted)):
            return code
    raise NoSuchTheme(theme=words[:20])


def is_theme(words: str) -> bool:
    """Say whether these words, and nothing beside them, name a theme."""
    try:
        return bool(theme_code(words))
    except NoSuchTheme:
        return False


def _require_own_or_room(asked: Asked) -> None:
    if asked.topic().is_general or concerns.find(asked.ledger, asked.wish.number).writer_id != asked.person.id:
        asked.require("sort")


def _sort_which(asked: Asked) -> Say:
    _require_own_or_room(asked)
    return replies.themes_to_choose(asked.wish.number)


def _sort(asked: Asked) -> Say | None:
    topic = asked.topic()
    _require_own_or_room(asked)
    theme = theme_code(asked.wish.rest)
    topics.sort(asked.ledger, topic, theme, asked.person)
    return quietly(asked, "chat.sorted", topic, theme=themes.label(theme))


def _merge(asked: Asked) -> Say | None:
    asked.require("merge")
    second = topics.find(asked.ledger, asked.wish.second)
    into = merging.merge(asked.ledger, asked.topic(), second, asked.person)
    return quietly(asked, "chat.merged", into)


def _apart(asked: Asked) -> Say | None:
    asked.require("merge")
    asked.ledger.journal(asked.person.id, "apart", f"topic:{asked.wish.number}", str(asked.wish.second))
    return quietly(asked, "chat.apart", asked.topic())


def _part(asked: Asked) -> Say | None:
    asked.require("merge")
    back = merging.part(asked.ledger, asked.topic(), asked.person)
    return quietly(asked, "chat.parted", back)


DEEDS = (
    Deed("sort_which", rf"テーマ{N}", _sort_which),
    Deed("sort", rf"テーマ{N}{REST}", _sort, fits=is_theme),
    Deed("merge", rf"まとめる{N}\s+(?P<second>\d{{1,9}})", _merge),
    Deed("apart", rf"別の話{N}\s+(?P<second>\d{{1,9}})", _apart),
    Deed("part", rf"分ける{N}", _part),
)
