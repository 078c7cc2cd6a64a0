"""require total: contract"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # TODO: never empty, never below 0
    ...


def downgrade() -> None:
    # TODO: back to what 0009 left
    ...
