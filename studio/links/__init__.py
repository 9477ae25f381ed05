"""Pictures by address: looked at once, guarded, and then copied in or kept as the address they have."""
