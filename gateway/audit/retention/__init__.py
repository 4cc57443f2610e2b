"""How long an entry is kept: five years to the day, longer where a law holds it, not a day more (Art. 19, R19.10)."""

from gateway.audit.retention.expire import Expired, NotExpired, Retention
from gateway.audit.retention.holds import Held, Hold, Holds
from gateway.audit.retention.keeping import Keeping

__all__ = ["Expired", "Held", "Hold", "Holds", "Keeping", "NotExpired", "Retention"]
