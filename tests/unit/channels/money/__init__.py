"""The money of a document, mapped whole."""
