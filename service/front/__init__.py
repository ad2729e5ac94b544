"""What stands before the pages: the fast path of SPARQL, the answer cache, compression.

It speaks ASGI, because a stream that cannot be finished must end in a broken
connection: servers told of a failure through WSGI may close such a stream as
if it were whole.
"""
