"""What a test can end with, other than well."""

from __future__ import annotations


class MismatchError(Exception):
    """The service did not do what a test expects; the message says what it did.

    Attributes:
        expected: What the test wants, as text; empty if the message says it all.
        actual: What came instead, as text.
    """

    def __init__(self, message: str, expected: object = "", actual: object = "") -> None:
        """Take the sentence and, where they help, both sides."""
        super().__init__(message)
        self.expected = str(expected)
        self.actual = str(actual)
