"""What the Fetch standard has a browser do with a request to another origin: https://fetch.spec.whatwg.org/#http-cors-protocol.

Held to by `tests/browser/test_cors.py`, which asks Chromium. The standard has a star not stand for Authorization; Chromium
takes it for that, too. Left out: redirects, the preflight's cache (Access-Control-Max-Age), private networks.
"""

from collections.abc import Mapping

from httpx2 import Headers

SAFE_METHODS = {"GET", "HEAD", "POST"}
SAFE_HEADERS = {"accept", "accept-language", "content-language"}
SAFE_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}
SAFE_TO_READ = {
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
    "pragma",
}
FORBIDDEN = {"access-control-request-headers", "access-control-request-method", "cookie", "host", "origin"}
MOST_BYTES = 128
ALLOW = "Access-Control-Allow-"


def unsafe_headers(headers: Mapping[str, str]) -> list[str]:
    """Return the names of headers that a page may send to another origin only when that has said so, as it is asked."""
    return sorted(name.lower() for name, value in headers.items() if not _is_safe(name.lower(), value))


def needs_preflight(method: str, headers: Mapping[str, str]) -> bool:
    """Say whether the browser asks first."""
    return method not in SAFE_METHODS or bool(unsafe_headers(headers))


def why_preflight(method: str, headers: Mapping[str, str]) -> list[str]:
    """Return what makes the browser ask first."""
    return ([] if method in SAFE_METHODS else [method]) + unsafe_headers(headers)


def preflight_headers(origin: str, method: str, headers: Mapping[str, str]) -> dict[str, str]:
    """Return what the browser sends with OPTIONS."""
    asks = {"Origin": origin, "Access-Control-Request-Method": method}
    if unsafe := unsafe_headers(headers):
        asks["Access-Control-Request-Headers"] = ",".join(unsafe)
    return asks


def cors_check(origin: str, response: Headers, *, credentials: bool) -> str:
    """Return why a page of this origin may not read a response, in Chromium's words; "" when it may."""
    allowed = response.get(ALLOW + "Origin")
    if allowed is None:
        return "No 'Access-Control-Allow-Origin' header is present on the requested resource."
    if allowed == "*" and credentials:
        return (
            "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' "
            "when the request's credentials mode is 'include'."
        )
    if allowed not in ("*", origin):
        return f"The 'Access-Control-Allow-Origin' header has a value '{allowed}' that is not equal to the supplied origin."
    said = response.get(ALLOW + "Credentials", "")
    if credentials and said != "true":
        return (
            f"The value of the 'Access-Control-Allow-Credentials' header in the response is '{said}' "
            "which must be 'true' when the request's credentials mode is 'include'."
        )
    return ""


def preflight_check(
    origin: str, method: str, headers: Mapping[str, str], status: int, response: Headers, *, credentials: bool
) -> str:
    """Return why the real request is not sent, in Chromium's words; "" when it is."""
    intro = "Response to preflight request doesn't pass access control check: "
    if refused := cors_check(origin, response, credentials=credentials):
        return intro + refused
    if not 200 <= status <= 299:
        return intro + "It does not have HTTP ok status."
    methods = _listed(response, ALLOW + "Methods")
    if method not in methods and method not in SAFE_METHODS and (credentials or "*" not in methods):
        return f"Method {method} is not allowed by Access-Control-Allow-Methods in preflight response."
    names = {name.lower() for name in _listed(response, ALLOW + "Headers")}
    star = "*" in names and not credentials
    for name in unsafe_headers(headers):
        if name not in names and not star:
            return f"Request header field {name} is not allowed by Access-Control-Allow-Headers in preflight response."
    return ""


def readable(response: Headers, *, credentials: bool) -> list[str]:
    """Return the names of the headers that the page's script can read."""
    exposed = {name.lower() for name in _listed(response, "Access-Control-Expose-Headers")}
    every = "*" in exposed and not credentials
    names = {name.lower() for name in response if name.lower() != "set-cookie"}
    return sorted(name for name in names if every or name in exposed | SAFE_TO_READ)


def _is_safe(name: str, value: str) -> bool:
    if len(value.encode()) > MOST_BYTES:
        return False
    if name == "content-type":
        return value.partition(";")[0].strip().lower() in SAFE_TYPES
    return name in SAFE_HEADERS


def _listed(response: Headers, name: str) -> list[str]:
    return [part.strip() for part in response.get(name, "").split(",") if part.strip()]
