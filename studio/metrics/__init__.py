"""What a monitoring reads: how the studio is doing, as numbers, on a port that visitors do not reach."""
