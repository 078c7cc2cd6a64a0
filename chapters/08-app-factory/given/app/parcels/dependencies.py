from fastapi import Request

from app.parcels.service import ParcelService


def get_parcel_service(request: Request) -> ParcelService:
    return ParcelService(request.app.state.carrier, request.app.state.customs)
