"""The report, and the matrix of several, as one HTML file that needs no network.

Everything that a report says is text to these pages: the template engine escapes it, and the page
forbids itself any script, style and request but its own.
"""

from lstm_spec.report.html.matrix import render_matrix, write_matrix
from lstm_spec.report.html.report import render, write

__all__ = ["render", "render_matrix", "write", "write_matrix"]
