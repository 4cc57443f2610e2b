"""All that a source may raise: it could not be reached, or it answered what cannot be read."""

__all__ = ["ProhibitedAnswered", "SourceError", "SourceMisbehaved", "SourceUnavailable"]


class SourceError(Exception):
    """What went wrong at an agency; ``code`` is the code of the field errors it becomes."""

    code = "SOURCE_UNAVAILABLE"


class SourceUnavailable(SourceError):
    """The agency could not be reached, or did not answer within its deadline."""

    code = "SOURCE_UNAVAILABLE"


class SourceMisbehaved(SourceError):
    """The agency answered something that the mapping cannot read: a wrong shape, a missing table, too much."""

    code = "SOURCE_MISBEHAVED"


class ProhibitedAnswered(SourceMisbehaved):
    """The agency answered with a column or key that Art. 9 forbids to collect: all of its answer is refused (R9.6).

    The name is told and the item of the law, never what stood there: not in this message, and so in no log.
    """

    def __init__(self, name: str, article: str) -> None:
        super().__init__(f"PROHIBITED_FIELD: it answered with {name!r}, which Art. {article} forbids to collect")
        self.article = article
