"""Read the complaints and say what each column is for."""

from pathlib import Path

import dongcha


def main() -> None:
    """Print the table's size and the role of each column with its reason."""
    table = dongcha.read(Path(__file__).with_name("complaints.parquet"))
    print(f"{table.rows:,} rows, fingerprint {table.fingerprint()}")
    for column in table.schema:
        print(f"{column.name:18} {column.role or 'not used':10} {column.reason.en} / {column.reason.zh}")


if __name__ == "__main__":
    main()
