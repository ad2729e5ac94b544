"""Answering strangers' queries where a crash, a runaway or a bomb costs only that query.

Three kinds of process, because nothing inside the engine can be cancelled::

    service (many threads)  ──socket──►  worker   one query at a time; killed at the deadline
        │ starts                           ▲ forked
        └────────────────────────────►  nursery   single-threaded; holds the dataset

A worker takes a connection, answers one query on it and takes the next; those
that nobody takes wait in the queue of the socket. A new version of the
dataset, or a worker's death, makes the nursery fork anew.
"""
