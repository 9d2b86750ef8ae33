"""Defects: tls."""

from harness.demo.switch import Defect

DEFECTS: tuple[Defect, ...] = ()
