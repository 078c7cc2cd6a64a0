from typing import Annotated

from fastapi import APIRouter, Depends, Path

from app.parcels.dependencies import get_parcel_service
from app.parcels.schemas import ParcelResponse
from app.parcels.service import ParcelService

router = APIRouter()
type Service = Annotated[ParcelService, Depends(get_parcel_service)]
type Code = Annotated[str, Path(pattern="^[A-Z0-9]{2,20}$")]


@router.get("/parcels/{code}")
async def get_parcel(code: Code, service: Service) -> ParcelResponse:
    return await service.find(code)
