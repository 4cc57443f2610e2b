"""Reporting officers (Art. 10): each agency names who reports for it, before anything is taken in from it (R10.1).

`register` keeps who was named and who no longer is; `rights` says who may name; `desk` is one caller's way in.
"""

from gateway.collection.officers.desk import CallersOfficers
from gateway.collection.officers.officer import Officer, standing_of
from gateway.collection.officers.register import OfficerRegister

__all__ = ["CallersOfficers", "Officer", "OfficerRegister", "standing_of"]
