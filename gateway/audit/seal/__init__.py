"""The seal: one log over all streams of the trail, signed every two seconds, anchored outside (Art. 19, R19.10)."""

from gateway.audit.seal.seal import Seal, Sealing, open_seal

__all__ = ["Seal", "Sealing", "open_seal"]
