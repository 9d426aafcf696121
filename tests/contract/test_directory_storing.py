# ruff: noqa: F403
from tests.directory.test_storing import *

del test_after_any_imports_the_ledger_holds_the_last_word_on_each_code  # noqa: F821 - a ledger an example
del test_nine_thousand_rows_are_imported_and_imported_again  # noqa: F821 - long, and the same statements
