"""ADTR and ADRS: lesions, responses, and best overall response by RECIST 1.1."""
