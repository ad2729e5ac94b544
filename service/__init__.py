"""The HTTP face of the graph: pages for people, data and SPARQL for programs."""

from service.app import create_app

__all__ = ["create_app"]
