"""The one table from an error of the graph to the status of HTTP."""

from __future__ import annotations

from graph.errors import (
    AuditError,
    ContentError,
    EngineAwayError,
    EngineError,
    EngineSlowError,
    FontError,
    MandateGraphError,
    PreconditionError,
    QueryError,
    QueryForbiddenError,
    QueryLostError,
    QueryTimeoutError,
    QuestionError,
    SearchError,
    SearchTimeoutError,
    ShapesError,
    StoreError,
    TooManyQueriesError,
    TooManyWritesError,
    UnknownFormatError,
    UnknownGraphError,
    UnknownMeetingError,
    UnknownProfileError,
    UnknownQuestionError,
    UnknownReleaseError,
    UnknownRunError,
    UnknownThingError,
    WriteLostError,
    WriteTimeoutError,
    WriteUnknownError,
)

_STATUSES: tuple[tuple[type[MandateGraphError], int], ...] = (
    (UnknownQuestionError, 404),
    (UnknownThingError, 404),
    (UnknownMeetingError, 404),
    (UnknownProfileError, 404),
    (UnknownRunError, 404),
    (UnknownReleaseError, 404),
    (UnknownFormatError, 404),
    (AuditError, 400),
    (FontError, 503),
    (QuestionError, 400),
    (SearchTimeoutError, 503),
    (SearchError, 400),
    (ContentError, 400),
    (WriteLostError, 400),
    (UnknownGraphError, 404),
    (PreconditionError, 412),
    (ShapesError, 422),
    (WriteUnknownError, 500),
    (TooManyWritesError, 503),
    (WriteTimeoutError, 503),
    (TooManyQueriesError, 503),
    (QueryTimeoutError, 503),
    (QueryLostError, 503),
    (QueryForbiddenError, 403),
    (QueryError, 400),
    (EngineAwayError, 503),
    (EngineSlowError, 504),
    (EngineError, 502),
    (StoreError, 503),
    (MandateGraphError, 500),
)
"""The first class that fits decides."""


def status_of(error: MandateGraphError) -> int:
    """Return the HTTP status that an error is answered with."""
    return next(status for kind, status in _STATUSES if isinstance(error, kind))
