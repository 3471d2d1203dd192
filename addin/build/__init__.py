"""The build of the ribbon add-in `addin/carnet.xlam` from readable sources, on any platform, without Excel.

`python -m addin.build` writes the file; why it is built this way is in `docs/addin-build.md`.
"""

from pathlib import Path

ADDIN = Path(__file__).parent.parent
SOURCE = ADDIN / "source"
TEMPLATES = ADDIN.parent / "templates"
XLAM = ADDIN / "carnet.xlam"

# The VBA project's name, and the name under which the embedded xlwings module looks for its configuration.
VBA_PROJECT = "Carnet"
PROJECT_NAME = "carnet"


class BuildError(Exception):
    """A source is not fit to build from; the message names the file and the line."""
