"""The doors: HTTP in, bytes out."""
