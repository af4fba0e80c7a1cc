"""Evaluation: predictions, metrics with their intervals, calibration."""
