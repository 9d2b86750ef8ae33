"""Certificates: the chain a TLS endpoint presents, judged field by field."""
