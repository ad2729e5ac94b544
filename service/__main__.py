"""The console command, for ``python -m service``."""

from service.cli import main

main()
