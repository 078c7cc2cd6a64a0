"""What may differ from one app to the next. Read when an app is made, never at import."""

from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each field comes from the environment: `title` from APP_TITLE."""

    model_config = SettingsConfigDict(env_prefix="APP_")

    title: str = "Shop"
    environment: Literal["development", "production"] = "development"
    carrier: str = ""  # host:port; none: no connection is opened
    customs: str = ""
    allowed_hosts: list[str] = ["*"]  # the names that clients may call this app by
    cors_origins: list[str] = []  # pages of other origins that may read our answers
