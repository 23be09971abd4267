"""The picture that other sites show for a page: drawn as the pages and the PDFs are."""
