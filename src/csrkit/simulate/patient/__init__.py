"""The latent patient: what befalls it from consent to the lock, before any record is made."""
