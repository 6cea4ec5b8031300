"""Exact numbers of linear regions in small squares around points (P2 Fig 35)."""
