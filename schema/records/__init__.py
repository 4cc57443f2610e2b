"""The indicator catalogue, declared: one file per agency, one for any agency (Art. 26)."""
