"""Make a customer of what the holder of a card entered at FidelPass, the duplicate check first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.actions.cards import CardsReport, Sides, attach_cards, show_card
from core.actions.context import user_name
from core.checked import Checked, Duplicate
from core.decisions import Action, Decision
from core.errors import LoyaltyError
from core.holders.attachments import Wanted
from core.i18n import Language
from core.jobs import Outcome, PushRequest, RowOutcome

if TYPE_CHECKING:
    from core.gains import CardGains

SOURCE = "fidelpass"
ROW = 2


@dataclass(slots=True)
class NewCustomer:
    """What became of a card's holder: a customer with the job that made him, or whom he may be already.

    `said` is the push's outcome, `attached` FidelPass's answer. With `alike` and no `said`, nothing was written.
    """

    gains: CardGains
    checked: Checked
    alike: list[Duplicate] = field(default_factory=list)
    said: RowOutcome | None = None
    job: int | None = None
    attached: CardsReport | None = None

    @property
    def customer(self) -> int | None:
        """The new customer's number, None when nobody was created."""
        return self.said.customer if self.said and self.said.outcome is Outcome.CREATED else None


def create_from_card(sides: Sides, card: str, lang: Language, *, anyway: bool = False) -> NewCustomer:
    """Create the customer whom a free card belongs to, from what its holder entered, and attach the card.

    Someone alike in the database stops it unless `anyway`. A consent without a proof is not taken. Raises LoyaltyError
    for a card that is unknown, attached already, or whose holder entered no name; DatabaseError.
    """
    state = show_card(sides, card)
    _refuse_taken(sides, state.gains, state.customers)
    holder = state.gains.holder
    if not (holder.first_name or holder.last_name):
        raise LoyaltyError("cards.holder_nameless")
    checked = check_holders([state.gains], lang)
    faults = [i for i in checked.issues if i.row == ROW and i.row in checked.faulty_rows()]
    if faults:
        raise LoyaltyError("cards.holder_faulty", reason=faults[0].message(lang))
    made = NewCustomer(state.gains, checked, sides.database.find_duplicates(checked))
    if made.alike and not anyway:
        return made
    decisions = {ROW: Decision(Action.CREATE)} if anyway else {}
    request = PushRequest(
        user=user_name(), file_name=f"FidelPass {state.gains.card}", system=SOURCE, decisions=decisions, backup=False
    )
    report = sides.database.push(checked, request)
    made.said, made.job = report.outcomes[0], report.job
    if made.customer is not None:
        made.attached = attach_cards(sides, [Wanted(ROW, state.gains.card, made.customer)])
    return made


def check_holders(cards: Sequence[CardGains], lang: Language) -> Checked:
    """Check what holders entered as a sheet of customers is checked."""
    from core.checking import check
    from core.holders import holder_profile, holders_table

    profile = holder_profile(lang, SOURCE)
    return check(holders_table(list(cards), profile, "FidelPass"), profile)


def _refuse_taken(sides: Sides, gains: CardGains, owners: Sequence[int]) -> None:
    if not gains.known:
        raise LoyaltyError("cards.unknown")
    if owners:
        raise LoyaltyError("cards.on_other_customer", customer=str(owners[0]))
    if gains.customer is not None:
        raise LoyaltyError("cards.taken", reference=gains.customer)
