"""The model of deliberation, its order of delegation and its annex, as a page and as a .docx."""
