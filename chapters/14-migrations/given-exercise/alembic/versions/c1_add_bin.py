"""add bin: where a product lies (a colleague's)"""

import sqlalchemy as sa
from alembic import op

revision = "c1"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("products", sa.Column("bin", sa.String(20)))


def downgrade() -> None:
    op.drop_column("products", "bin")
