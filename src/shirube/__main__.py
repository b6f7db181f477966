# SPDX-License-Identifier: Apache-2.0
"""``python -m shirube`` is the command line."""

from shirube.cli.__main__ import main

if __name__ == "__main__":
    main()
