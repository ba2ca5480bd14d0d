"""The people of the team: adding them, their roles, their passwords, and how they sign in."""
