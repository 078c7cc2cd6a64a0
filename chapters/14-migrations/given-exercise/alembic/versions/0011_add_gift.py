"""add gift"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # TODO: orders get a column is_gift
    ...


def downgrade() -> None:
    # TODO: and lose it
    ...
