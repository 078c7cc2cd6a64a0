from pydantic import BaseModel


class SignupReportResponse(BaseModel):
    days: int
    signups: int
    usual: float
