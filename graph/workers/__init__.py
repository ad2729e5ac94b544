"""Answering strangers' queries where a crash, a runaway or a bomb costs only that query.

Three kinds of process, because nothing inside the engine can be cancelled::

    service (many threads)  ──socket──►  worker   one query at a time; killed at the deadline
        │ starts                           ▲ forked
        └────────────────────────────►  nursery   single-threaded; holds the dataset

A worker takes a connection and answers what is asked on it, one query at a
time. A new version of the dataset, or a worker's death, makes the nursery fork
anew.
"""
