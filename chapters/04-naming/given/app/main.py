import os

from fastapi import FastAPI

from app.auth.router import router as auth_router
from app.orders.router import router as orders_router
from app.summaries.router import router as summaries_router
from app.users.account import router as account_router
from app.users.router import router as users_router

app = FastAPI(title=os.getenv("shopName", "Shop"), redirect_slashes=False)
app.include_router(auth_router, prefix="/api/v1", tags=["auth"])
app.include_router(users_router, prefix="/api/v1", tags=["users"])
app.include_router(account_router, prefix="/api/v1", tags=["users"])
app.include_router(orders_router, prefix="/api/v1", tags=["orders"])
app.include_router(summaries_router, prefix="/api/v1", tags=["summaries"])
