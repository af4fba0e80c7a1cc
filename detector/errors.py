"""Errors a person can mend. Their text is shown as it stands, so it says what to do next."""


class UserError(ValueError):
    """Something in the input is wrong, and the message says what to do about it."""


class ImageError(UserError):
    """A file that is no usable picture."""


class DataError(UserError):
    """A data folder that cannot be trained or tested on."""


class WeightsError(UserError):
    """Weights that are missing, do not fit, or are refused."""


class RunError(UserError):
    """A run that is missing, busy or cannot go on."""
