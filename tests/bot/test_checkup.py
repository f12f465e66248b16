"""The check-up says every problem at once, each with what to do about it."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import checkup, settings
from bot.checkup import Asked, Level, LineAnswer
from bot.settings import BadSettings, Settings
from bot.texts import book
from storage.people import Role
from storage.sealing import read_or_make_key

NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
QUIET = Asked()


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    """Settings of a machine on which everything is as it should be."""
    (tmp_path / "data").mkdir()
    read_or_make_key(tmp_path / "key")
    return Settings(database_url=f"sqlite:///{tmp_path / 'data' / 'kizuki.db'}", key_file=tmp_path / "key")


def words(found: list[checkup.Finding], level: Level) -> list[str]:
    return [finding.words for finding in found if finding.level == level]


def test_a_good_machine_has_nothing_broken(here: Settings) -> None:
    assert checkup.is_sound(checkup.of_machine(here, QUIET, NOW))


def test_every_bad_setting_is_told_at_once_with_the_line_to_write() -> None:
    with pytest.raises(BadSettings) as trouble:
        settings.load({"KIZUKI_PORT": "x", "KIZUKI_PUBLIC_URL": "kizuki", "LINE_CHANNEL_SECRET": "s"})

    found = checkup.of_settings(trouble.value)

    assert [f.level for f in found] == [Level.BROKEN] * 3
    assert all(".env に次のように書いてください" in f.mend for f in found)


def test_a_key_that_others_may_read_is_broken(here: Settings) -> None:
    here.key_file.chmod(0o644)

    found = checkup.of_machine(here, QUIET, NOW)

    assert words(found, Level.BROKEN) == ["鍵ファイルを、ほかの人も読める状態です（0644）。"]
    assert [f.mend for f in found if f.level == Level.BROKEN] == [
        f"chmod 600 {here.key_file} を実行してください。"
    ]


def test_a_key_beside_the_data_is_noted(here: Settings, tmp_path: Path) -> None:
    beside = replace(here, key_file=tmp_path / "data" / "key")
    read_or_make_key(beside.key_file)

    found = checkup.of_machine(beside, QUIET, NOW)

    assert checkup.is_sound(found)
    assert any("持ち出されると" in line for line in words(found, Level.NOTE))


def test_a_lost_key_is_broken_only_when_something_was_sealed_with_it(town, tmp_path: Path) -> None:
    new = Settings(database_url=f"sqlite:///{tmp_path / 'new.db'}", key_file=tmp_path / "none")
    used = Settings(database_url=town.database.url, key_file=tmp_path / "none")
    town.hear("U" + "a" * 32, "公園の電灯がきれています。")

    assert checkup.is_sound(checkup.of_machine(new, QUIET, NOW))
    assert any("新しく作り直さないで" in f.mend for f in checkup.of_machine(used, QUIET, NOW))


def test_a_damaged_key_is_broken(here: Settings) -> None:
    here.key_file.write_text("hello")

    assert not checkup.is_sound(checkup.of_machine(here, QUIET, NOW))


def test_a_port_in_other_hands_is_broken_but_not_our_own(here: Settings) -> None:
    assert not checkup.is_sound(checkup.of_machine(here, Asked(is_port_free=False), NOW))
    assert checkup.is_sound(checkup.of_machine(here, Asked(is_port_free=False, is_serving=True), NOW))


def test_old_telephone_numbers_are_named(here: Settings) -> None:
    much_later = datetime(2036, 1, 1, tzinfo=UTC)

    assert any("119" in line for line in words(checkup.of_machine(here, QUIET, much_later), Level.NOTE))


def test_a_database_that_is_not_there_yet_is_no_problem(here: Settings) -> None:
    assert checkup.is_sound(checkup.of_database(here, lambda database: []))


def test_a_database_that_cannot_be_reached_is_told_without_its_password(here: Settings) -> None:
    away = replace(here, database_url="postgresql+psycopg://me:geheim@127.0.0.1:1/kizuki")

    found = checkup.of_database(away, lambda database: [])

    assert [f.level for f in found] == [Level.BROKEN]
    assert "geheim" not in found[0].words + found[0].mend


def test_a_file_that_is_no_database_is_broken(here: Settings) -> None:
    Path(here.database_url.removeprefix("sqlite:///")).write_bytes(b"hello" * 1000)

    assert not checkup.is_sound(checkup.of_database(here, lambda database: []))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_database_that_may_not_be_written_is_broken(town) -> None:
    path = Path(town.database.url.removeprefix("sqlite:///"))
    path.chmod(0o400)

    found = checkup.of_database(Settings(database_url=town.database.url), lambda database: [])

    assert not checkup.is_sound(found)


def test_a_council_without_anybody_to_tell_hears_so(town) -> None:
    with town.ledger() as ledger:
        found = checkup.of_council(ledger)

    assert words(found, Level.NOTE) == [
        "知らせを受け取れる事務局の方が、まだいません。",
        "緊急の知らせを受け取れる役員・事務局の方が、まだいません。",
    ]


def test_a_secretariat_who_can_be_reached_is_enough(town) -> None:
    town.join("U" + "a" * 32, Role.SECRETARIAT)

    with town.ledger() as ledger:
        assert [f.level for f in checkup.of_council(ledger)] == [Level.GOOD]


def line_settings(**more: str) -> Settings:
    return Settings(line_channel_secret="s", line_channel_access_token="t", **more)


def test_line_needs_an_https_address() -> None:
    found = checkup.of_platforms(line_settings(), Asked(line=LineAnswer()))

    assert [line for line in words(found, Level.BROKEN) if "https://" in line]


def test_a_stand_in_on_this_machine_needs_none() -> None:
    local = line_settings(line_api_url="http://127.0.0.1:9/line")

    assert checkup.is_sound(checkup.of_platforms(local, Asked(line=LineAnswer())))


def test_a_refused_token_is_broken_and_says_where_to_get_another() -> None:
    found = checkup.of_platforms(line_settings(public_url="https://x.jp"), Asked(line=LineAnswer("HTTP 401")))

    assert ["LINE_CHANNEL_ACCESS_TOKEN" in f.mend for f in found if f.level == Level.BROKEN] == [True]


def test_the_ways_of_a_line_account_that_keep_messages_away_are_noted() -> None:
    answer = LineAnswer(is_chat_mode=True, webhook_url="https://old.example/line/webhook", is_webhook_on=False)

    found = checkup.of_platforms(line_settings(public_url="https://x.jp"), Asked(line=answer))

    assert checkup.is_sound(found)
    assert len(words(found, Level.NOTE)) == 4


def test_slack_tells_its_own_error() -> None:
    slack = Settings(slack_bot_token="xoxb", slack_app_token="xapp", slack_council_channel="C1")

    assert checkup.is_sound(checkup.of_platforms(slack, Asked(slack_error="")))
    assert not checkup.is_sound(checkup.of_platforms(slack, Asked(slack_error="auth.test: invalid_auth")))


@pytest.mark.parametrize("error", [*checkup.MAIL_TROUBLES, "mail_421"])
def test_each_trouble_with_mail_is_told_plainly_and_without_the_password(error: str) -> None:
    posting = Settings(smtp_url="smtp://midori:geheim@mail.example.jp")

    found = checkup.of_platforms(posting, Asked(mail_error=error))

    told = [finding for finding in found if finding.level == Level.BROKEN]
    assert len(told) == 1
    assert "mail.example.jp" in told[0].words
    assert told[0].mend
    assert "geheim" not in told[0].words + told[0].mend
    assert checkup.is_sound(checkup.of_platforms(posting, Asked(mail_error="")))


def test_every_problem_has_its_mend() -> None:
    keys = {key for key in book() if key.startswith("check.") and key.endswith("_mend")}
    told = {key.removesuffix("_mend") for key in keys}

    assert told <= set(book())
    assert len(keys) > 25
