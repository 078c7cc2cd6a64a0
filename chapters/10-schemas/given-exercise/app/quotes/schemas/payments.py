from typing import Literal

from pydantic import BaseModel


class CardCreate(BaseModel):
    kind: Literal["card"]
    number: str
    code: str


class TransferCreate(BaseModel):
    kind: Literal["transfer"]
    iban: str


class InvoiceCreate(BaseModel):
    kind: Literal["invoice"]
    email: str
    days: int = 30


class PaymentCreate(BaseModel):
    method: CardCreate | TransferCreate | InvoiceCreate


class PaymentResponse(PaymentCreate):
    id: str
