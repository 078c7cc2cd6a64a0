from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.auth.router import router as auth_router
from app.config import Settings
from app.coupons.router import router as coupons_router
from app.coupons.service import build_coupon_service
from app.dashboards.router import router as dashboards_router
from app.lifespan import lifespan
from app.orders.mobile import router as mobile_router
from app.orders.router import router as orders_router
from app.orders.service import build_order_service
from app.parcels.router import router as parcels_router
from app.problems import register_problems
from app.rates.router import router as rates_router
from app.reports.router import router as reports_router
from app.stats.router import health_router
from app.stats.router import router as stats_router
from app.summaries.router import router as summaries_router
from app.users.account import router as account_router
from app.users.router import router as users_router
from app.users.service import build_user_service


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
    register_problems(app)
    app.include_router(health_router, tags=["health"])
    app.include_router(auth_router, prefix="/api/v1", tags=["auth"])
    app.include_router(users_router, prefix="/api/v1", tags=["users"])
    app.include_router(account_router, prefix="/api/v1", tags=["users"])
    app.include_router(orders_router, prefix="/api/v1", tags=["orders"])
    app.include_router(mobile_router, prefix="/api/v1", tags=["orders"])
    app.include_router(coupons_router, prefix="/api/v1", tags=["coupons"])
    app.include_router(summaries_router, prefix="/api/v1", tags=["summaries"])
    app.include_router(reports_router, prefix="/api/v1", tags=["reports"])
    app.include_router(stats_router, prefix="/api/v1", tags=["stats"])
    app.include_router(dashboards_router, prefix="/api/v1", tags=["dashboards"])
    app.include_router(parcels_router, prefix="/api/v1", tags=["parcels"])
    app.include_router(rates_router, prefix="/api/v1", tags=["rates"])
    return app
