"""French text: its typography, numbers, Markdown and folding."""
