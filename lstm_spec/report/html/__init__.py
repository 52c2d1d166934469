"""The report as one HTML file that needs no network.

Everything that a report says is text to this page: the template engine escapes it, and the page
forbids itself any script, style and request but its own.
"""

from lstm_spec.report.html.report import render, write

__all__ = ["render", "write"]
