"""The path of a picture, both ways: what it costs in memory and CPU. The figures are explained in docs/payload.md."""
