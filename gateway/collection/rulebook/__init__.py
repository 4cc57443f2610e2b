"""The platform's own rules, one for each of the seven matters of Art. 14, each with version and owner (R14.1)."""

from gateway.collection.rulebook.rulebook import Rule, RuleTopic, missing, read_rules

__all__ = ["Rule", "RuleTopic", "missing", "read_rules"]
