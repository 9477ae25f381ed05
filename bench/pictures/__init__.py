"""Whether writing a picture anew without loss pays: bytes saved, and what each second of the processor saves."""
