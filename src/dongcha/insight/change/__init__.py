"""Why a figure differs between two periods or two groups: contributions that add up, and the few that explain it."""
