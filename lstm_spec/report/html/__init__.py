"""The report, and the matrix of several, as one HTML file that needs no network.

Everything that a report says is text to these pages: the template engine escapes it, and the page
forbids itself any script, style and request but its own.
"""

from lstm_spec.report.html.report import render, write
from lstm_spec.site.matrix_html import render_matrix, write_matrix

__all__ = ["render", "render_matrix", "write", "write_matrix"]
