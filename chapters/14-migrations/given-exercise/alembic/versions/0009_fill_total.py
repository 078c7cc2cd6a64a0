"""fill total: backfill"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # TODO: the total of each order that has none
    ...


def downgrade() -> None:
    """Nothing to take back: the column goes one step further down."""
