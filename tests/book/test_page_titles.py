"""Titles of pages as the field that finds them shows them."""

import nbformat

from citizen_security.book.page_titles import page_titles

TOC = """format: jb-book
root: index
parts:
  - chapters:
      - file: part/notebook
        sections:
          - file: part/page
      - file: part/missing
"""


def test_every_page_with_a_source_has_its_heading_without_marks(tmp_path):
    (tmp_path / "part").mkdir()
    (tmp_path / "_toc.yml").write_text(TOC)
    (tmp_path / "index.md").write_text("(label)=\n# A *book* of {term}`places`\n\n## Not this\n")
    (tmp_path / "part" / "page.md").write_text("## No title\n")
    cells = [nbformat.v4.new_markdown_cell("text"), nbformat.v4.new_markdown_cell("# What is it?\n\nMore.")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "part" / "notebook.ipynb")
    assert page_titles(tmp_path) == {"index": "A book of places", "part/notebook": "What is it?"}
