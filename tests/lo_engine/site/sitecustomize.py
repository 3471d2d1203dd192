"""Put on the PYTHONPATH of a child process: its `import xlwings` joins the LibreOffice of the test run.

An import hook, so that the macro's process starts like the user's: nothing of the tests is imported before xlwings is.
"""

import importlib.abc
import importlib.util
import sys
from pathlib import Path


class _JoinAfterXlwings(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name != "xlwings":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module

        def execute_and_join(module):
            execute(module)
            sys.path.append(str(Path(__file__).parents[3]))
            from tests.lo_engine.runpython import join_parent

            join_parent()

        spec.loader.exec_module = execute_and_join
        return spec


sys.meta_path.insert(0, _JoinAfterXlwings())
