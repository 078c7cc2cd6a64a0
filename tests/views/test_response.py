def test_what_the_app_raised_is_shown_to_the_developer_only() -> None:
    request = httpx2.Request("GET", "http://api/boom")
    raised = "KeyError: '<stock>' (app/main.py, line 9: raise KeyError('<stock>'))"
    view = response_view(
        httpx2.Response(
            500, request=request, text="Internal Server Error", extensions={"app_exception": raised}
        )
    )
    assert view.text.endswith(f"Only you see this: the app raised {raised}")
    assert "&lt;stock&gt;" in view.html
    assert "<stock>" not in view.html
