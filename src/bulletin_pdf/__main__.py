"""``python -m bulletin_pdf`` is the command ``bulletin``."""

from bulletin_pdf.cli import main

if __name__ == "__main__":
    main()
