"""From what a person writes to expressions of the full-text engine.

Only letters and digits of the text get into an expression, and these in quotes, so
that nothing in it can be taken for an operator.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graph.errors import SearchError
from graph.search.folding import Word, is_han, without_article, words

MAX_TEXT = 500
"""Characters of the text of a search."""

MAX_WORDS = 16
"""Words that are looked for; a Chinese character counts as one."""

_LONGEST_WORD = 60


@dataclass(frozen=True)
class Sought:
    """The words of a search: each a run of Chinese characters, or a single word.

    ``beginning`` says that the last word may go on: it may be unfinished.
    """

    runs: tuple[tuple[str, ...], ...]
    beginning: bool
    truncated: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words and characters one by one."""
        return tuple(word for run in self.runs for word in run)

    def stages(self) -> Iterator[tuple[str, bool]]:
        """Yield expressions from the strictest to the loosest, and whether one wants all words.

        Chinese characters in one run have to stand together, then in pairs.
        """
        whole = [self._run(run, run is self.runs[-1]) for run in self.runs]
        if not whole:
            return
        yield " AND ".join(whole), True
        pairs = list(dict.fromkeys(pair for run in self.runs for pair in self._pairs(run)))
        if len(pairs) > len(whole):
            yield " AND ".join(pairs), True
        if len(pairs) > 1:
            yield " OR ".join(pairs), False

    def fits(self, word: str) -> str | None:
        """Return which of the words that are sought a word of a text is, ``None`` if none."""
        if word in self.words:
            return word
        last = self.runs[-1][-1] if self.runs and self.beginning else ""
        if last and not is_han(last):
            return next((last for start in _beginnings(last) if word.startswith(start)), None)
        return None

    def _run(self, run: Sequence[str], is_last: bool) -> str:
        if len(run) > 1:
            return f'"{" ".join(run)}"'
        if is_last and self.beginning and not is_han(run[0]):
            starts = [f'"{start}"*' for start in _beginnings(run[0])]
            return starts[0] if len(starts) == 1 else f"({' OR '.join(starts)})"
        return f'"{run[0]}"'

    def _pairs(self, run: Sequence[str]) -> list[str]:
        if len(run) < 3:
            return [self._run(run, run is self.runs[-1])]
        return [f'"{first} {second}"' for first, second in pairwise(run)]


def read_words(text: str, *, unfinished: bool = True) -> Sought:
    """Return the words of a text that is searched for.

    Args:
        text: Anything.
        unfinished: Whether the last word may go on, if nothing stands after it.

    Raises:
        SearchError: If the text is too long.

    Example:
        >>> next(read_words('cities" OR 城市').stages())
        ('"cities" AND "or" AND "城 市"', True)
        >>> next(read_words("safer cit").stages())[0]
        '"safer" AND "cit"*'
    """
    if len(text) > MAX_TEXT:
        raise SearchError(f"The text has more than {MAX_TEXT:,} characters; give fewer words.")
    found = words(text)
    kept = [word for word in found[:MAX_WORDS] if len(word.text) <= _LONGEST_WORD]
    beginning = unfinished and len(kept) == len(found) and bool(text) and not text[-1].isspace()
    return Sought(tuple(_runs(kept)), beginning, len(kept) < len(found))


def _runs(found: Sequence[Word]) -> Iterator[tuple[str, ...]]:
    run: list[Word] = []
    for word in found:
        if run and not (word.is_han and run[-1].is_han and word.start == run[-1].end):
            yield tuple(part.text for part in run)
            run = []
        run.append(word)
    if run:
        yield tuple(part.text for part in run)


def _beginnings(word: str) -> list[str]:
    """Return how words begin that go on from this one: an Arabic article may be at its front."""
    return list(dict.fromkeys((word, without_article(word, 1))))
