"""The small course of these tests; its helper is a module, so that tests can name its type."""

from checks_course import small

__all__ = ["small"]
