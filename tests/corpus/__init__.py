"""Files for the tests and the demo: realistic customers, realistic damage, hostile workbooks.

people.py    invented French customers, the truth of every file
damage.py    what real files do to such values, one small function each
layouts.py   the exact layout of each source (Outlook, Google, MYOB, Shopify…)
truth.py     the side file that holds the true answer of each cell
hostile.py   files that are odd, broken or made to do harm, each with its expected outcome
big.py       100,000 rows and more, for the benchmark

`python -m tests.corpus FOLDER` writes them all. Everything is seeded: the same files every time.
"""
