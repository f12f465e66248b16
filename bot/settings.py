"""Settings, from the environment or `.env`. Empty means not set."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from dotenv import dotenv_values

LINE_API_URL = "https://api.line.me"
LINE_DATA_URL = "https://api-data.line.me"
SLACK_API_URL = "https://slack.com/api/"


@dataclass(frozen=True)
class Settings:
    """What the secretariat wrote down, with defaults for the rest."""

    database_url: str = "sqlite:///var/kizuki.db"
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    key_file: Path = Path("~/.config/kizuki/key")
    settling_seconds: int = 120
    smtp_url: str | None = None
    mail_from: str | None = None
    log_level: str = "info"
    line_channel_secret: str | None = None
    line_channel_access_token: str | None = None
    line_api_url: str = LINE_API_URL
    line_data_url: str = LINE_DATA_URL
    slack_bot_token: str | None = None
    slack_signing_secret: str | None = None
    slack_app_token: str | None = None
    slack_api_url: str = SLACK_API_URL
    slack_council_channel: str | None = None
    model_url: str | None = None
    model_name: str | None = None
    model_key: str | None = None

    @property
    def has_line(self) -> bool:
        """LINE is on when both of its values are there."""
        return bool(self.line_channel_secret and self.line_channel_access_token)

    @property
    def has_slack(self) -> bool:
        """Slack is on with a bot token, and a way to be heard: signing secret (HTTP) or app token (socket)."""
        return bool(self.slack_bot_token and (self.slack_signing_secret or self.slack_app_token))

    @property
    def has_adviser(self) -> bool:
        """Whether a language model elsewhere may be asked, with masked text, for what was left unsorted."""
        return bool(self.model_url and self.model_name)

    @property
    def practice_folder(self) -> Path:
        """Where the practice town keeps its own database and key: beside the real one, never in it."""
        prefix = "sqlite:///"
        if not self.database_url.startswith(prefix):
            return Path("var/practice")
        return Path(self.database_url[len(prefix) :]).parent / "practice"

    @property
    def has_platform(self) -> bool:
        """Whether any platform is configured; if none is, Kizuki opens the practice town."""
        return self.has_line or self.has_slack


# name in the environment -> field
NAMES = {
    "KIZUKI_DATABASE_URL": "database_url",
    "KIZUKI_HOST": "host",
    "KIZUKI_PORT": "port",
    "KIZUKI_PUBLIC_URL": "public_url",
    "KIZUKI_KEY_FILE": "key_file",
    "KIZUKI_SETTLING_SECONDS": "settling_seconds",
    "KIZUKI_SMTP_URL": "smtp_url",
    "KIZUKI_MAIL_FROM": "mail_from",
    "KIZUKI_LOG_LEVEL": "log_level",
    "LINE_CHANNEL_SECRET": "line_channel_secret",
    "LINE_CHANNEL_ACCESS_TOKEN": "line_channel_access_token",
    "LINE_API_URL": "line_api_url",
    "LINE_DATA_URL": "line_data_url",
    "SLACK_BOT_TOKEN": "slack_bot_token",
    "SLACK_SIGNING_SECRET": "slack_signing_secret",
    "SLACK_APP_TOKEN": "slack_app_token",
    "SLACK_API_URL": "slack_api_url",
    "SLACK_COUNCIL_CHANNEL": "slack_council_channel",
    "KIZUKI_MODEL_URL": "model_url",
    "KIZUKI_MODEL_NAME": "model_name",
    "KIZUKI_MODEL_KEY": "model_key",
}


@dataclass(frozen=True)
class Mend:
    """One problem of the set-up and how to mend it, in the words of whoever runs it."""

    name: str
    problem: str
    mend: str


class BadSettings(Exception):
    """Some settings cannot be used; `mends` says all of them at once."""

    def __init__(self, mends: list[Mend]) -> None:
        super().__init__("; ".join(f"{mend.name}: {mend.problem}" for mend in mends))
        self.mends = mends


def read_environment(folder: Path) -> dict[str, str]:
    """Read `.env` in the folder; what the environment itself says goes before it."""
    from_file = {name: value or "" for name, value in dotenv_values(folder / ".env").items()}
    return {**from_file, **os.environ}


def load(environment: Mapping[str, str]) -> Settings:
    """Make settings of the environment. Raises BadSettings with every problem and its mend."""
    given = {
        field: environment[name].strip() for name, field in NAMES.items() if environment.get(name, "").strip()
    }
    mends = problems(given)
    if mends:
        raise BadSettings(mends)
    whole_numbers: dict[str, Any] = {
        name: int(given[name]) for name in ("port", "settling_seconds") if name in given
    }
    key_file = Path(given.get("key_file", str(Settings.key_file))).expanduser()
    texts = {k: v for k, v in given.items() if k not in ("port", "settling_seconds", "key_file")}
    fields: dict[str, Any] = {**texts, **whole_numbers, "key_file": key_file}
    return Settings(**fields)


def problems(given: Mapping[str, str]) -> list[Mend]:
    """List what is wrong with the given values, by field name."""
    return [
        mend
        for mend in (
            _whole_number(given, "port", "KIZUKI_PORT", 1, 65_535),
            _whole_number(given, "settling_seconds", "KIZUKI_SETTLING_SECONDS", 0, 3_600),
            _database(given),
            _address(given, "public_url", "KIZUKI_PUBLIC_URL"),
            _pair(given, "line_channel_secret", "line_channel_access_token"),
            _pair(given, "line_channel_access_token", "line_channel_secret"),
            _slack(given),
            _address(given, "model_url", "KIZUKI_MODEL_URL"),
            _model(given),
            _smtp(given),
            _mail_from(given),
            _log_level(given),
        )
        if mend is not None
    ]


def _whole_number(given: Mapping[str, str], field: str, name: str, low: int, high: int) -> Mend | None:
    value = given.get(field)
    if value is None or (value.isascii() and value.isdigit() and low <= int(value) <= high):
        return None
    return Mend(name, f"{low} から {high} までの数字ではありません。", f"{name}={getattr(Settings, field)}")


def _database(given: Mapping[str, str]) -> Mend | None:
    url = given.get("database_url", "")
    if not url or url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return None
    return Mend(
        "KIZUKI_DATABASE_URL",
        "SQLite か PostgreSQL の書き方になっていません。",
        "KIZUKI_DATABASE_URL=sqlite:///var/kizuki.db または postgresql+psycopg://利用者:パスワード@サーバー/kizuki",
    )


def _address(given: Mapping[str, str], field: str, name: str) -> Mend | None:
    value = given.get(field)
    if value is None or (urlsplit(value).scheme in ("http", "https") and urlsplit(value).netloc):
        return None
    return Mend(name, "http:// か https:// で始まるアドレスではありません。", f"{name}=https://kizuki.example.jp")


def _pair(given: Mapping[str, str], there: str, missing: str) -> Mend | None:
    if there not in given or missing in given:
        return None
    name = next(name for name, field in NAMES.items() if field == missing)
    return Mend(
        name,
        "LINE を使うには、チャネルシークレットとアクセストークンの両方が必要です。",
        f"{name}=（LINE Developers の画面からコピーした値）",
    )


def _slack(given: Mapping[str, str]) -> Mend | None:
    if "slack_bot_token" not in given or "slack_signing_secret" in given or "slack_app_token" in given:
        return None
    return Mend(
        "SLACK_APP_TOKEN",
        "Slack の声を聞く方法がありません（アプリトークンか署名シークレットが必要です）。",
        "SLACK_APP_TOKEN=xapp-… （公開アドレスがないとき） または SLACK_SIGNING_SECRET=…",
    )


def _model(given: Mapping[str, str]) -> Mend | None:
    if ("model_url" in given) == ("model_name" in given):
        return None
    missing = "KIZUKI_MODEL_NAME" if "model_url" in given else "KIZUKI_MODEL_URL"
    return Mend(
        missing,
        "言語モデルに聞くには、呼び出し先とモデルの名前の両方が必要です（使わないときは、両方とも消してください）。",
        f"{missing}=（言語モデルの説明書にある値）",
    )


def _smtp(given: Mapping[str, str]) -> Mend | None:
    parts = urlsplit(given.get("smtp_url", "smtp://host"))
    if parts.scheme in ("smtp", "smtps") and parts.hostname and _has_port(parts):
        return None
    return Mend(
        "KIZUKI_SMTP_URL",
        "メールのサーバーの書き方になっていません。",
        "KIZUKI_SMTP_URL=smtp://利用者:パスワード@サーバー:587 （パスワードの記号は %40 のように書きます）",
    )


def _mail_from(given: Mapping[str, str]) -> Mend | None:
    if re.fullmatch(r"[^@\r\n]*<?[^@\s<>]+@[^@\s<>]+>?", given.get("mail_from", "a@b")):
        return None
    return Mend("KIZUKI_MAIL_FROM", "メールアドレスではありません。", "KIZUKI_MAIL_FROM=kizuki@example.jp")


def _has_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def _log_level(given: Mapping[str, str]) -> Mend | None:
    if given.get("log_level", "info").lower() in ("debug", "info", "warning", "error"):
        return None
    return Mend("KIZUKI_LOG_LEVEL", "使えない値です。", "KIZUKI_LOG_LEVEL=info")
