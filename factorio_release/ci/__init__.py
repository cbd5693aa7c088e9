"""What the CI systems tell us and want to be told; beside `cli` the only reader of the environment."""
