"""What the larger commands of ``xinyong`` say; each command's options are in gateway/__main__.py."""
