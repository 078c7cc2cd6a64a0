from pydantic import BaseModel, Field


class ExportCreate(BaseModel):
    year: int = Field(ge=2000, le=2100)
