"""Quality of reporting: acceptance, reasons of refusal, lateness, silence, officers, agency by agency (R4.3).

Nothing is kept here: every number is counted anew from receipts and obligations, for the span that was asked for.
"""

from gateway.collection.quality.desk import CallersQuality, QualityRoom

__all__ = ["CallersQuality", "QualityRoom"]
