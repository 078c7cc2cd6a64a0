"""What can go wrong in the shop. A worker or a command line may raise these: nothing here knows HTTP."""


class AppError(Exception):
    """Base of all. The text is for the client; the cause (`raise … from error`) is for the log."""


class NotFoundError(AppError): ...


class ConflictError(AppError): ...


class InvalidTransitionError(ConflictError): ...


class InvalidInputError(AppError): ...


class AuthenticationError(AppError): ...


class ForbiddenError(AppError): ...


class UnavailableError(AppError): ...
