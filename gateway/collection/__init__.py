"""What agencies report, and what follows from it (Art. 7 to 14, 20, 25, 26)."""
