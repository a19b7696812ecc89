"""Word documents: DOCX (a zip of XML) and DOC (an OLE file), also as WPS writes them, and RTF."""
