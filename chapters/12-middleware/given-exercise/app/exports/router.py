from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from app.exports import archive
from app.exports.schemas import ExportCreate

router = APIRouter()


@router.post("/exports")
async def create_export(data: ExportCreate) -> StreamingResponse:
    """Send the orders of a year, each quarter as soon as the archive has found it."""
    return StreamingResponse(_read(data.year), media_type="text/csv")


async def _read(year: int) -> AsyncIterator[str]:
    for quarter in (1, 2, 3, 4):
        yield await archive.fetch_quarter(year, quarter)
