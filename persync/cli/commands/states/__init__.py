"""Commands about run states and logs."""
