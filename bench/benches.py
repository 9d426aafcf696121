"""Every benchmark, what it is aimed at, and how long it may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure of a benchmark is to be; `beside` is the figure of its baseline in the same run."""

    figure: str
    limit: float
    words: str
    at_least: bool = False
    beside: str | None = None

    def met(self, got: float) -> bool:
        """Whether a figure is as good."""
        return got >= self.limit if self.at_least else got <= self.limit

    @property
    def wanted(self) -> str:
        """The limit in signs."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Bench:
    """The module of that name; the whole takes `arguments`, a look at whether it runs takes `quick`.

    Neither may take longer than so many seconds.
    """

    name: str
    aims: tuple[Aim, ...]
    quick: str
    arguments: str = ""
    seconds: int = 600
    quick_seconds: int = 120


BENCHES = (
    Bench(
        "expand",
        (
            Aim("seconds", 60, "1,000,000 deliveries stored, s", beside="alone_seconds"),
            Aim("memory_mb", 250, "peak memory of that, MB"),
            Aim("bytes_each", 200, "of the ledger's file for each, bytes"),
        ),
        "--messages 50000",
    ),
    Bench(
        "expand_postgresql",
        (Aim("seconds", 60, "the same on PostgreSQL, s", beside="alone_seconds"),),
        "--messages 20000 --database postgresql",
        "--messages 1000000 --database postgresql",
        seconds=900,
    ),
    Bench(
        "submit",
        (
            Aim("submit_seconds", 60, "a list of 1,000,000 frozen, s"),
            Aim("memory_mb", 250, "peak memory of that, MB"),
            Aim("longest_write_ms", 1000, "nobody else can write for, ms"),
            Aim("launch_write_ms", 1000, "nor while it is launched, ms"),
        ),
        "--organisations 5000",
    ),
    Bench(
        "send",
        (
            Aim("ratio", 1.3, "CPU of WeCom bodies to a bare aiohttp loop's", beside="bodies_cpu_per_10000"),
            Aim(
                "ratio_to_library", 1.3, "CPU of Twilio to its bare library's", beside="library_cpu_per_10000"
            ),
            Aim(
                "steeper_percent",
                15,
                "CPU each, 1,000,000 over 10,000, %",
                beside="whole_cpu_per_10000",
            ),
            Aim("memory_peak_mb", 250, "peak memory of 1,000,000, MB"),
        ),
        "--messages 2000 --rounds 1 --many 10000",
        "--rounds 5 --many 1000000",
        seconds=1800,
    ),
    Bench(
        "queues",
        (
            Aim("times_best_queue", 3, "CPU of the best queue over ours", at_least=True),
            Aim("times_apprise", 5, "CPU of Apprise over ours", at_least=True),
        ),
        "--messages 500 --rounds 1",
        seconds=1200,
        quick_seconds=400,  # the peers are installed at the first run
    ),
    Bench(
        "mail",
        (
            Aim(
                "whole_mails_per_core_second",
                5000,
                "mails a second of CPU, to smtp-sink",
                at_least=True,
                beside="mails_per_core_second",
            ),
        ),
        "--messages 1000 --rounds 1",
    ),
    Bench(
        "red",
        (Aim("first_leaves_seconds", 1, "a red notice leaves behind 1,000,000, s"),),
        "--queued 20000",
    ),
    Bench(
        "workers",
        (
            Aim(
                "speedup",
                1.8,
                "two workers over one, 50 ms an answer",
                at_least=True,
                beside="one_per_second",
            ),
        ),
        "--messages 2000",
    ),
    Bench(
        "receipts",
        (
            Aim(
                "whole_receipts_per_core_second",
                5000,
                "signed receipts a second of CPU",
                at_least=True,
                beside="bare_receipts_per_core_second",
            ),
        ),
        "--deliveries 3000 --rounds 1",
    ),
    Bench(
        "million",
        (
            Aim(
                "seconds_for_1000000",
                600,
                "1,000,000 messages with two receipts each, s",
                beside="computed_limit_seconds",
            ),
            Aim("lost", 0, "lost"),
            Aim("receipts_unmatched", 0, "receipts unmatched"),
            Aim("miscounts", 0, "counters that the rows do not bear out"),
        ),
        "--messages 5000 --bare 2000 --limit 60",
        "--limit 1500",
        seconds=2400,
    ),
    Bench(
        "live",
        (
            Aim(
                "slowdown_percent", 10, "of recording receipts, by 200 viewers, %", beside="alone_per_second"
            ),
            Aim("quiet_cpu_percent", 25, "of a core, for 200 viewers alone, %", beside="quiet_event_bytes"),
        ),
        "--messages 3000 --rounds 1 --quiet 2",
    ),
    Bench(
        "unsigned",
        (Aim("look_ms", 200, "the board of signatures of 20,000, ms"),),
        "--organisations 2000",
    ),
    Bench(
        "pages",
        (
            Aim(
                "slowest_p95_ms",
                150,
                "the slowest page among 1,000,000 deliveries, ms",
                beside="slowest_empty_ms",
            ),
            Aim("first_paint_kb", 200, "the heaviest page with all that it loads, kB"),
            Aim("forgotten", 0, "pages that were not asked for"),
            Aim("unanswered", 0, "pages that did not answer"),
        ),
        "--organisations 300 --deliveries 10000 --decisions 12 --entries 500 --requests 1",
        seconds=1800,
        quick_seconds=240,
    ),
    Bench(
        "pages_postgresql",
        (
            Aim("slowest_p95_ms", 150, "the same on PostgreSQL, ms", beside="slowest_empty_ms"),
            Aim("unanswered", 0, "pages that did not answer"),
        ),
        "--organisations 300 --deliveries 10000 --decisions 12 --entries 500 --requests 1"
        " --database postgresql",
        "--database postgresql",
        seconds=2400,
        quick_seconds=240,
    ),
    Bench(
        "imports",
        (
            Aim("import_seconds", 15, "20,000 rows of an inventory stored, s", beside="bare_seconds"),
            Aim("import_memory_mb", 400, "peak memory of that, MB", beside="bare_memory_mb"),
        ),
        "--rows 1000",
    ),
    Bench(
        "personal",
        (
            Aim(
                "personal_seconds",
                20,
                "10,000 told their own lines, s",
                beside="sqlite_alone_seconds",
            ),
            Aim("longest_write_ms", 1000, "nobody else can write for, ms"),
            Aim("memory_mb", 500, "peak memory of that, MB"),
        ),
        "--enterprises 500",
    ),
    Bench(
        "exchange",
        (
            Aim("whole_ms", 50, "an alert built, signed and validated, ms"),
            Aim("validate_ms", 10, "one signed alert validated, ms"),
        ),
        "--rounds 3",
    ),
    Bench(
        "feeds",
        (
            Aim(
                "whole_feed_per_second",
                500,
                "feeds of 100 alerts a second, one core",
                at_least=True,
                beside="bare_feed_per_second",
            ),
        ),
        "--requests 300 --rounds 1",
    ),
    Bench("night", (), "--enterprises 200"),
)
