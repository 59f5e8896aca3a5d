"""A small invented newspaper with its readers, for whoever tries the site out."""
