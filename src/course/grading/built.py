"""The app of a project, whichever way its main module offers it."""

from types import ModuleType

from starlette.types import ASGIApp


def build_app(main: ModuleType) -> ASGIApp:
    """Return what `create_app()` makes, or else `app`; LookupError and TypeError where there is no app."""
    factory = getattr(main, "create_app", None)
    if callable(factory):
        app = factory()
    elif hasattr(main, "app"):
        app = main.app
    else:
        raise LookupError("app/main.py defines neither create_app() nor app")
    if not callable(app):
        raise TypeError(f"the app in app/main.py is a {type(app).__name__}, not a FastAPI app")
    return app  # type: ignore[no-any-return]  # the learner's create_app
