"""Everything that can go wrong, as one tree.

::

    MandateGraphError
    ├── SettingsError             the operator corrects a setting
    ├── TableError                the maintainer corrects the cells that ``faults`` names
    ├── WorkbookError             who filled it in corrects the cells that ``faults`` names
    ├── QueryError                the asker corrects the query
    │   ├── QuerySyntaxError      … at ``line`` and ``column``
    │   ├── QueryRefusedError     … which asks for something that is not allowed
    │   │   └── QueryForbiddenError   … to nobody: reaching another server
    │   ├── QueryTimeoutError     … which takes longer than a query may
    │   ├── QueryLostError        … which ended its worker, most likely by its need of memory
    │   └── TooManyQueriesError   … or tries again: all workers are busy
    ├── QuestionError             the asker corrects the request
    │   ├── UnknownQuestionError
    │   └── ParameterError        … the value of ``parameter``
    ├── UnknownThingError         nothing in the graph has that IRI
    ├── WriteError                nothing was written: the writer corrects the request
    │   ├── ContentError          … whose RDF cannot be read, at ``line`` and ``column``
    │   ├── ShapesError           … which would break the rules that ``findings`` names
    │   ├── PreconditionError     … which was made for another state of the graph
    │   ├── UnknownGraphError     … which names a graph that is not there
    │   ├── WriteTimeoutError     … which takes longer than a write may
    │   ├── WriteLostError        … which ended its process: nested too deep, or too big
    │   ├── TooManyWritesError    … or tries again: other writes are going on
    │   └── WriteUnknownError     it is not known whether it was written: look
    ├── AuditError                the officer corrects what the audit was asked for
    │   ├── UnknownMeetingError   … no event is called that, or its date is not known
    │   ├── UnknownProfileError   … no profile has that name
    │   ├── UnknownRunError       … no run that was kept has that name
    │   └── WaiverError           … a finding cannot be accepted as it was asked for
    ├── PaperError                what came out of an audit cannot be written
    │   ├── UnknownFormatError    … in a format that there is none of: ask for another
    │   └── FontError             … as pages: the operator installs fonts
    ├── ProfileError              the maintainer corrects the shapes, which cannot be read
    ├── UnknownReleaseError       no release has that name
    ├── TokenError                the operator corrects what was said about a token
    └── StoreError                the operator looks at the store
        ├── ArchiveError          a backup is damaged, or none: nothing was restored
        ├── ReleaseError          a release is damaged
        ├── HistoryError          a patch of the history is damaged
        │   └── HistoryMissingError   … or kept no more
        ├── StoreBusyError        another process is writing: try again
        ├── StoreMissingError     nothing has been loaded yet
        └── EngineError           an engine elsewhere answers with what is no answer
            ├── EngineAwayError   … or cannot be reached, or is too busy: try again
            ├── EngineSlowError   … or takes too long
            └── EngineDeniedError … or does not take our credentials

Messages are sentences for the person who can act, and name no path of the
machine other than one that the person gave, and no address of an engine.
"""

from __future__ import annotations

from dataclasses import dataclass


class MandateGraphError(Exception):
    """Base of every error that is raised on purpose."""


class SettingsError(MandateGraphError):
    """A setting has a value that cannot be used."""


@dataclass(frozen=True, order=True)
class Fault:
    """One wrong cell, or one thing wrong with a whole file (``row`` 0, ``column`` empty).

    ``row`` counts lines of the file as a spreadsheet shows them: the header is row 1.
    """

    file: str
    row: int
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        """Return the fault as one line: file, row, column, value, what to write instead."""
        place = self.file
        if self.row:
            place += f", row {self.row}"
        if self.column:
            place += f", column {self.column}"
        value = f" ‘{self.value}’:" if self.value else ""
        return f"{place}:{value} {self.message}"


class TableError(MandateGraphError):
    """Tables hold faults, all of them listed in ``faults``; nothing was built."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults, sorted by file, row and column."""
        self.faults = tuple(sorted(faults))
        noun = "fault" if len(faults) == 1 else "faults"
        super().__init__(f"{len(faults)} {noun} in the tables; nothing was built.")


@dataclass(frozen=True, order=True)
class CellFault:
    """One cell of a workbook that cannot be taken as it is, such as ``K7``; ``value`` is in it."""

    sheet: str
    cell: str
    value: str
    message: str

    def __str__(self) -> str:
        """Return the fault as one line: sheet, cell, value, what to write instead."""
        value = f" ‘{self.value}’" if self.value else ""
        return f"{self.sheet}, cell {self.cell}:{value} {self.message}"


class WorkbookError(MandateGraphError):
    """A workbook holds wrong cells, all of them listed in ``faults``; nothing was loaded."""

    def __init__(self, faults: tuple[CellFault, ...]) -> None:
        """Keep the faults in the order of the workbook."""
        self.faults = faults
        noun = "cell is" if len(faults) == 1 else "cells are"
        super().__init__(f"{len(faults)} {noun} wrong; nothing was loaded.")


class QueryError(MandateGraphError):
    """A query cannot be answered as it is written."""


class QuerySyntaxError(QueryError):
    """A query is not SPARQL; ``line`` and ``column`` count from 1 and are ``None`` if unknown."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        """Keep the place beside the message."""
        self.line = line
        self.column = column
        super().__init__(message)


class QueryRefusedError(QueryError):
    """A query asks to write, to reach another server, or for more than is allowed."""


class QueryForbiddenError(QueryRefusedError):
    """A query or update is understood, and asks for what nobody may have: another server."""


class QueryTimeoutError(QueryError):
    """A query was stopped at its deadline; there is no partial answer."""


class QueryLostError(QueryError):
    """The worker that had a query died; there is no partial answer."""


class TooManyQueriesError(QueryError):
    """No worker was free in time; the same query may go through later."""


class QuestionError(MandateGraphError):
    """A request to the question library cannot be met."""


class UnknownQuestionError(QuestionError):
    """No question has that identifier."""


class ParameterError(QuestionError):
    """A parameter of a question is unknown or has a value that does not fit."""

    def __init__(self, parameter: str, message: str) -> None:
        """Keep the name of the parameter beside the message."""
        self.parameter = parameter
        super().__init__(message)


class UnknownThingError(MandateGraphError):
    """No statement in the graph is about that IRI."""


class WriteError(MandateGraphError):
    """A write was not done; the dataset is as it was."""


class ContentError(WriteError):
    """RDF cannot be read; ``line`` and ``column`` count from 1 and are ``None`` if unknown."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        """Keep the place beside the message."""
        self.line = line
        self.column = column
        super().__init__(message)


@dataclass(frozen=True, order=True)
class Finding:
    """A statement, or the lack of one, that breaks a rule: ``shape`` says it in ``message``.

    ``focus``, ``path`` and ``shape`` are IRIs, ``value`` is a term as N-Triples
    write it; all but ``focus`` and ``message`` may be empty. ``message`` is in
    English, ``translations`` has it in other languages, each after its code.
    """

    focus: str
    path: str
    value: str
    shape: str
    message: str
    translations: tuple[tuple[str, str], ...] = ()

    def said_in(self, language: str) -> str:
        """Return the message in a language, in English if it is not known in that one."""
        return dict(self.translations).get(language, self.message)


class ShapesError(WriteError):
    """The state after a write would break rules, each breach listed in ``findings``."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Keep the findings, sorted."""
        self.findings = tuple(sorted(findings))
        count = "one rule" if len(findings) == 1 else f"rules in {len(findings)} places"
        first = self.findings[0]
        super().__init__(
            f"The data would break {count}; nothing was written. First: {first.message} "
            f"({first.focus})"
        )


class PreconditionError(WriteError):
    """A write was made for another state of the graph than the present one."""


class UnknownGraphError(WriteError):
    """There is no graph of that name."""


class WriteTimeoutError(WriteError):
    """A write was stopped at its deadline."""


class WriteLostError(WriteError):
    """The process that had a write died before it was done."""


class TooManyWritesError(WriteError):
    """Other writes were going on for too long; the same write may go through later."""


class WriteUnknownError(WriteError):
    """The process that had a write died when it may have been done already."""


class AuditError(MandateGraphError):
    """An audit cannot be made as it was asked for."""


class UnknownMeetingError(AuditError):
    """No event in the graph is called that, more than one is, or its date is not known."""


class UnknownProfileError(AuditError):
    """No folder of shapes has that name."""


class UnknownRunError(AuditError):
    """No audit of that name was kept."""


class WaiverError(AuditError):
    """A finding cannot be accepted, or its acceptance withdrawn, as it was asked for."""


class PaperError(MandateGraphError):
    """A paper cannot be written."""


class UnknownFormatError(PaperError):
    """There is no such format of papers; the message names those that there are."""


class FontError(PaperError):
    """No font is installed for some of the letters; the message says what to install."""


class ProfileError(MandateGraphError):
    """Shapes cannot be read."""


class UnknownReleaseError(MandateGraphError):
    """No release has that name."""


class TokenError(MandateGraphError):
    """There is no such token, or none can be made as it was asked for."""


class SearchError(MandateGraphError):
    """A search cannot be done as it is asked for."""


class SearchTimeoutError(SearchError):
    """A search was stopped at its deadline; there is no partial answer."""


class StoreError(MandateGraphError):
    """The store cannot be used."""


class ArchiveError(StoreError):
    """A file is no backup, or not a whole one; nothing was restored."""


class ReleaseError(StoreError):
    """A release is not as it was made."""


class HistoryError(StoreError):
    """A patch of the history is damaged."""


class HistoryMissingError(HistoryError):
    """The history does not reach the versions that are asked for."""


class StoreBusyError(StoreError):
    """Another process is writing to the store."""


class StoreMissingError(StoreError):
    """The store holds nothing yet."""


class EngineError(StoreError):
    """An engine elsewhere that holds the data answers with what is no answer."""


class EngineAwayError(EngineError):
    """The engine cannot be reached, or says that it is too busy; nothing was done."""


class EngineSlowError(EngineError):
    """The engine did not finish in time."""


class EngineDeniedError(EngineError):
    """The engine does not take the credentials of this service."""


class SearchBusyError(StoreError):
    """The search index of this version is not there yet; the same search may go through later."""
