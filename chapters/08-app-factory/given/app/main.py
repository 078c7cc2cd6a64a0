import os

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.auth.router import router as auth_router
from app.coupons.router import router as coupons_router
from app.dashboards.router import router as dashboards_router
from app.orders.mobile import router as mobile_router
from app.orders.router import router as orders_router
from app.parcels.pool import open_pool
from app.parcels.router import router as parcels_router
from app.problems import register_problems
from app.reports.router import router as reports_router
from app.stats.router import health_router
from app.stats.router import router as stats_router
from app.summaries.router import router as summaries_router
from app.users.account import router as account_router
from app.users.router import router as users_router


def name_operation(route: APIRoute) -> str:
    """The function's name is the operation id: what a generated client calls its method."""
    return route.name


async def connect() -> None:
    app.state.carrier = await open_pool(os.getenv("APP_CARRIER", ""))
    app.state.customs = await open_pool(os.getenv("APP_CUSTOMS", ""))


app = FastAPI(
    title=os.getenv("APP_TITLE", "Shop"),
    on_startup=[connect],
    redirect_slashes=False,
    generate_unique_id_function=name_operation,
)
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
