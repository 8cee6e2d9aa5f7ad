"""Errors that only a service has: what is not there, not allowed, too large, or not ready yet."""

from dss.errors import DssError, InputError


class NotFound(InputError):  # noqa: N818 - the name of the answer
    """There is no such thing under this address."""


class BadRequest(InputError):  # noqa: N818
    """The request cannot be read."""


class Unauthorised(DssError):  # noqa: N818
    """The token is missing or wrong."""


class Refused(DssError):  # noqa: N818
    """The request comes from somewhere it may not come from."""


class Conflict(DssError):  # noqa: N818
    """What is asked does not go together with the state of things."""


class TooLarge(InputError):  # noqa: N818
    """The request is larger than the settings allow."""


class TooMany(DssError):  # noqa: N818
    """More jobs wait than the settings allow."""


class NotReady(DssError):  # noqa: N818
    """It is being made; come again."""
