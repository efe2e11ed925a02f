"""`python -m analysis.cli`: the command `discourse`."""

from analysis.cli.main import main

main(prog_name="discourse")
