"""Texts as the miner sees them: phrases, who says them, and what is quoted."""
