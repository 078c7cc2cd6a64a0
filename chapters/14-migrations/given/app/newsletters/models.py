from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.core.models import Base, UtcDateTime


class Subscription(Base):
    __tablename__ = "subscriptions"

    newsletter_id: Mapped[int] = mapped_column(
        ForeignKey("newsletters.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    email: Mapped[str] = mapped_column(String(254), primary_key=True)


class Issue(Base):
    __tablename__ = "issues"
    __table_args__ = (
        CheckConstraint("opens >= 0", name="opens"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    newsletter_id: Mapped[int] = mapped_column(ForeignKey("newsletters.id"), index=True)
    subject: Mapped[str] = mapped_column(String(100))
    publish_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opens: Mapped[int] = mapped_column(default=0)


class Newsletter(Base):
    __tablename__ = "newsletters"
    __table_args__ = ({"sqlite_autoincrement": True},)  # an id is never given twice

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(100), unique=True)
    description: Mapped[str | None] = mapped_column("descr", String(200))
    subscriptions: Mapped[list[Subscription]] = relationship(lazy="raise", passive_deletes="all")
    subscribers: Mapped[int] = column_property(
        select(func.count(Subscription.email))
        .where(Subscription.newsletter_id == id)  # noqa: A003 - the column above
        .correlate_except(Subscription)
        .scalar_subquery()
    )
