"""All that a source may raise: it could not be reached, or it answered what cannot be read."""

__all__ = ["SourceError", "SourceMisbehaved", "SourceUnavailable"]


class SourceError(Exception):
    """What went wrong at an agency; ``code`` is the code of the field errors it becomes."""

    code = "SOURCE_UNAVAILABLE"


class SourceUnavailable(SourceError):
    """The agency could not be reached, or did not answer within its deadline."""

    code = "SOURCE_UNAVAILABLE"


class SourceMisbehaved(SourceError):
    """The agency answered something that the mapping cannot read: a wrong shape, a missing table, too much."""

    code = "SOURCE_MISBEHAVED"
