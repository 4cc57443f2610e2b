"""The door of submissions: agencies send records to ``/submissions``, and fetch their receipts there (Art. 11, 12).

A JSON document, JSON lines for as many rows as there are, or a workbook, which comes back marked to whoever accepts
one: nothing of it is kept. What is refused is told row by row; no value of it is kept
or repeated. ``Prefer: respond-async`` gives the receipt's address at once, where its progress can be read.
"""

from gateway.web.submissions.bodies import NoSubmission
from gateway.web.submissions.door import SubmissionsDoor
from gateway.web.submissions.visits import PATH

__all__ = ["PATH", "NoSubmission", "SubmissionsDoor"]
