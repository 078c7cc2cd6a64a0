"""What may differ from one app to the next. Read when an app is made, never at import."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each field comes from the environment: `title` from APP_TITLE."""

    model_config = SettingsConfigDict(env_prefix="APP_")

    title: str = "Shop"
    environment: Literal["development", "production"] = "development"
    database: str = "shop.db"  # a file, in the folder that the app runs in
    carrier: str = ""  # host:port; none: no connection is opened
    customs: str = ""
    cache_url: str = "cache://localhost"
    bank_account: str = "shop"
    poll_seconds: Annotated[float, Field(gt=0)] = 300
    orders_page_size: Annotated[int, Field(ge=1, le=100)] = 20
