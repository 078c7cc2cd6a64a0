# Derived from chapters/11-dependencies/probes/nobody_has_said.py by `course build`: change it there.
"""Goes to the end of the learner's tests: the fixture is there, and no shop yet; then there is a second app."""

import collections.abc

import fastapi.testclient


def test_nobody_has_said(
    app: fastapi.FastAPI,
    api: fastapi.testclient.TestClient,
    be_shop: collections.abc.Callable[[int], None],
) -> None:
    """An app asks for a key until a test has said a shop, and a second one does so after it."""
    from app.main import create_app  # here: the names of the file are the learner's
    from app.returns.shops import get_session

    app.dependency_overrides[get_session] = lambda: 0
    statuses = [api.get("/returns").status_code]
    be_shop(3)
    statuses.append(api.get("/returns").status_code)
    other = create_app()
    other.dependency_overrides[get_session] = lambda: 0
    with fastapi.testclient.TestClient(other, base_url="http://test/api/v1") as client:
        statuses.append(client.get("/returns").status_code)
    assert statuses == [401, 200, 401]  # noqa: S101 - a test
