"""Slotwise: plan computers with several GPUs for running language models locally."""
