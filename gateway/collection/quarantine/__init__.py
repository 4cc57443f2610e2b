"""Quarantine and consent: the firewall of Art. 9 behind the reading of rows (R9.4, R9.5).

`Firewall` is what intake asks of every good row, in its own transaction: ``refused`` says which rows need a consent
that nobody has given, ``hold`` keeps, sealed, the rows that a person must look at. `CallersQuarantine` is one caller's
way to what is held; who releases a row sends it through intake again, as ``Row(…, reviewed=True)``.
"""

from gateway.collection.quarantine.consents import Consents
from gateway.collection.quarantine.desk import CallersQuarantine
from gateway.collection.quarantine.firewall import Firewall
from gateway.collection.quarantine.held import Held, Released
from gateway.collection.quarantine.outcomes import Aftermath
from gateway.collection.quarantine.register import QuarantineRegister
from gateway.collection.quarantine.withdrawal import Withdrawal

__all__ = [
    "Aftermath",
    "CallersQuarantine",
    "Consents",
    "Firewall",
    "Held",
    "QuarantineRegister",
    "Released",
    "Withdrawal",
]
