"""The command line: what each command takes and prints; what it does stands in the rooms that it calls."""
