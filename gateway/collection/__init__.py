"""What agencies report: three ways in, one room behind them (Art. 9 to 14, 26)."""
