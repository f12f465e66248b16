"""What each SQLite connection is told first."""

BUSY_MS = 10_000


def pragmas(*, may_write: bool) -> tuple[str, ...]:
    """Give what each SQLite connection is told first.

    FULL: a 200 to the platform must survive a power cut. secure_delete: a withdrawn text must not linger
    in free pages. Foreign keys are off by default.
    """
    shared = (f"PRAGMA busy_timeout={BUSY_MS}", "PRAGMA foreign_keys=ON")
    if not may_write:
        return (*shared, "PRAGMA wal_autocheckpoint=0", "PRAGMA query_only=ON")
    return (
        *shared,
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA secure_delete=ON",
    )
