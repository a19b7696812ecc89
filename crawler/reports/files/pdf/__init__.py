"""PDF -> paragraphs and tables, from the places of characters and lines on the pages."""
