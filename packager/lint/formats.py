"""The forms in which findings are told."""

from enum import Enum


class Format(Enum):
    """Lines for people, a page to send on, or values for programs."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    HTML = "html"
