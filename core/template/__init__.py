"""The import template of a system: a workbook with the exact header row and the system's rules in its cells."""

from core.template.rules import CellRule, cell_rule
from core.template.stamp import Age, template_age
from core.template.workbook import write_template

__all__ = ["Age", "CellRule", "cell_rule", "template_age", "write_template"]
