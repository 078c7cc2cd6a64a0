"""The kit that check files use: what is asked of a learner's project again and again, and how a failure reads."""
