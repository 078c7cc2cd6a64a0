from fastapi import FastAPI

from app.users.service import NAMES

app = FastAPI(redirect_slashes=False)


@app.get("/api/v1/users")
def list_users() -> list[str]:
    return NAMES
