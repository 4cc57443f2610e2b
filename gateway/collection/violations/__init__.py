"""Violation cases (Art. 25): rooms and people put evidence on the table, people decide, nothing is automatic (R25.1).

`procedure` and `rights` are the law, pure; other rooms open candidates by `cases`; `desk` is one caller's way in.
"""

from gateway.collection.violations.case import Evidence
from gateway.collection.violations.cases import Cases
from gateway.collection.violations.desk import CallersCases
from gateway.collection.violations.register import CaseRegister

__all__ = ["CallersCases", "CaseRegister", "Cases", "Evidence"]
