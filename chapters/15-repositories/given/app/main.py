from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.config import Settings
from app.coupons.service import build_coupon_service
from app.lifespan import lifespan
from app.middleware import build_middleware
from app.orders.dependencies import build_order_service
from app.problems import register_problems
from app.quotes.dependencies import build_quote_service
from app.stats.router import health_router
from app.users.dependencies import build_user_service
from app.versions import VERSIONS


def name_operation(route: APIRoute) -> str:
    """The function's name is the operation id: what a generated client calls its method."""
    return route.name


def create_app(settings: Settings | None = None) -> FastAPI:
    """Run it with `uvicorn app.main:create_app --factory`."""
    settings = settings or Settings()
    open_docs = settings.environment != "production"
    app = FastAPI(
        title=settings.title,
        lifespan=lifespan,
        middleware=build_middleware(settings),
        docs_url="/docs" if open_docs else None,
        redoc_url="/redoc" if open_docs else None,
        openapi_url="/openapi.json" if open_docs else None,
        redirect_slashes=False,
        generate_unique_id_function=name_operation,
    )
    app.state.settings = settings
    app.state.user_service = build_user_service()
    app.state.order_service = build_order_service(app.state.user_service)
    app.state.coupon_service = build_coupon_service()
    app.state.quote_service = build_quote_service(app.state.user_service)
    register_problems(app)
    app.include_router(health_router, tags=["health"])
    for version in VERSIONS:
        app.include_router(version)
    return app
