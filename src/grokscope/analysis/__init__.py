"""From metric tables to events, effects and verdicts. Imports no torch."""
