"""Assembles a weekly newsletter and carries it to its publications, never twice."""

__version__ = "0.1.0"
