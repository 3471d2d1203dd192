"""Make the README's pictures from the real program: `python -m tests.pictures [NAME …]`.

Every workbook is made by the code that an office runs: the template, the demo's file taken over and checked, the
gains of the sandbox's made-up cards. The window is LibreOffice's, in French, under a virtual screen.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from core import actions, taking
from core.settings import Settings
from core.taking.foreign import read_foreign
from tests.lo_engine.screenshot import Shot, take

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
EXPORT = """\
Genre;Nom;Prénom;Code postal;Ville;Pays;Tél. 1;Email;Date de naissance;Carte
Mme;LEFÈVRE;Camille;01000;Bourg-en-Bresse;F;0612345601;camille.lefevre@example.fr;24/03/1987;433701
M.;NGUYEN;Jean-Marc;29200;Brest;F;06 12 34 56 7;jm.nguyen@example.fr;02/11/1990;433702
Mme;CHÂTEAU;Noémie;75011;Paris;F;0612345603;noemie.chateau;15/07/1979;433703
M.;DE LA TOUR;Raphaël;1000;Bourg-en-Bresse;F;0612345604;r.delatour@gmial.com;09/09/1961;433704
Mme;MÜLLER;Zoé;67000;Strasbourg;F;0612345605;zoe.muller@example.fr;31/02/1985;433705
Mme;BENALI;Inès;69002;Lyon;F;0612345606;ines.benali@example.fr;18/05/1993;433706
M.;GARNIER;Loïc;29200;Brest;Frnace;0612345607;loic.garnier@example.fr;07/01/1972;433707
Mme;LEFEVRE;Camille;01000;Bourg-en-Bresse;F;+33 6 12 34 56 01;;24/03/1987;
M.;MOREAU;Karim;59000;Lille;F;0612345609;karim.moreau@example.fr;30/06/1988;433708
Mme;;Élodie;44000;Nantes;F;0612345610;elodie@example.fr;11/12/1999;433709
M.;ROUX;Luc;33000;Bordeaux;F;0612345611;luc.roux@example.fr;22/08/1966;433710
"""
"""A shop's file with the faults of every day; the cards are the sandbox's. Nobody here exists."""
EVERYBODY = EXPORT.count("\n") - 1
UNUSED = ("D", "E", "J", "N", "O", "P")
"""Columns of the template that this file leaves empty."""
FRAME = "16x18"
"""Of the window: its scroll bar at the right, its title at the top."""
COLOURS = 64
"""A sheet has few colours: a palette makes a picture four times smaller."""


def template(folder: Path) -> Shot:
    """A template with its first customers, a cell's input hint open."""
    return Shot(_taken(folder, 4), cell="F6", size="1560x330", zoom=85, bare=True, hidden=("E",))


def checked(folder: Path) -> Shot:
    """A checked sheet: faulty cells painted, the reason beside each row."""
    path = _taken(folder, EVERYBODY)
    actions.check_file(path, _context())
    return Shot(path, cell="T2", top_left="A2", size="2010x500", zoom=80, bare=True, hidden=UNUSED)


def dropdown(folder: Path) -> Shot:
    """A list of the system's own values, open."""
    return Shot(_taken(folder, 4), cell="A6", dropdown=True, size="1100x300", zoom=85, bare=True)


def guide(folder: Path) -> Shot:
    """The guide sheet of a template."""
    return Shot(_taken(folder, 1), sheet="Guide", cell="A1", size="1500x800", zoom=90, bare=True)


def gains(folder: Path) -> Shot:
    """The gains of the cards, in columns of their own."""
    from core.loyalty.sandbox import Sandbox

    path = _taken(folder, EVERYBODY)
    with Sandbox() as sandbox:
        settings = Settings(lang="fr", fidelpass_url=sandbox.url)
        actions.gains_file(path, actions.fidelpass(settings), settings)
    hidden = (*UNUSED, "F", "G", "H", "I", "K", "L")
    return Shot(path, cell="R2", top_left="A2", size="1560x400", zoom=85, bare=True, hidden=hidden)


def _context() -> actions.Context:
    profile = actions.system("odeis")
    return actions.Context(profile, "fr", actions.run_options(profile, {}))


def _taken(folder: Path, count: int) -> Path:
    """Take the first people over into Odeis' template."""
    export, path = folder / "export.csv", folder / "clients.xlsx"
    export.write_text("\n".join(EXPORT.splitlines()[: count + 1]), encoding="utf-8")
    profile, sources = actions.system("odeis"), taking.known_sources()
    mapped = taking.take(read_foreign(export, sources), profile, sources).mapped()
    taking.write_mapped(mapped, profile, path, "fr")
    return path


SHOTS: dict[str, Callable[[Path], Shot]] = {
    "template": template,
    "checked": checked,
    "dropdown": dropdown,
    "guide": guide,
    "gains": gains,
}


def main() -> None:
    """Take the pictures that are named, or all of them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"CARNET_HOME": folder, "CARNET_SETTINGS": f"{folder}/settings.toml"}
        for name in sys.argv[1:] or SHOTS:
            picture = PICTURES / f"{name}.png"
            take(SHOTS[name](Path(folder)), picture)
            subprocess.run(
                [
                    "convert",
                    picture,
                    "-gravity",
                    "NorthEast",
                    "-chop",
                    FRAME,
                    "+dither",
                    "-colors",
                    str(COLOURS),
                    picture,
                ],
                check=True,
            )
            print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
