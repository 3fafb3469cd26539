"""What ADLB derives beside the steps of every BDS dataset."""
