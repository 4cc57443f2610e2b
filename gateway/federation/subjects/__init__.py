"""Subjects and their records: decided by tier, planned, asked of the agencies, told (Art. 15, 18)."""
