"""Receipts: one page per job that a person can print and file. Pure; HTML without scripts, images or addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from core.i18n import show, show_moment, show_zone, tr
from core.jobs import Job, JobKind, JobState, Outcome, RowOutcome
from core.profiles import Option, Profile

LISTED = 20
"""Refused rows that fit on the page; the others are counted, and stand in the workbook."""

STYLE = """
@page { size: A4; margin: 18mm }
body { font: 11pt/1.4 Calibri, Carlito, Arial, sans-serif; color: #222; max-width: 170mm; margin: 10mm auto }
h1 { font-size: 17pt; margin: 0 0 4mm } h2 { font-size: 12pt; margin: 6mm 0 2mm }
table { border-collapse: collapse; width: 100% }
th { text-align: left; font-weight: normal; color: #555; width: 42mm; vertical-align: top; padding: .6mm 2mm .6mm 0 }
td { padding: .6mm 0; overflow-wrap: anywhere } .count { text-align: right; width: 24mm; padding-right: 6mm }
footer { margin-top: 8mm; padding-top: 2mm; border-top: 1px solid #999; color: #555; font-size: 9pt }
.practice { background: #C55A11; color: #fff; font-weight: bold; padding: 2mm 3mm }
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What a receipt says and the job does not know: the command that takes it back, whether it is but practice, the
    system's profile where there still is one, and whether the shop must be named.
    """

    undo: str
    practice: bool = False
    profile: Profile | None = None
    shops: bool = False


def receipt(job: Job, outcomes: Sequence[RowOutcome], lang: str, told: Told) -> str:
    """Return the page of one job: who, when, which file, options, what became of the rows, and how to take it back."""
    title = _say("title_undo" if job.kind is JobKind.UNDO else "title", lang, job=str(job.id))
    parts = [
        f'<p class="practice">{escape(tr("practice.mark", lang))}</p>' if told.practice else "",
        f"<h1>{title}</h1>",
        _facts(job, lang, told),
        f"<h2>{_say('counts', lang, count=job.rows)}</h2>",
        _counts(job, lang),
        _refused(outcomes, lang),
        f"<h2>{_say('undo', lang)}</h2><p>{_undo(job, lang, told.undo)}</p>",
        f"<footer>{_say('footer', lang)}</footer>",
    ]
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    return f'<!DOCTYPE html>\n<html lang="{lang}"><head>{head}</head><body>\n' + "\n".join(parts) + "\n</body></html>\n"


def _say(name: str, lang: str, **params: object) -> str:
    return escape(tr(f"receipts.{name}", lang, **params))


def _facts(job: Job, lang: str, told: Told) -> str:
    facts = {
        "when": f"{show_moment(job.started, lang)} ({show_zone(job.started)})",
        "who": job.user,
        "shop": job.shop if told.shops else "",
        "system": told.profile.name if told.profile else job.system,
        "mode": tr(f"receipts.mode_{job.mode}", lang) if job.mode else "",
        "file": job.file_name,
        "hash": job.file_hash,
        "options": _options(job, lang, told.profile),
        "state": tr(f"receipts.state_{job.state}", lang),
    }
    rows = [f"<tr><th>{_say(name, lang)}</th><td>{escape(text)}</td></tr>" for name, text in facts.items() if text]
    return "<table>" + "".join(rows) + "</table>"


def _options(job: Job, lang: str, profile: Profile | None) -> str:
    """Return the choices of the run: the system's own options by their labels, and Carnet's in words."""
    own = job.options.get("options") or {}
    known = {option.key: option for option in profile.options} if profile else {}
    said = [_option(name, value, known.get(name), lang) for name, value in own.items() if value]
    said += [tr(f"receipts.{name}", lang) for name in ("all_or_nothing", "erase_blank", "across_shops")
             if job.options.get(name)]  # fmt: skip
    if job.options.get("consent_proof"):
        given, source = job.options["consent_proof"]
        said.append(tr("receipts.consent_proof", lang, proof=[date.fromisoformat(given), source]))
    return ", ".join(said)


def _option(name: str, value: str, known: Option | None, lang: str) -> str:
    """Say one option of the system; one that the profile does not know by its key."""
    if known is None:
        return f"{name} = {value}"
    labels = {choice.value: choice.label[lang] for choice in known.choices}
    shown = show(value == "yes", lang) if known.type == "flag" else labels.get(value, value)
    return tr("receipts.option", lang, option=known.label[lang], value=shown)


def _counts(job: Job, lang: str) -> str:
    shown = [o for o in Outcome if job.counts.get(o) or (o is not Outcome.REMOVED and job.kind is not JobKind.UNDO)]
    rows = [
        f'<tr><td class="count">{escape(tr("receipts.number", lang, count=job.counts.get(o, 0)))}</td>'
        f"<td>{_say(f'outcome_{o}', lang)}</td></tr>"
        for o in shown
    ]
    return "<table>" + "".join(rows) + "</table>"


def _refused(outcomes: Sequence[RowOutcome], lang: str) -> str:
    refused = [o for o in outcomes if o.outcome is Outcome.REFUSED]
    if not refused:
        return ""
    rows = [
        f"<tr><th>{_say('row', lang, row=str(o.row))}</th><td>{escape(o.message(lang))}</td></tr>"
        for o in refused[:LISTED]
    ]
    more = len(refused) - LISTED
    tail = f"<p>{_say('more', lang, count=more)}</p>" if more > 0 else ""
    return f"<h2>{_say('refused', lang)}</h2><table>{''.join(rows)}</table>{tail}"


def _undo(job: Job, lang: str, command: str) -> str:
    if job.undone_by is not None:
        return _say("undone_partly" if job.left else "undone", lang, job=str(job.undone_by))
    if job.state is JobState.CANCELLED:
        return _say("nothing_written", lang)
    return _say("how_to_undo", lang, job=str(job.id), command=command)
