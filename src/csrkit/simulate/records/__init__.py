"""Records of the SDTM domains, made from the latent patients."""
