"""Profiles shipped with the harness: data only."""
