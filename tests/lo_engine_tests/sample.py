"""A ribbon macro as the add-in's are: only `import xlwings`, one block read, one block written, one message."""

import xlwings as xw

FAULT = "SampleFault"


def check_amounts() -> None:
    """Write a verdict beside each row; ask before replacing an older one."""
    book = xw.Book.caller()
    sheet = book.sheets["Clients"]
    rows = sheet.used_range.options(ndim=2).value
    if "Statut" in rows[0] and book.app.alert("Remplacer ?", title="Carnet", buttons="yes_no") == "no":
        return
    verdicts = [["Statut"]] + [["OK" if isinstance(row[1], float) else "Montant"] for row in rows[1:]]
    with book.app.properties(screen_updating=False, status_bar="Contrôle…"):
        target = sheet.range((1, 3), (len(rows), 3))
        target.number_format = "@"
        target.value = verdicts
        book.names.add(FAULT, '=INDEX(Clients!$C:$C,ROW())="Montant"')
        for rule in reversed(list(sheet.used_range.conditional_formats)):
            if rule.formula == f"={FAULT}":
                rule.delete()
        sheet.used_range.conditional_formats.add_custom(f"={FAULT}", fill_color="#ffc7ce")
    book.app.alert(f"{len(rows) - 1} lignes", title="Carnet", mode="info")
