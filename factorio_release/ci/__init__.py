"""CI systems: what they say of a job, and what they receive.

Besides `cli`, only this package reads the environment.
"""
