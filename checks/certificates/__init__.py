"""Certificates: the chain a TLS endpoint presents, judged field by field."""

from harness.model import Text

TITLE = Text("Certificates", "ใบรับรองอิเล็กทรอนิกส์")
