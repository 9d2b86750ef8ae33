"""The version, alone, so that packaging can read it without importing the harness."""

VERSION = "0.1.0"
