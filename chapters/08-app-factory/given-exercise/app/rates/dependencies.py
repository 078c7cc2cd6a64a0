from fastapi import Request

from app.rates.service import RateService

_service: RateService | None = None


def get_rate_service(request: Request) -> RateService:
    """Return the service, which the first request makes."""
    global _service
    if _service is None:
        _service = RateService(request.state.cache)
    return _service
