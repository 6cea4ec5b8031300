"""Trainings with another initialisation scheme or with further terms of the loss, which have code of their own so that
it does not concern the trainings of the papers.
"""
