"""How an agency is reached: one file a way, one method each."""
