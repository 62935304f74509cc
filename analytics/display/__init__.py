"""How it is told: sentences, figures, pages, the report. Nothing behind it knows HTML or plots."""
