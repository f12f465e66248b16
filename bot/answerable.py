"""What a person can mend: said back kindly, with what to do next, and not logged as an error."""


class Answerable(Exception):
    """A wish that cannot be met as it stands. `key` names the sentence that says so."""

    key = "chat.not_possible"

    def __init__(self, key: str | None = None, **values: object) -> None:
        self.key = key or self.key
        self.values = values
        super().__init__(self.key)
