"""Which routers make up which version of the API. The prefix stands here, and nowhere else."""

from fastapi import APIRouter

from app.auth.router import router as auth_router
from app.coupons.router import router as coupons_router
from app.dashboards.router import router as dashboards_router
from app.exports.router import router as exports_router
from app.newsletters.feeds import router as feeds_router
from app.newsletters.router import router as newsletters_router
from app.orders.items import router as items_router
from app.orders.mobile import router as mobile_router
from app.orders.router import router as orders_router
from app.orders.v2 import router as orders_v2_router
from app.parcels.router import router as parcels_router
from app.quotes.router import router as quotes_router
from app.rates.router import router as rates_router
from app.reports.router import router as reports_router
from app.returns.router import router as returns_router
from app.sales.router import router as sales_router
from app.stats.router import router as stats_router
from app.summaries.router import router as summaries_router
from app.users.account import router as account_router
from app.users.router import router as users_router

v1 = APIRouter(prefix="/api/v1")
v1.include_router(auth_router, tags=["auth"])
v1.include_router(users_router, tags=["users"])
v1.include_router(account_router, tags=["users"])
v1.include_router(orders_router, tags=["orders"])
v1.include_router(items_router, tags=["orders"])
v1.include_router(mobile_router, tags=["orders"])
v1.include_router(coupons_router, tags=["coupons"])
v1.include_router(summaries_router, tags=["summaries"])
v1.include_router(reports_router, tags=["reports"])
v1.include_router(returns_router, tags=["returns"])
v1.include_router(stats_router, tags=["stats"])
v1.include_router(dashboards_router, tags=["dashboards"])
v1.include_router(parcels_router, tags=["parcels"])
v1.include_router(newsletters_router, tags=["newsletters"])
v1.include_router(feeds_router, tags=["newsletters"])
v1.include_router(quotes_router, tags=["quotes"])
v1.include_router(rates_router, tags=["rates"])
v1.include_router(exports_router, tags=["exports"])
v1.include_router(sales_router, tags=["sales"])

v2 = APIRouter(prefix="/api/v2")
v2.include_router(orders_v2_router, tags=["orders"])

VERSIONS = (v1, v2)
