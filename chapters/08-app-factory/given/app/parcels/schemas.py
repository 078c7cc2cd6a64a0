from pydantic import BaseModel


class ParcelResponse(BaseModel):
    code: str
    place: str
    customs: str
