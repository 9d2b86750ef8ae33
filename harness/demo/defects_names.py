"""Defects: names."""

from harness.demo.switch import Defect

DEFECTS: tuple[Defect, ...] = ()
