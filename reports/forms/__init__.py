"""Forms ค.1 and ค.2 of the website security standard, filled from one run: as a page, as a workbook."""

from .page import render
from .sheet import xlsx

__all__ = ["render", "xlsx"]
