"""Outcomes: however compactly they are kept, what is read back is what was put in."""

import random
import tracemalloc
from dataclasses import replace

from core.jobs import JobReport
from core.outcomes import Outcome, Outcomes, RowOutcome


def some_outcomes(dice, rows):
    """Return one outcome a row, of all that a push and an undo say."""
    found = []
    for n, row in enumerate(rows):
        outcome = dice.choice([o for o in Outcome if o is not Outcome.NOT_REACHED])
        customer = None if outcome is Outcome.REFUSED and dice.random() < 0.5 else 100 + n
        reason, params = dice.choice(
            [
                ("", {}),
                ("push.consent_kept", {"fields": ["email_opt_in"]}),
                ("push.consent_kept", {"fields": ["email_opt_in", "sms_opt_in"]}),
                ("push.exists", {"customer": str(n), "fields": ["city"]}),
            ]
        )
        changes = {"city": ("Lyon", "Bron")} if outcome is Outcome.UPDATED else {}
        found.append(RowOutcome(row, outcome, customer, reason, params, changes))
    return found


def test_what_is_put_in_is_read_back():
    """In whatever order, with rows missing from the sheet, and with more things to say than a byte counts."""
    dice = random.Random(1)
    rows = sorted(dice.sample(range(2, 5_000), 1_000))
    told = some_outcomes(dice, rows)
    kept = Outcomes(rows)
    assert list(kept) == [RowOutcome(row, Outcome.NOT_REACHED) for row in rows]
    for place in dice.sample(range(len(rows)), len(rows)):
        kept.put(place, told[place])
    assert kept == told
    assert told == kept
    assert (kept[3], kept[-1], kept[10:12]) == (told[3], told[-1], told[10:12])
    assert kept != told[:-1]
    assert kept != [*told[:-1], replace(told[-1], row=1)]
    report, plain = JobReport(1, kept), JobReport(1, told)
    assert report.counts() == plain.counts()
    assert (report.created, report.refused, report.erasures) == (plain.created, plain.refused, plain.erasures)
    assert [o for o in told if o.changes] == list(kept.changed())


def test_rows_of_which_the_same_is_said_are_told_apart_by_row_and_customer():
    kept = Outcomes([2, 3, 5, 8])
    kept.put_alike((Outcome.CREATED, "", {}), [0, 2], [7, 9])
    kept.put_alike((Outcome.CREATED, "push.consent_kept", {"fields": ["email_opt_in"]}), [3], [10])
    assert [(o.row, o.outcome, o.customer, o.reason) for o in kept] == [
        (2, "created", 7, ""),
        (3, "not_reached", None, ""),
        (5, "created", 9, ""),
        (8, "created", 10, "push.consent_kept"),
    ]
    assert [kept.reached(place) for place in range(4)] == [True, False, True, True]
    assert (kept.place(5), kept.place(4), kept.place(9)) == (2, None, None)
    assert kept.counts() == {"created": 3, "not_reached": 1}


def test_a_reader_changes_nothing():
    """What a row's reason needs is each reader's own, although many rows share it."""
    kept = Outcomes([2, 3])
    kept.put_alike((Outcome.CREATED, "push.consent_kept", {"fields": ["email_opt_in"]}), [0, 1], [1, 2])
    kept[0].params["fields"] = []
    assert kept[1].params == {"fields": ["email_opt_in"]}


def test_customers_of_a_rehearsal_have_no_number():
    """Neither those that would be made, nor where another row would be refused because of one."""
    kept = Outcomes([2, 3, 4, 5])
    kept.put(0, RowOutcome(2, Outcome.CREATED, 7))
    kept.put(1, RowOutcome(3, Outcome.REFUSED, 7, "push.same_row", {"other": "2"}))
    kept.put(2, RowOutcome(4, Outcome.UNCHANGED, 3))
    kept.put(3, RowOutcome(5, Outcome.REFUSED, 4, "push.exists"))
    kept.forget_new_customers()
    assert [o.customer for o in kept] == [None, None, 3, 4]


def test_a_hundred_thousand_new_customers_take_a_megabyte():
    rows = range(2, 100_002)
    tracemalloc.start()
    kept = Outcomes(rows)
    for start in range(0, len(rows), 5_000):
        places = range(start, start + 5_000)
        kept.put_alike((Outcome.CREATED, "", {}), places, range(start + 1, start + 5_001))
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert size < 1_100_000
    assert kept.counts() == {"created": len(rows), "not_reached": 0}
