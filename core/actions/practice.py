"""Practice mode: the same commands and buttons on a base of made-up people and the sandbox, never on the shop's own.

While it is on, `core.settings` puts the practice base and the sandbox in the place of the shop's, whatever a command
or the environment asks for: practising can touch nothing real.
"""

from __future__ import annotations

from core.actions.context import open_database, user_name
from core.errors import SettingsError
from core.i18n import Language
from core.settings import Settings, load_settings, practice_base, save_settings

LEASE = "sandbox.txt"
WITH_CARD, WITHOUT_CARD = 12, 8
"""How many made-up customers have their card, and how many are the holders of cards that are still free."""


def start_practice(lang: Language) -> int:
    """Begin with a fresh base and a fresh sandbox; return the number of made-up customers.

    Raises SettingsError when it is on already.
    """
    from core.loyalty.practising import start_practice_server, stop_practice_server

    if load_settings({}).practice:
        raise SettingsError("practice.already_on")
    folder = practice_base().parent
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{practice_base().name}*"):
        old.unlink()
    address = start_practice_server(folder / LEASE)
    try:
        count = _fill(address, lang)
        save_settings({"practice": address})
    except BaseException:
        stop_practice_server(folder / LEASE, address)
        raise
    return count


def stop_practice() -> None:
    """End: back to the shop's own base and FidelPass; the practice base goes with the next beginning."""
    from core.loyalty.practising import stop_practice_server

    address = load_settings({}).practice
    if not address:
        raise SettingsError("practice.already_off")
    save_settings({"practice": ""})
    stop_practice_server(practice_base().parent / LEASE, address)


def keep_practice_alive(settings: Settings) -> None:
    """Start the sandbox again where it stopped, as after the computer was switched off. It has forgotten everything."""
    from core.loyalty.practising import answers, start_practice_server

    if settings.practice and not answers(settings.practice):
        start_practice_server(practice_base().parent / LEASE, settings.practice)


def _fill(address: str, lang: Language) -> int:
    """Push made-up customers from the sandbox's own cards, and attach the first of them."""
    from datetime import date

    from core.actions.cards import Sides, attach_cards
    from core.actions.new_customers import SOURCE, check_holders
    from core.holders import CARD
    from core.holders.attachments import Wanted
    from core.jobs import PushRequest
    from core.loyalty.client import FidelPassClient
    from core.loyalty.sandbox import CLIENT_ID, CLIENT_SECRET
    from core.loyalty.seeds import made_up_cards
    from core.loyalty.transport import Access

    client = FidelPassClient(Access(address, CLIENT_ID, CLIENT_SECRET))
    numbers = sorted(n for n in made_up_cards(date.today()) if len(n) == 6)[: WITH_CARD + WITHOUT_CARD]
    found = client.usable_gains(numbers)
    checked = check_holders([found[n] for n in numbers], lang)
    checked.values[CARD] = [None] * len(numbers)
    with open_database(str(practice_base()), create=True) as database:
        request = PushRequest(user=user_name(), file_name="practice", system=SOURCE, backup=False)
        report = database.push(checked, request)
        made = {o.row: o.customer for o in report.outcomes if o.customer is not None}
        wanted = [Wanted(row, numbers[row - 2], customer) for row, customer in made.items() if row - 2 < WITH_CARD]
        attach_cards(Sides(client, database), wanted, source="practice")
    return len(made)
