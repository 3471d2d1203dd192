"""Health: every part of the set-up that a verb depends on, tested for real, in a sentence each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from core.actions.context import open_database, user_name
from core.actions.gains import fidelpass, gain_hours
from core.errors import CarnetError, LoyaltyError
from core.i18n import Text, tr
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One part (its name is `cli.part_<part>`), whether it is as it should be, and what to say of it.

    What nobody has set up yet is no fault, and nothing that works either: `set_up` is False, and the message says how.
    """

    part: str
    ok: bool
    message: str
    set_up: bool = True

    @property
    def mark(self) -> str:
        """The sign that stands before the part."""
        if not self.ok:
            return "✗"
        return "✓" if self.set_up else "–"


Said = tuple[str, bool]
"""What to say of a part that has no fault, and whether it is set up."""


def examine(settings: Settings) -> list[Finding]:
    """Test the keyring, the database, FidelPass, what waits for it, and the gains' settings."""
    parts: dict[str, Callable[[Settings], Said]] = {
        "keyring": _keyring,
        "database": _database,
        "fidelpass": _fidelpass,
        "queue": _queue,
        "services": _services,
    }
    return [_try(part, test, settings) for part, test in parts.items()]


def _try(part: str, test: Callable[[Settings], Said], settings: Settings) -> Finding:
    try:
        return Finding(part, True, *test(settings))
    except CarnetError as error:
        return Finding(part, False, tr(error.key, settings.lang, **error.params))


def _keyring(settings: Settings) -> Said:
    from core.secrets import FIDELPASS_ID, FIDELPASS_SECRET, read_secret

    kept = read_secret(FIDELPASS_ID) is not None and read_secret(FIDELPASS_SECRET) is not None
    return tr("cli.keyring_kept" if kept else "cli.keyring_empty", settings.lang), kept


def _database(settings: Settings) -> Said:
    if not settings.db:
        return tr("cli.database_unset", settings.lang), False
    with open_database(settings.db, shop=settings.shop) as database:
        return tr("cli.database_ok", settings.lang, jobs=len(database.jobs())), True


def _fidelpass(settings: Settings) -> Said:
    """Test, in this order: name, certificate, version, clock, identifiers; the first that is wrong is what is said."""
    if not settings.fidelpass_url:
        return tr("cli.fidelpass_unset", settings.lang), False
    from core.loyalty.transport import Access, Transport

    nobody = Transport(Access(settings.fidelpass_url, "", ""))  # the address is tested even without a keyring
    nobody.ping(nobody.patience())
    ping = fidelpass(settings).check()
    skew = round(abs((ping.time - datetime.now(UTC)).total_seconds()))
    tls = Text("cli.tls_checked" if settings.fidelpass_url.startswith("https") else "cli.tls_none")
    return tr("cli.fidelpass_ok", settings.lang, version=ping.version, skew=skew, tls=tls), True


def _queue(settings: Settings) -> Said:
    if not settings.db:
        return tr("cli.queue_unset", settings.lang), False
    from core.database.operations import StoredOperations

    with open_database(settings.db, shop=settings.shop) as database:
        store = StoredOperations(database, user_name())
        waiting, refused = store.open(), store.refused()
    if refused:
        raise LoyaltyError("sales.queue_refused", count=len({o.sale for o in refused}))
    if not waiting:
        return tr("sales.queue_empty", settings.lang), True
    oldest = datetime.now(UTC) - min(o.recorded for o in waiting)
    hours = tr("sales.hours", settings.lang, count=int(oldest.total_seconds() // 3600))
    return tr("sales.queue", settings.lang, count=len(waiting), age=hours), True


def _services(settings: Settings) -> Said:
    said = [s for s in (settings.service_percent, settings.service_amount) if s]
    key = "cli.services_ok" if said else "cli.services_unset"
    return tr(key, settings.lang, services=said, hours=gain_hours(settings)), bool(said)
