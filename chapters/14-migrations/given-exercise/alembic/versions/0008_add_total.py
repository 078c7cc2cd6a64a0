"""add total: expand"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # TODO: orders get a column total_cents
    ...


def downgrade() -> None:
    # TODO: and lose it
    ...
