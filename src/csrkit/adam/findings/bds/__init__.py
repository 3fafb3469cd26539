"""The steps that every BDS dataset of findings shares."""
