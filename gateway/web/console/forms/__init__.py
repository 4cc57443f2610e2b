"""The forms of the console: each declared once, shown, and read back with every problem at its own field."""

from gateway.web.console.forms.declared import GRANT, PAPERS, Form
from gateway.web.console.forms.filled import Filled, empty, problems_of, read

__all__ = ["GRANT", "PAPERS", "Filled", "Form", "empty", "problems_of", "read"]
