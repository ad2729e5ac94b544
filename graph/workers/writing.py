"""The service's side of writing: what is sent to the writer, and what comes back.

A write is sent as one message that says what is to be done, then one for each
document; the answer is one message. Whether a write was done is always told
rightly: where its process died at the very end, ``WriteUnknownError`` says that
it is not known.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from typing import Literal as OneOf

from graph import errors
from graph.errors import Finding, MandateGraphError, TooManyWritesError, WriteUnknownError
from graph.rdf import Document
from graph.store.changes import Condition

Kind = OneOf["update", "put", "post", "delete", "patch"]

HELLO = b"hello"


@dataclass(frozen=True)
class Write:
    """One write.

    ``graph`` is the name of the graph, empty for the default graph; ``text`` the
    text of an update, ``base`` what its relative IRIs stand on. ``using`` and
    ``using_named`` name the graphs that the WHERE clauses of an update look at.
    """

    kind: Kind
    graph: str = ""
    text: str = ""
    base: str = ""
    documents: tuple[Document, ...] = ()
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()
    condition: Condition | None = None


@dataclass(frozen=True)
class Written:
    """A write that was done: the numbers of the versions before and after it.

    ``created`` says that the graph was not there before, ``tag`` is its digest
    after; it is empty if the graph is gone.
    """

    before: int
    after: int
    created: bool = False
    tag: str = ""


class Writing:
    """Hands writes to the writer; safe to use from any number of threads and processes."""

    def __init__(self, folder: Path, patience: float) -> None:
        """Name the folder of the writer's socket; nothing is opened yet.

        Args:
            folder: The folder that the ``WriterProcess`` was given.
            patience: How many seconds a write may wait for its turn.
        """
        self._address = str(folder / "writer")
        self._patience = patience

    def do(self, write: Write) -> Written:
        """Do a write and return when it is done, announced, and will last.

        Raises:
            WriteError: If it was not done; its classes say why.
            QueryError: If the text of an update is wrong.
            StoreError: If the store cannot be written to.
            WriteUnknownError: If it is not known whether it was done.
        """
        line = self._turn()
        try:
            _send(line, write)
            answer = json.loads(line.recv_bytes())
        except (OSError, EOFError) as error:
            raise WriteUnknownError(
                "The writer went away; look whether the write was done, and if not, send it again."
            ) from error
        finally:
            line.close()
        if "fault" in answer:
            raise fault_error(answer)
        return Written(**answer)

    def _turn(self) -> Connection:
        """Return a connection to the writer, whose turn it is."""
        give_up = time.monotonic() + self._patience
        while (left := give_up - time.monotonic()) > 0:
            try:
                line = self._connect(left)
            except (FileNotFoundError, ConnectionRefusedError):
                time.sleep(min(left, 0.05))
                continue
            except OSError:
                break
            try:
                if not line.poll(max(0.0, give_up - time.monotonic())):
                    line.close()
                    break
                line.recv_bytes()
                return line
            except (OSError, EOFError):
                line.close()
        raise TooManyWritesError("Other writes are going on; nothing was done, try again.")

    def _connect(self, patience: float) -> Connection:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(patience)
            line.connect(self._address)
        except OSError:
            line.close()
            raise
        line.setblocking(True)
        return Connection(line.detach())


def receive(line: Connection) -> Write:
    """Return the write that comes on a line."""
    head = json.loads(line.recv_bytes())
    documents = tuple(
        Document(form, base, line.recv_bytes()) for form, base in head.pop("documents")
    )
    condition = head.pop("condition")
    if condition:
        tags = condition.pop("tags")
        condition = Condition(
            **condition | {"but_not": tuple(condition["but_not"])},
            tags=None if tags is None else tuple(tags),
        )
    text = line.recv_bytes().decode()
    using, named = tuple(head.pop("using")), tuple(head.pop("using_named"))
    return Write(
        **head, text=text, documents=documents, condition=condition, using=using, using_named=named
    )


def fault_answer(error: MandateGraphError) -> bytes:
    """Return an error as the answer to a write."""
    facts = {name: getattr(error, name) for name in ("line", "column") if hasattr(error, name)}
    findings = [asdict(found) for found in getattr(error, "findings", ())]
    answer = {"fault": type(error).__name__, "message": str(error), "findings": findings}
    return json.dumps(answer | facts).encode()


def fault_error(answer: Mapping[str, Any]) -> MandateGraphError:
    """Return the error that an answer tells."""
    kind = getattr(errors, answer["fault"])
    if kind is errors.ShapesError:
        return errors.ShapesError(tuple(_finding(found) for found in answer["findings"]))
    if "line" in answer:
        error: MandateGraphError = kind(answer["message"], answer["line"], answer["column"])
        return error
    plain: MandateGraphError = kind(answer["message"])
    return plain


def _finding(facts: Mapping[str, Any]) -> Finding:
    translations = tuple((language, text) for language, text in facts["translations"])
    return Finding(**{**facts, "translations": translations})


def _send(line: Connection, write: Write) -> None:
    head = asdict(replace(write, text="", documents=()))
    del head["text"]
    head["documents"] = [(document.format, document.base) for document in write.documents]
    line.send_bytes(json.dumps(head).encode())
    for document in write.documents:
        line.send_bytes(document.body)
    line.send_bytes(write.text.encode())
