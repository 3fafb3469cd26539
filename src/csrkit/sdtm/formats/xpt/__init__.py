"""SAS transport files (XPT), version 5 and 8."""
