"""Markdown by source range: links, images and regions, edited without rewriting the rest."""
