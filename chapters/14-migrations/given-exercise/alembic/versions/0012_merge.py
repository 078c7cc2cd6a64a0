"""merge the colleague's branch"""

revision = "0012"
down_revision = "0011"
# TODO: two parents instead of one: yours, and the colleague's
...
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing to do: both branches have been run."""


def downgrade() -> None:
    """Nothing to take back."""
